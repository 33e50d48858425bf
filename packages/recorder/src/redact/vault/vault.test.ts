import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pseudonymsIn } from "../../format/pseudonym.ts";
import { createRedactor, derivedKey, openVault, readKey, type RedactorOptions, type Vault } from "../index.ts";
import { VaultAppender, vaultFile } from "./append.ts";
import { readFrames } from "./frames.ts";
import { HashTable, Suffixes, hash53 } from "./suffixes.ts";

const KEY = Buffer.alloc(32, 7);
const input = { signal: "input" } as const;
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "whysaid-vault-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const redactor = (options: RedactorOptions = {}): ReturnType<typeof createRedactor> => createRedactor({ dir, key: KEY, ...options });
const vaultKey = (): Buffer => derivedKey(readKey({ file: join(dir, "keys", "vault.key"), create: false }), "vault");
const open = (keys: readonly Buffer[] = [vaultKey()]): Vault => openVault({ dir: join(dir, "vault"), keys });

const people = { subject: { name: "Ana García", mrn: "01791786", dob: "1983-02-06" }, persons: [{ name: "Sofía García" }] };

describe("what was redacted comes back", () => {
  test("byte for byte, with every spelling of a value", () => {
    const raw = "ANA GARCÍA, Garci\u0301a, Ana; A. García (b. 2/6/1983, 06.02.1983) MRN 017-917-86 / 1791786 — García's ⟦PERSON:fake~abc⟧ ⟦ \\u27e6";
    const redacted = redactor().root.with(people).text(raw, input);
    expect(redacted).not.toMatch(/garc|1791786|1983/i);
    expect(open().reveal(redacted)).toBe(raw);
  });

  test("as JSON with its numbers, however deep", () => {
    const raw = `{"mrn": 1791786, "args": ${JSON.stringify(JSON.stringify({ mrn: 1791786, inner: JSON.stringify({ mrn: 1791786, name: "Ana García" }) }))}}`;
    const redacted = redactor().root.with(people).text(raw, input);
    expect(redacted).not.toMatch(/garc|1791786/i);
    expect(open().reveal(redacted)).toBe(raw);
  });

  test.each(["unicode", "ascii"] as const)("for any text, in the %s form", (form) => {
    const scope = redactor({ form }).root.with(people);
    const texts: [string, string][] = [];
    const word = fc.oneof(
      fc.constantFrom("Ana", "García", "GARCIA", "Garci\u0301a", "Ａｎａ", "01791786", "017-917-86", "1791786", "1983-02-06", "Feb 6, 1983", "Sofía", "⟦", "⟧", "[[", "]]", "⟦PERSON:", "~", "#", '"', "\\", "\\u27e6", "\\u00ed", "{", "}", '{"mrn":1791786}', '{"a":"Ana"', ",", ":", "\n", " ", ".", "&iacute;", "%C3%AD", "QW5hIEdhcmPDrWE=", "[[PERSON:abc~abc]]", "\ud800", "\u0000"),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), fc.boolean(), (words, asJson) => {
        const raw = asJson ? JSON.stringify({ text: words.join(""), mrn: 1791786, list: words }) : words.join("");
        texts.push([raw, scope.text(raw, input)]);
      }),
      { numRuns: 600 },
    );
    const vault = open();
    for (const [raw, redacted] of texts) expect(vault.reveal(redacted)).toBe(raw);
  });
});

describe("without the key", () => {
  test("nothing is revealed", () => {
    const redacted = redactor().root.with(people).text("Ana García", input);
    expect(open([Buffer.alloc(32, 1)]).reveal(redacted)).toBe(redacted);
  });

  test("the file shows no original in any encoding", () => {
    redactor().root.with(people).text("Ana García 01791786 Ana Garcia", input);
    const bytes = readFileSync(vaultFile(join(dir, "vault")));
    for (const value of ["Ana", "García", "Garcia", "1791786"]) for (const encoding of ["utf8", "utf16le", "latin1"] as const) expect(bytes.includes(Buffer.from(value, encoding))).toBe(false);
    expect(statSync(vaultFile(join(dir, "vault"))).mode & 0o777).toBe(0o600);
  });

  test("recording goes on when the vault cannot be written", () => {
    writeFileSync(join(dir, "vault"), "a file where the directory should be");
    const codes: string[] = [];
    const scope = redactor({ onProblem: (problem) => codes.push(problem.code) }).root.with(people);
    expect(scope.text("Ana García", input)).toMatch(/^⟦PERSON:[^⟧]+⟧$/);
    expect(codes).toEqual(["VAULT_UNWRITABLE"]);
  });
});

describe("a subject's key", () => {
  test("destroyed, takes that subject's originals and nobody else's", () => {
    const first = redactor().root.with({ subject: { name: "Ana García", mrn: "01791786" } }).text("Ana García 01791786", input);
    const second = redactor().root.with({ subject: { name: "Bo Lindqvist", mrn: "555-11" } }).text("Bo Lindqvist 555-11", input);
    const vault = open();
    const [subject] = vault.subjectsWith([...pseudonymsIn(first)].map((one) => `${one.type}:${one.parts.join(".")}`)[1] ?? "");
    const erasure = vault.erase([subject ?? ""], 1_000);
    expect(erasure.keys).toBeGreaterThan(0);
    expect(open().reveal(first)).toBe(first);
    expect(open().reveal(second)).toBe("Bo Lindqvist 555-11");
    expect(open().erasedAtMs(subject ?? "")).toBe(1_000);
  });

  test("is a new one when the subject comes back after the erasure, in a recorder that ran all along", () => {
    const running = redactor().root;
    const raw = "Ana García 01791786";
    const redacted = running.with({ subject: { name: "Ana García", mrn: "01791786" } }).text(raw, input);
    const vault = open();
    vault.erase([...new Set([...pseudonymsIn(redacted)].flatMap((one) => vault.subjectsWith(`${one.type}:${one.parts.join(".")}`)))], 1);
    expect(open().reveal(redacted)).toBe(redacted);
    running.with({ subject: { name: "Ana García", mrn: "01791786" } }).text("Ana García, 01791786 and ANA", input);
    const again = redactor().root.with({ subject: { name: "Ana García", mrn: "01791786" } }).text(raw, input);
    expect(open().reveal(again)).toBe(raw);
  });
});

test("a new master key opens everything and the old one nothing", () => {
  const raw = "Ana García 01791786";
  const redacted = redactor().root.with(people).text(raw, input);
  const next = Buffer.alloc(32, 9);
  expect(open().rotate(next)).toMatchObject({ left: 0 });
  expect(open([next]).reveal(redacted)).toBe(raw);
  expect(open().reveal(redacted)).toBe(redacted);
});

describe("several writers of one file", () => {
  test("give two spellings of one value different suffixes and one spelling the same, whatever the interleaving", () => {
    const problems: string[] = [];
    const writers = [1, 2, 3].map(() => new VaultAppender({ dir, key: KEY, onProblem: (problem) => problems.push(problem.code) }));
    fc.assert(
      fc.property(fc.array(fc.record({ writer: fc.nat(2), value: fc.constantFrom("ID:aaaa", "ID:bbbb"), tag: fc.constantFrom("abc000000001", "abc000000002", "abcd00000003", "xyz000000004"), subject: fc.constantFrom("subject00001", "subject00002") }), { minLength: 1, maxLength: 30 }), (claims) => {
        const given = new Map<string, string>();
        for (const { writer, ...claim } of claims) {
          const [suffix] = (writers[writer] as VaultAppender).claim([{ ...claim, surface: claim.tag }]);
          const key = `${claim.value}~${suffix ?? ""}`;
          expect(given.get(key) ?? claim.tag).toBe(claim.tag);
          given.set(key, claim.tag);
        }
        const vault = openVault({ dir, keys: [KEY] });
        for (const [key, tag] of given) expect(vault.original(key)).toBe(tag);
      }),
      { numRuns: 60 },
    );
    expect(problems).toEqual([]);
  });

  test("killed at any moment leave only whole frames readable and everything they returned from sealed", async () => {
    const child = fileURLToPath(new URL("../testing/claim-forever.ts", import.meta.url));
    const returned = await Promise.all(
      [0, 1, 2].map(
        (writer) =>
          new Promise<string>((resolve, reject) => {
            const run = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", child, dir, String(writer)], { stdio: ["ignore", "pipe", "inherit"] });
            let output = "";
            run.stdout.on("data", (bytes: Buffer) => {
              output += bytes.toString();
              if (output.length > 4_000 + writer * 3_000) run.kill("SIGKILL");
            });
            run.on("close", () => resolve(output));
            run.on("error", reject);
          }),
      ),
    );
    const vault = openVault({ dir, keys: [KEY] });
    const lines = returned.flatMap((output) => output.split("\n").slice(0, -1));
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) {
      const [key, surface] = line.split(" ") as [string, string];
      expect(vault.original(key)).toBe(surface);
    }
  });

  test("pass over bytes a crash left half-written", () => {
    const writer = new VaultAppender({ dir, key: KEY, onProblem: () => undefined });
    writer.claim([{ value: "ID:aaaa", tag: "abc000000001", surface: "one", subject: "subject00001" }]);
    const whole = readFileSync(vaultFile(dir));
    appendFileSync(vaultFile(dir), whole.subarray(0, 60));
    writer.claim([{ value: "ID:bbbb", tag: "abc000000002", surface: "two", subject: "subject00001" }]);
    const vault = openVault({ dir, keys: [KEY] });
    expect([vault.original("ID:aaaa~abc"), vault.original("ID:bbbb~abc")]).toEqual(["one", "two"]);
    let frames = 0;
    readFrames(readFileSync(vaultFile(dir)), 0, () => (frames += 1));
    expect(frames).toBe(3);
  });
});

test("suffixes grow until they differ", () => {
  const suffixes = new Suffixes();
  expect(["abc000000001", "abc000000002", "abc000000001"].map((tag) => suffixes.of("ID:a", tag))).toEqual(["abc", "abc0", "abc"]);
});

test("a hash table holds what a Map would", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (pairs) => {
      const table = new HashTable();
      const map = new Map<number, number>();
      for (const [text, value] of pairs) {
        table.set(hash53(text), value);
        map.set(hash53(text), value);
      }
      for (const [key, value] of map) expect(table.get(key)).toBe(value);
    }),
  );
  const table = new HashTable();
  for (let index = 0; index < 5_000; index += 1) table.set(hash53(`k${index}`), index);
  for (let index = 0; index < 5_000; index += 1) expect(table.get(hash53(`k${index}`))).toBe(index);
});
