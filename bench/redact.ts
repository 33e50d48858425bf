/**
 * Recall and precision of redaction by corpus and type, its speed, and its growth on adversarial text: `npm run bench redact [corpus …]`.
 *
 * Reads redaction/ of WHYSAID_CORPUS (its SOURCES.md has the schema). Rules were tuned on the records with an even number ("seen"); the
 * odd ones ("unseen") are only reported, so that fitting to the file would show. A gold span counts as found when every letter and digit of it is covered; a text
 * is clean when all its spans are.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDetectors } from "../packages/recorder/src/redact/detect/detectors.ts";
import { installedNames } from "../packages/recorder/src/redact/detect/installed-names.ts";
import { createRedactor } from "../packages/recorder/src/redact/redact.ts";
import type { Declared } from "../packages/recorder/src/redact/redactor.ts";
import type { Scope } from "../packages/recorder/src/redact/scope.ts";
import { annotatedTexts } from "../packages/recorder/src/redact/testing/annotated-texts.ts";
import type { Detector, Level, Span } from "../packages/recorder/src/redact/detect/span.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(process.env.WHYSAID_CORPUS ?? join(root, "..", "shared", "data"), "redaction");
const args = process.argv.slice(2);
const level = (args.find((arg) => arg.startsWith("--level="))?.slice(8) ?? "balanced") as Level;
const only = args.filter((arg) => !arg.startsWith("--"));
const wants = (name: string): boolean => only.length === 0 || only.some((part) => name.includes(part));

export interface Gold {
  readonly s: number;
  readonly e: number;
  readonly t: string;
  readonly v: string;
}
/** What finds the spans of a row: the detectors alone, or the whole redactor with what the row declares. */
type Finder = (row: Row) => readonly { readonly start: number; readonly end: number; readonly type: string; readonly rule: string }[];

interface Row {
  readonly id: string;
  readonly declared?: Declared;
  readonly text: string;
  readonly spans: readonly Gold[];
  readonly keep?: readonly { s: number; e: number; v: string }[];
  readonly kind?: string;
  readonly neg?: boolean;
}
const read = <T>(name: string): T[] =>
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);

const scored = new Set(["PERSON", "LOCATION", "DATE", "PHONE", "EMAIL", "SSN", "ID", "CARD", "IBAN", "IP", "SECRET"]);
const alnum = /[\p{L}\p{N}]/u;

function covered(text: string, start: number, end: number, spans: readonly { start: number; end: number }[]): boolean {
  for (let at = start; at < end; at++) if (alnum.test(text[at] ?? "") && !spans.some((span) => span.start <= at && at < span.end)) return false;
  return true;
}

interface Tally {
  texts: number;
  clean: number;
  found: Map<string, number>;
  gold: Map<string, number>;
  keepHit: number;
  keeps: number;
}
const tally = (): Tally => ({ texts: 0, clean: 0, found: new Map(), gold: new Map(), keepHit: 0, keeps: 0 });
const add = (map: Map<string, number>, key: string, by = 1): void => void map.set(key, (map.get(key) ?? 0) + by);

function score(rows: readonly Row[], find: Finder, misses?: string[]): Tally {
  const result = tally();
  for (const row of rows) {
    const spans = find(row);
    let clean = true;
    let golden = 0;
    for (const gold of row.spans) {
      if (!scored.has(gold.t)) continue;
      golden += 1;
      add(result.gold, gold.t);
      if (covered(row.text, gold.s, gold.e, spans)) add(result.found, gold.t);
      else {
        clean = false;
        misses?.push(`${row.id} ${gold.t} ${JSON.stringify(gold.v)} in …${JSON.stringify(row.text.slice(Math.max(0, gold.s - 40), gold.e + 30))}`);
      }
    }
    if (golden > 0) {
      result.texts += 1;
      if (clean) result.clean += 1;
    }
    for (const keep of row.keep ?? []) {
      result.keeps += 1;
      const hit = spans.find((span) => span.start < keep.e && span.end > keep.s);
      if (hit !== undefined) {
        result.keepHit += 1;
        misses?.push(`${row.id} KEEP ${JSON.stringify(keep.v)} taken as ${hit.type} by ${hit.rule}: ${JSON.stringify(row.text.slice(hit.start, hit.end))}`);
      }
    }
  }
  return result;
}

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : ((100 * part) / whole).toFixed(1));
const sum = (map: Map<string, number>): number => [...map.values()].reduce((a, b) => a + b, 0);
const halves = <T>(rows: readonly T[]): [T[], T[]] => [rows.filter((_, at) => at % 2 === 0), rows.filter((_, at) => at % 2 === 1)];
const verbose = args.includes("--misses");

function table(title: string, rows: readonly Row[], find: Finder, targets: Readonly<Record<string, string>>): void {
  const [seen, unseen] = halves(rows);
  const misses: string[] = [];
  const results = [score(seen, find, misses), score(unseen, find), score(rows, find)];
  console.log(`\n${title} (${rows.length} texts)`);
  console.log(`  ${"type".padEnd(10)}${"gold".padStart(7)}${"seen %".padStart(9)}${"unseen %".padStart(10)}${"both %".padStart(9)}   to reach`);
  const types = [...(results[2]?.gold.keys() ?? [])].sort();
  const line = (name: string, gold: number, cells: readonly string[]): void =>
    console.log(`  ${name.padEnd(10)}${String(gold).padStart(7)}${(cells[0] ?? "").padStart(9)}${(cells[1] ?? "").padStart(10)}${(cells[2] ?? "").padStart(9)}   ${targets[name] ?? ""}`);
  for (const type of types) line(type, results[2]?.gold.get(type) ?? 0, results.map((one) => percent(one.found.get(type) ?? 0, one.gold.get(type) ?? 0)));
  line("all", sum(results[2]?.gold ?? new Map()), results.map((one) => percent(sum(one.found), sum(one.gold))));
  line("clean", results[2]?.texts ?? 0, results.map((one) => percent(one.clean, one.texts)));
  if ((results[2]?.keeps ?? 0) > 0) line("keep hit", results[2]?.keeps ?? 0, results.map((one) => String(one.keepHit)));
  if (verbose) for (const miss of misses) console.log(`    ${miss}`);
}

/** Texts in which nothing should be found: spans per 10 KB, by half. */
function falsePositives(title: string, rows: readonly { text: string; kind?: string }[], detect: Detector, count: (span: Span) => boolean, target: string): void {
  const cells = [...halves(rows), rows].map((part) => {
    let bytes = 0;
    let hits = 0;
    for (const row of part) {
      bytes += Buffer.byteLength(row.text);
      hits += detect(row.text).filter(count).length;
    }
    return ((hits * 10_240) / Math.max(1, bytes)).toFixed(2);
  });
  console.log(`  ${title.padEnd(34)}${(cells[0] ?? "").padStart(8)}${(cells[1] ?? "").padStart(8)}${(cells[2] ?? "").padStart(8)}   ${target}`);
  if (verbose)
    for (const row of halves(rows)[0])
      for (const span of detect(row.text).filter(count)) console.log(`    ${span.type} ${span.rule} ${JSON.stringify(row.text.slice(span.start, span.end))} in ${JSON.stringify(row.text.slice(Math.max(0, span.start - 40), span.end + 25))}`);
}

function secrets(detect: Detector): void {
  interface SecretRow {
    readonly id: string;
    readonly rule: string;
    readonly positive: boolean;
    readonly b64: string;
    readonly s?: number;
    readonly e?: number;
    readonly regex_matches?: string | null;
  }
  const rows = read<SecretRow>("secrets_gitleaks.jsonl").map((row) => ({ ...row, text: Buffer.from(row.b64, "base64").toString("utf8") }));
  const report = (part: typeof rows): [string, string] => {
    const positives = part.filter((row) => row.positive);
    const negatives = part.filter((row) => !row.positive && row.regex_matches === null);
    const isSecret = (span: Span): boolean => span.type === "SECRET";
    const missed = positives.filter((row) => !covered(row.text, row.s ?? 0, row.e ?? 0, detect(row.text)));
    const flagged = negatives.filter((row) => detect(row.text).some(isSecret));
    if (verbose && part !== rows) {
      for (const row of missed) console.log(`    ${row.id} ${row.rule} missed in ${JSON.stringify(row.text.slice(0, 240))} [${row.s}..${row.e}] got ${JSON.stringify(detect(row.text))}`);
      for (const row of flagged) console.log(`    ${row.id} ${row.rule} flagged ${JSON.stringify(row.text.slice(0, 200))} ${JSON.stringify(detect(row.text).filter(isSecret))}`);
    }
    return [percent(positives.length - missed.length, positives.length), percent(flagged.length, negatives.length)];
  };
  const [seen, unseen] = halves(rows);
  const cells = [report(seen), report(unseen), report(rows)];
  console.log(`\nsecrets (rule tests of a secret scanner, ${rows.length})`);
  console.log(`  ${"".padEnd(26)}${"seen %".padStart(9)}${"unseen %".padStart(10)}${"both %".padStart(9)}   to reach`);
  console.log(`  ${"positives covered".padEnd(26)}${(cells[0]?.[0] ?? "").padStart(9)}${(cells[1]?.[0] ?? "").padStart(10)}${(cells[2]?.[0] ?? "").padStart(9)}   100`);
  console.log(`  ${"clean negatives flagged".padEnd(26)}${(cells[0]?.[1] ?? "").padStart(9)}${(cells[1]?.[1] ?? "").padStart(10)}${(cells[2]?.[1] ?? "").padStart(9)}   ≤ 3`);
}

/** Three people, as an app declares them. */
const people: Declared = {
  subject: { name: "Ana María García", mrn: "01791786", dob: "1983-02-06", phone: "(213) 555-0138", email: "ana.garcia@mailbox.example", address: "12 Elm Street, Springfield" },
  persons: [{ name: "Sofía García", mrn: "01791787", dob: "2011-05-30" }, { given: "Bo", family: "Smith", id: "NPI 1881729" }],
};

/** CPU per 10 KB over the corpora's texts cut to 10 KB, four readings a piece: median and 99th percentile; and what a text costs that was seen before. */
function speed(detect: Detector): void {
  const names = ["asq_phi.jsonl", "llmcalls_synth.jsonl", "meddocan_es.jsonl", "negatives.jsonl", "wikigold.jsonl"];
  const fresh = createRedactor({ key: Buffer.alloc(32, 7), vault: "none", level, cacheBytes: 0 }).root.with(people);
  const cached = createRedactor({ key: Buffer.alloc(32, 7), vault: "none", level }).root.with(people);
  const where = { signal: "input" } as const;
  console.log("\nCPU per 10 KB (ms; to reach: all rules, secrets and three declared people ≤ 1.5, p99 ≤ 6; seen before ≤ 15 µs)");
  console.log(`  ${"".padEnd(24)}${"detectors".padStart(16)}${"with three people".padStart(20)}${"seen before, µs".padStart(18)}`);
  for (const name of names) {
    const joined = read<Row>(name).map((row) => row.text).join("\n\n");
    const pieces: string[] = [];
    for (let at = 0; at + 10_240 <= joined.length && pieces.length < 60; at += 10_240) pieces.push(joined.slice(at, at + 10_240));
    const measured = (run: (piece: string) => void, divisor: number): string => {
      for (let warm = 0; warm < 5; warm++) for (const piece of pieces) run(piece);
      const times: number[] = [];
      for (let round = 0; round < 3; round++)
        for (const piece of pieces) {
          const before = process.cpuUsage();
          for (let again = 0; again < 4; again++) run(piece);
          const spent = process.cpuUsage(before);
          times.push((spent.user + spent.system) / 4 / divisor);
        }
      times.sort((a, b) => a - b);
      return `${(times[times.length >> 1] ?? 0).toFixed(2)} / ${(times[Math.floor(times.length * 0.99)] ?? 0).toFixed(2)}`;
    };
    // as a parser gives it: the same text, but another string every time
    const copies = new Map(pieces.map((piece) => [piece, Array.from({ length: 12 }, () => Buffer.from(piece).toString())]));
    const again = (piece: string): void => {
      for (const copy of copies.get(piece) ?? []) cached.text(copy, where);
    };
    const cells = [measured((piece) => void detect(piece), 1000), measured((piece) => void fresh.text(piece, where), 1000), measured(again, 12)];
    console.log(`  ${name.padEnd(24)}${(cells[0] ?? "").padStart(16)}${(cells[1] ?? "").padStart(20)}${(cells[2] ?? "").padStart(18)}`);
  }
}

/** CPU(2N)/CPU(N) for texts that make careless expressions explode. The largest doubling step from 64 KB to 1 MB, best of three. */
function growth(detect: Detector): boolean {
  const units = JSON.parse(readFileSync(join(folder, "redos_units.json"), "utf8")) as { name: string; unit: string }[];
  console.log("\nGrowth on adversarial text: CPU(2N)/CPU(N)");
  const cpu = (text: string): number => {
    const repeats = Math.ceil(2_097_152 / text.length);
    let best = Infinity;
    for (let round = 0; round < 3; round++) {
      (globalThis as { gc?: () => void }).gc?.();
      const before = process.cpuUsage();
      // short texts often enough that the clock's grain does not count
      for (let again = 0; again < repeats; again++) detect(text);
      const spent = process.cpuUsage(before);
      best = Math.min(best, (spent.user + spent.system) / 1000 / repeats);
    }
    return best;
  };
  let worst = 0;
  for (const { name, unit } of units) {
    const sizes = [65_536, 131_072, 262_144, 524_288, 1_048_576];
    for (let warm = 0; warm < 2; warm++) detect(unit.repeat(Math.ceil(20_000 / unit.length)));
    let times: number[] = [];
    let ratio = Infinity;
    // what the machine's other work adds does not come again: a step over the figure is measured up to three times
    for (let attempt = 0; attempt < 3 && ratio >= 2.5; attempt++) {
      times = sizes.map((size) => cpu(unit.repeat(Math.ceil(size / unit.length))));
      ratio = Math.min(ratio, Math.max(...times.slice(1).map((time, at) => time / (times[at] ?? 1))));
    }
    worst = Math.max(worst, ratio);
    console.log(`  ${name.padEnd(12)}${(times.at(-1) ?? 0).toFixed(0).padStart(6)} ms for 1 MB${ratio.toFixed(2).padStart(8)}${ratio >= 2.5 ? "   ← over 2.5" : ""}`);
  }
  console.log(`  worst ${worst.toFixed(2)}   to reach < 2.5`);
  return worst < 2.5;
}

const names = installedNames();
console.log(`level ${level}, names ${names === undefined ? "absent" : "installed"}`);
const detect = createDetectors(names === undefined ? { level } : { level, names });
const detected: Finder = (row) => detect(row.text);

/** The whole redactor (structure, declared, detected), with what each row declares. */
const redactor = createRedactor({ key: Buffer.alloc(32, 7), vault: "none", level, onProblem: (problem) => console.log(`  problem: ${problem.code} ${problem.message}`) });
const composed: Finder = (row) => (redactor.root.with(row.declared ?? {}) as Scope).explain(row.text, { signal: "chunks" }).spans;

/** Letters and digits outside every gold span that were taken all the same. */
function overRedaction(rows: readonly Row[], find: Finder): string {
  let outside = 0;
  let taken = 0;
  for (const row of rows) {
    const spans = find(row);
    for (let at = 0; at < row.text.length; at++) {
      if (!alnum.test(row.text[at] ?? "") || row.spans.some((gold) => gold.s <= at && at < gold.e)) continue;
      outside += 1;
      if (spans.some((span) => span.start <= at && at < span.end)) taken += 1;
    }
  }
  return percent(taken, outside);
}

if (wants("own")) table("own texts, undeclared, by the whole redactor", annotatedTexts(), composed, { "keep hit": "0" });
if (!existsSync(folder)) {
  console.log(`No corpus at ${folder}: 0 of its cases ran. Set WHYSAID_CORPUS.`);
  process.exit(0);
}
if (wants("asq")) {
  const rows = read<Row>("asq_phi.jsonl");
  table("asq_phi: clinicians' queries", rows, detected, { all: "97", clean: "90" });
  const hard = rows.filter((row) => row.neg === true);
  const flagged = (part: readonly Row[]): string => percent(part.filter((row) => detect(row.text).length > 0).length, part.length);
  const [seen, unseen] = halves(hard);
  console.log(`  hard negatives flagged (${hard.length}): seen ${flagged(seen)}, unseen ${flagged(unseen)}, both ${flagged(hard)} %   to reach ≤ 5`);
  if (verbose) for (const row of seen) for (const span of detect(row.text)) console.log(`    HARD ${span.type} ${span.rule} ${JSON.stringify(row.text.slice(span.start, span.end))} in ${row.text}`);
}
if (wants("llmcalls")) table("llmcalls_synth, detected only", read<Row>("llmcalls_synth.jsonl"), detected, { PERSON: "70", ID: "85", SECRET: "100", "keep hit": "0" });
if (wants("llmcalls")) table("llmcalls_synth, declared + detected", read<Row>("llmcalls_synth.jsonl"), composed, { all: "97", PERSON: "96", clean: "90", "keep hit": "0" });
if (wants("declared")) table("declared_variants: 52 spellings of declared values", read<Row>("declared_variants.jsonl"), composed, { all: "96", "keep hit": "0" });
if (wants("fhir")) {
  const rows = read<Row>("fhir_synthea.jsonl");
  // the pack alone: what a row declares is left out
  const byPack: Finder = (row) => (redactor.root as Scope).explain(row.text, { signal: "chunks" }).spans;
  table("fhir_synthea: FHIR resources as tool results, by the pack", rows, byPack, { all: "100" });
  console.log(`  over-redaction: ${overRedaction(rows, byPack)} % of the letters and digits outside the gold   to reach ≤ 10`);
}
if (wants("meddocan")) table("meddocan_es: Spanish clinical cases", read<Row>("meddocan_es.jsonl"), detected, { PERSON: "95", ID: "97", DATE: "96", LOCATION: "65" });
if (wants("presidio")) table("presidio_v2", read<Row>("presidio_v2.jsonl"), detected, { PERSON: "70" });
if (wants("presidio")) table("presidio_large", read<Row>("presidio_large.jsonl"), detected, { PERSON: "70" });
if (wants("wikigold")) table("wikigold", read<Row>("wikigold.jsonl"), detected, { PERSON: "78" });
if (wants("wnut")) table("wnut17", read<Row>("wnut17.jsonl"), detected, { PERSON: "reported" });
if (wants("btc")) table("btc", read<Row>("btc.jsonl"), detected, { PERSON: "reported" });
if (wants("secrets")) secrets(detect);
if (wants("negatives")) {
  const rows = read<Row>("negatives.jsonl");
  console.log(`\nfalse positives per 10 KB${"".padEnd(11)}${"seen".padStart(8)}${"unseen".padStart(8)}${"both".padStart(8)}   to reach`);
  const of = (kind: string): Row[] => rows.filter((row) => row.kind === kind);
  const isPerson = (span: Span): boolean => span.type === "PERSON";
  falsePositives("code, any type", of("code"), detect, () => true, "≤ 0.2");
  falsePositives("PubMed abstracts, PERSON", of("pubmed"), detect, isPerson, "≤ 1");
  falsePositives("PubMed abstracts, other types", of("pubmed"), detect, (span) => !isPerson(span), "reported");
  falsePositives("doctor–patient dialogue, PERSON", of("mts_dialog"), detect, isPerson, "≤ 2");
  falsePositives("doctor–patient dialogue, others", of("mts_dialog"), detect, (span) => !isPerson(span), "reported");
  falsePositives("LLM traffic, any type", of("llm_traffic"), detect, () => true, "≤ 3");
}
if (wants("speed")) speed(detect);
let linear = true;
if (wants("growth")) linear = growth(detect);
process.exit(linear ? 0 : 1);
