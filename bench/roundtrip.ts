/**
 * `npm run bench roundtrip`: what was redacted comes back byte for byte, equal people join, different ones do not (`npm run bench linearity` looks at the time it takes).
 *
 * Every exchange, trajectory and document of WHYSAID_CORPUS goes through the redactor: as text, and bodies as capture cuts them. Each is revealed with the vault's key
 * and compared. Three scopes: nothing declared, people declared, and common words declared, so that pseudonyms stand everywhere. Exits 1 unless all are equal.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedactor, derivedKey, openVault, presets, readKey, type Declared } from "@whysaid/recorder/redact";
import { corpusTexts, exchangeBodies } from "./roundtrip/corpus.ts";
import { joins } from "./roundtrip/joins.ts";
import { bodiesReturn } from "./roundtrip/bodies.ts";

const root = join(import.meta.dirname, "..");
const corpus = process.env["WHYSAID_CORPUS"] ?? join(root, "../shared/data");
let failed = false;

const scopes: Readonly<Record<string, Declared>> = {
  "nothing declared": {},
  "people declared": {
    subject: { name: "Mia Li", mrn: "mia_li_3668", dob: "1990-04-05" },
    persons: [{ name: "John Smith" }, { name: "Ada Lovelace" }, { given: "Paris", family: "France" }],
    ids: ["gpt-4o", "2024"],
    strings: ["weather"],
  },
  "common words declared": { strings: ["the", "model", "content", "a", "you", "is", "and", "function", "tool", "user"], ids: ["2023", "0.5", "1000"], persons: [{ given: "The", family: "Assistant" }] },
};

interface Row {
  cases: number;
  equal: number;
  pseudonyms: number;
  bytes: number;
}

if (!existsSync(corpus)) console.log(`no corpus at ${corpus} (set WHYSAID_CORPUS): 0 cases of the round trip`);
else {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-roundtrip-"));
  try {
    const redactor = createRedactor({ dir, policy: { ...presets.healthcare, media: "keep" } });
    const rows = new Map<string, Row>();
    const wrong: string[] = [];
    for (const [scopeName, declared] of Object.entries(scopes)) {
      const kept: { readonly name: string; readonly raw: string; readonly redacted: string }[] = [];
      const scope = redactor.root.with(declared);
      const limit = scopeName === "nothing declared" ? Number.POSITIVE_INFINITY : 4_000_000;
      for (const { source, name, text } of corpusTexts(corpus, limit)) kept.push({ name: `${source}\0${name}`, raw: text, redacted: scope.text(text, { signal: "input" }) });
      const bodies = bodiesReturn(exchangeBodies(corpus, limit), scope);
      const vault = openVault({ dir: join(dir, "vault"), keys: [derivedKey(readKey({ file: join(dir, "keys/vault.key") }), "vault")] });
      for (const { name, raw, redacted } of kept) {
        const [source = ""] = name.split("\0");
        count(rows, `${source}, ${scopeName}`, vault.reveal(redacted) === raw, redacted, raw.length, wrong, name.replace("\0", " "));
      }
      for (const body of bodies) count(rows, `${body.kind} bodies, ${scopeName}`, body.equals((text) => vault.reveal(text)), body.shown, body.bytes, wrong, body.name);
    }
    console.log("\nRound trip: reveal(redact(x)) = x, byte for byte\n");
    console.log(`${"what".padEnd(58)} ${"cases".padStart(7)} ${"equal".padStart(7)} ${"pseudonyms".padStart(11)} ${"MB".padStart(7)}`);
    for (const [name, row] of rows) console.log(`${name.padEnd(58)} ${String(row.cases).padStart(7)} ${String(row.equal).padStart(7)} ${String(row.pseudonyms).padStart(11)} ${(row.bytes / 1e6).toFixed(1).padStart(7)}`);
    for (const name of wrong.slice(0, 20)) console.log(`  not equal: ${name}`);
    if (wrong.length > 0) failed = true;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

failed = joins() || failed;
process.exit(failed ? 1 : 0);

function count(rows: Map<string, Row>, name: string, isEqual: boolean, redacted: string, bytes: number, wrong: string[], what: string): void {
  const row = rows.get(name) ?? { cases: 0, equal: 0, pseudonyms: 0, bytes: 0 };
  rows.set(name, row);
  row.cases += 1;
  row.bytes += bytes;
  row.pseudonyms += redacted.split("⟦").length - 1;
  if (isEqual) row.equal += 1;
  else wrong.push(`${what} (${name})`);
}
