import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { pseudonymsIn } from "@whysaid/recorder/format";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFreshStore, workspaceAt } from "../ingest/workspace.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import { AuditLog } from "./audit.ts";
import { checker } from "./check.ts";
import { erase } from "./erase.ts";
import { reveal } from "./reveal.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "whysaid-redaction-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const ana = { name: "Ana García", mrn: "01791786", dob: "1983-02-06" };
const sofia = { name: "Sofía García", mrn: "5550022" };

/** Two patients of one family, each in a trace of their own, one chunk in both. @returns trace ids */
async function record(): Promise<[string, string]> {
  const fetch: typeof globalThis.fetch = async () => Response.json({ id: "c", model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: "Ana García weighs 2.1 kg." }, finish_reason: "stop" }] });
  const recorder = createRecorder({ dir, fetch });
  const one = (subject: typeof ana | typeof sofia, text: string): Promise<string> =>
    recorder.trace("dose", { subject, tags: { patient: subject.name } }, async (trace) => {
      await trace.retrieve("notes", `weight of ${subject.name}`, () => Promise.resolve([{ sourceId: `chart/${subject.mrn}`, text }]));
      await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `${text} MRN ${subject.mrn}. ${"How much caffeine? ".repeat(10)}` }] }) })).text();
      return trace.id;
    });
  const ids: [string, string] = [await one(ana, "Ana García, born 6 Feb 1983, weighs 2.1 kg."), await one(sofia, "Sofía García weighs 3.4 kg; her twin is Ana.")];
  await recorder.close();
  return ids;
}

const story = async (traceId: string): Promise<unknown> => {
  const { store } = await openFreshStore(workspaceAt(dir));
  try {
    const trace = await store.trace(traceId);
    return trace === null ? null : reconstruct(trace);
  } finally {
    await store.close();
  }
};
const who = { actor: "tester", atMs: 1_764_000_000_000, reason: "ticket 4711 of Ana García" };

describe("revealing a trace", () => {
  test("gives the true names back and leaves a line in the audit log that names nobody", async () => {
    const [traceId] = await record();
    const redacted = await story(traceId);
    expect(JSON.stringify(redacted)).not.toMatch(/Garc|1791786/);
    const { value, left } = reveal(redacted, { directory: dir, traceId, ...who });
    expect(JSON.stringify(value)).toContain("Ana García, born 6 Feb 1983, weighs 2.1 kg.");
    expect(left).toBe(0);
    const { entries, tampered } = new AuditLog(dir).read();
    expect(tampered).toEqual([]);
    expect(entries).toMatchObject([{ number: 1, actor: "tester", action: "reveal", about: traceId }]);
    expect(readFileSync(join(dir, "audit.log"), "utf8")).not.toContain("García");
  });

  test("needs the key, and a reason", async () => {
    const [traceId] = await record();
    expect(() => reveal({}, { directory: dir, traceId, ...who, reason: " " })).toThrow(/reason/);
    rmSync(join(dir, "keys", "vault.key"));
    expect(() => reveal({}, { directory: dir, traceId, ...who })).toThrow(expect.objectContaining({ code: "NOT_ALLOWED" }) as Error);
    expect(() => readFileSync(join(dir, "audit.log"))).toThrow(/ENOENT/);
  });
});

describe("erasing a person", () => {
  test("takes them out of journal, store and vault, proves it by a search of all bytes, and leaves the sibling whole", async () => {
    const [anasTrace, sofiasTrace] = await record();
    const before = JSON.stringify(await story(anasTrace));
    const [name] = [...pseudonymsIn(before)].filter((one) => one.type === "PERSON");
    const outcome = await erase({ directory: dir, storePath: join(dir, "store.db"), person: { mrn: "1791786" }, ...who });
    expect(outcome.vaultKeys).toBeGreaterThan(0);
    expect(outcome.journal.frames).toBeGreaterThan(0);
    expect(outcome.store?.texts).toBeGreaterThan(0);
    expect(outcome.proof.hits).toEqual([]);
    expect(outcome.proof.files).toBeGreaterThan(4);

    const after = JSON.stringify(await story(anasTrace));
    expect(after).not.toContain(name?.parts.join("."));
    expect(after).toMatch(/⟦ERASED:0+⟧ weighs 2\.1 kg/);
    const revealed = JSON.stringify(reveal(await story(sofiasTrace), { directory: dir, traceId: sofiasTrace, ...who }).value);
    expect(revealed).toContain("Sofía García weighs 3.4 kg");
    expect(JSON.stringify(reveal(await story(anasTrace), { directory: dir, traceId: anasTrace, ...who }).value)).not.toMatch(/Ana|1791786|1983/);
  });

  test("leaves a store that verifies, and a journal that is read again to the same traces", async () => {
    const [anasTrace] = await record();
    await story(anasTrace);
    await erase({ directory: dir, storePath: join(dir, "store.db"), person: { mrn: "01791786" }, ...who });
    const { store } = await openFreshStore(workspaceAt(dir));
    const damage = [];
    for await (const one of store.verify()) damage.push(one);
    const stored = await store.trace(anasTrace);
    const kept = stored === null ? null : reconstruct(stored);
    await store.close();
    expect(damage).toEqual([]);

    rmSync(join(dir, "store.db"), { force: true });
    rmSync(join(dir, "store.db-wal"), { force: true });
    const fresh = await story(anasTrace);
    expect(fresh).toEqual(kept);
  });

  test("reaches documents: what quotes the person loses them, what names only the sibling stays as it was", async () => {
    const [anasTrace, sofiasTrace] = await record();
    const pseudonymIn = async (trace: string): Promise<string> => [...pseudonymsIn(JSON.stringify(await story(trace)))].find(({ type }) => type === "PERSON")?.text ?? "";
    const [ana, sofia] = [await pseudonymIn(anasTrace), await pseudonymIn(sofiasTrace)];
    const { store } = await openFreshStore(workspaceAt(dir));
    await store.documents.put({ kind: "case", id: `of ${ana}`, traceIds: [anasTrace], body: { expected: `${ana} weighs 2.1 kg`, [ana]: 1 } });
    await store.documents.put({ kind: "case", id: "sofia", traceIds: [sofiasTrace], body: { expected: `${sofia} weighs 3.4 kg` } });
    await store.close();
    expect((await erase({ directory: dir, storePath: join(dir, "store.db"), person: { mrn: "1791786" }, ...who })).proof.hits).toEqual([]);
    const { store: after } = await openFreshStore(workspaceAt(dir));
    const [anas] = await after.documents.list("case", { traceId: anasTrace, limit: 9 });
    expect(anas).toMatchObject({ version: 2, traceIds: [anasTrace], id: expect.stringMatching(/^of ⟦ERASED:0+⟧$/) as string, body: { expected: expect.stringMatching(/^⟦ERASED:0+⟧ weighs 2\.1 kg$/) as string } });
    expect(await after.documents.get("case", "sofia")).toMatchObject({ version: 1, body: { expected: `${sofia} weighs 3.4 kg` } });
    await after.close();
  });

  test("of somebody nobody recorded says so", async () => {
    await record();
    await expect(erase({ directory: dir, storePath: join(dir, "store.db"), person: { mrn: "999999" }, ...who })).rejects.toMatchObject({ code: "SUBJECT_NOT_FOUND" });
  });
});

describe("the audit log", () => {
  test("finds every one of 200 tamperings", () => {
    const log = new AuditLog(dir);
    for (let index = 0; index < 12; index += 1) log.append({ atMs: index, actor: "a", action: "reveal", about: `trace ${index}`, reason: "because", details: { revealed: index } });
    const file = join(dir, "audit.log");
    const whole = readFileSync(file, "utf8");
    const lines = whole.trimEnd().split("\n");
    let state = 7;
    const random = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
    const tamper: readonly (() => string)[] = [
      () => whole.slice(0, random(whole.length - 1)),
      () => lines.toSpliced(random(lines.length), 1).join("\n") + "\n",
      () => lines.toSpliced(random(lines.length), 0, lines[random(lines.length)] as string).join("\n") + "\n",
      () => {
        const at = random(lines.length - 1);
        return lines.toSpliced(at, 2, lines[at + 1] as string, lines[at] as string).join("\n") + "\n";
      },
      () => {
        const at = random(whole.length);
        const other = String.fromCharCode(33 + random(90));
        return whole.charAt(at) === other ? `${whole}x` : whole.slice(0, at) + other + whole.slice(at + 1);
      },
      () => whole.replace(`"revealed":${random(10)}`, '"revealed":77'),
      () => whole + whole.split("\n")[0] + "\n",
      () => "",
    ];
    let found = 0;
    for (let round = 0; round < 200; round += 1) {
      writeFileSync(file, (tamper[round % tamper.length] as () => string)());
      if (log.read().tampered.length > 0) found += 1;
    }
    expect(found).toBe(200);
    writeFileSync(file, whole);
    expect(log.read()).toMatchObject({ tampered: [] });
  });

  test("keeps its chain when several processes append at once", async () => {
    new AuditLog(dir).append({ atMs: 0, actor: "a", action: "reveal", about: "t", reason: "because", details: {} });
    await Promise.all(Array.from({ length: 8 }, async (_, index) => new AuditLog(dir).append({ atMs: index, actor: "a", action: "reveal", about: "t", reason: "because", details: {} })));
    const { entries, tampered } = new AuditLog(dir).read();
    expect(tampered).toEqual([]);
    expect(entries.map((one) => one.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(readdirSync(dir).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });
});

test("checking a policy shows what is taken of a text, by layer and rule", () => {
  const check = checker(dir);
  const { checked } = check(JSON.stringify({ text: "Ana García, MRN 01791786, 2.1 kg", declared: { persons: [{ given: ["Ana"], family: "García" }], ids: [{ value: "1791786" }] } }), 1);
  expect(checked.spans).toEqual([
    { start: 0, end: 10, type: "PERSON", layer: "declared", rule: "declared.name" },
    { start: 16, end: 24, type: "ID", layer: "declared", rule: "declared.id" },
  ]);
  expect(checked.text).toMatch(/^⟦PERSON:[^⟧]+⟧, MRN ⟦ID:[^⟧]+⟧, 2\.1 kg$/);
  expect(() => check("{", 2)).toThrow(/line 2/);
});
