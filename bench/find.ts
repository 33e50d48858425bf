/**
 * Finding an answer again, by its text and by its screenshot. `npm run bench find [-- --size 20000 --shots 80 --pasted 200 --fuzz 5000 --seed 1 --keep DIR]`.
 *
 * Answers of nine features go through the recorder, its redactor and the journal into a SQLite store; screenshots are rendered by Chromium, read by the product's own reader and
 * searched for, first with all answers there, then without the one that is shown. Exit code 1 when an aim is missed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { find, type Found } from "../packages/workbench/src/find/find.ts";
import { decodeImage } from "../packages/workbench/src/find/image/node/decode.ts";
import { loadReader } from "../packages/workbench/src/find/image/node/load-reader.ts";
import { readPixels, type Region } from "../packages/workbench/src/find/image/read.ts";
import type { Redact } from "../packages/workbench/src/find/query.ts";
import { queryRedactor } from "../packages/workbench/src/find/redact-query.ts";
import { findRegions } from "../packages/workbench/src/find/regions.ts";
import { openStore } from "../packages/workbench/src/ingest/open-store.ts";
import type { Store } from "../packages/workbench/src/store/store.ts";
import { corpusOf, type Answer } from "./find/corpus.ts";
import { record } from "./find/ingest.ts";
import { pastedFrom, verdictOf, VERDICTS, watched, type Verdict } from "./find/pasted.ts";
import { openBrowser, screenshot, styles } from "./find/screens.ts";
import { Random } from "./workload.ts";

const { values: options } = parseArgs({ options: { size: { type: "string", default: "20000" }, shots: { type: "string", default: "80" }, pasted: { type: "string", default: "200" }, seed: { type: "string", default: "1" }, fuzz: { type: "string", default: "5000" }, unredacted: { type: "boolean", default: false }, keep: { type: "string" }, show: { type: "boolean", default: false } } });
const size = Number(options.size);
const seed = Number(options.seed);
const shots = Number(options.shots);
/** Kept with `--keep`: the next run of the same size and seed need not record again. */
const directory = options.keep === undefined ? mkdtempSync(join(process.env["WHYSAID_BENCH_DIR"] ?? tmpdir(), "whysaid-bench-find-")) : join(options.keep, `${size}-${seed}`);

interface Judged {
  readonly isFamily: boolean;
  readonly first: boolean;
  /** Among those the answer does not tell apart. */
  readonly tied: boolean;
  readonly inFamily: boolean;
  readonly kind: Found["answer"]["kind"];
  readonly wrongMatch: boolean;
}
const answers = corpusOf(size, seed);
const random = new Random(seed * 7919 + 1);
let missed = 0;
const aim = (name: string, value: string, isReached: boolean, wanted: string): void => {
  if (!isReached) missed += 1;
  console.log(`${isReached ? "  " : "✗ "}${name.padEnd(64)} ${value.padStart(16)}   to reach ${wanted}`);
};

function judgedOf(found: Found, at: number, ids: readonly string[], familyIds: ReadonlySet<string>): Judged {
  const rank = found.matches.findIndex(({ traceId }) => traceId === ids[at]);
  const top = found.matches[0]?.traceId;
  return {
    isFamily: (answers[at] as Answer).family !== null,
    first: rank === 0,
    tied: found.answer.kind === "one-of" && rank >= 0 && rank < found.answer.of,
    inFamily: top !== undefined && (familyIds.size === 0 || familyIds.has(top)),
    kind: found.answer.kind,
    wrongMatch: found.answer.kind === "match" && rank !== 0,
  };
}
const idsOfFamily = (at: number, ids: readonly string[]): ReadonlySet<string> => {
  const { family } = answers[at] as Answer;
  return new Set(family === null ? [] : answers.flatMap((answer, n) => (answer.family === family && n !== at ? [ids[n] as string] : [])).concat(ids[at] as string));
};
const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
const at95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;

/** What was taken away is not there: searched in a store whose answers to the query are all others. */
const without = (store: Store, traceId: string): Store =>
  new Proxy(store, {
    get: (target, key) =>
      key !== "search"
        ? (target[key as keyof Store] as unknown)
        : new Proxy(target.search, {
            get: (search, name) =>
              name === "candidates"
                ? async (query: Parameters<typeof search.candidates>[0]) => (await search.candidates({ ...query, limit: query.limit + 1 })).filter((one) => one.traceId !== traceId).slice(0, query.limit)
                : (search[name as keyof typeof search] as (...given: unknown[]) => unknown).bind(search),
          }),
  });

async function measurePasted(store: Store, redact: Redact, ids: readonly string[]): Promise<void> {
  const numberOf = new Map(ids.map((id, n) => [id, n]));
  const verdicts = new Map<Verdict, number>();
  const kinds = new Map<string, number>();
  let wrong = 0;
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  const count = Number(options.pasted);
  const { store: seen, brought } = watched(store);
  for (let n = 0; n < count; n += 1) {
    const at = random.below(size);
    const pasted = pastedFrom(answers[at] as Answer, random);
    brought.clear();
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    const found = await find(seen, { text: pasted.text }, redact, { limit: 300 });
    wallMs.push(performance.now() - startedMs);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
    const id = ids[at] as string;
    const verdict = verdictOf(found, id, brought.has(id), pasted, (traceId) => answers[numberOf.get(traceId) as number] as Answer);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    kinds.set(found.answer.kind, (kinds.get(found.answer.kind) ?? 0) + 1);
    if (found.answer.kind === "match" && found.matches[0]?.traceId !== id) wrong += 1;
    if (options.show && verdict.startsWith("lost")) console.log(`    ${verdict} (${found.answer.kind} of ${found.answer.of})\n      ${pasted.text.replaceAll("\n", " ")}\n      ${(answers[at] as Answer).text.replaceAll("\n", " ")}\n      ${found.matches[0]?.excerpt.replaceAll("\n", " ")}`);
  }
  const of = (...which: readonly Verdict[]): number => which.reduce((sum, one) => sum + (verdicts.get(one) ?? 0), 0);
  const right = of("first", "tied, the passage is the same", "tied, what is legible of it is the same");
  aim("15 words with 5 % of letters wrong: right, or honestly tied", `${right} of ${count}`, right >= 0.98 * count, "98 %");
  for (const verdict of VERDICTS) console.log(`    ${verdict.padEnd(62)} ${`${of(verdict)} of ${count}`.padStart(16)}`);
  console.log(`    called ${[...kinds].map(([kind, n]) => `${kind} ${n}`).join(", ")}`);
  aim("of these a wrong answer called a match", `${wrong} of ${count}`, wrong === 0, "0");
  aim(`find, median (CPU ${median(cpuMs).toFixed(0)} ms; 95 %: ${at95(wallMs).toFixed(0)} ms)`, `${median(wallMs).toFixed(0)} ms`, median(wallMs) <= (size > 50_000 ? 400 : 150), size > 50_000 ? "≤ 400 ms" : "≤ 150 ms");
}

const fragments = ["OR", "AND", "NEAR(", "*", "^", '"', "'", "\0", "\ud800", "⟦PERSON:aaaa~1⟧", "[[ID:x~1]]", "%", "_", "-", "é", "汉字汉字", "💥", "\\", "e".repeat(30)];

/** Queries nobody means: operators, quotes, control bytes, thousands of words. */
async function measureAbuse(store: Store, redact: Redact): Promise<void> {
  const words = answers.slice(0, 1000).flatMap(({ text }) => text.split(/\s+/));
  const fragment = (): string => (random.next() < 0.5 ? random.pick(words) : random.next() < 0.7 ? random.pick(fragments) : random.hex(7));
  const count = Number(options.fuzz);
  const kinds: readonly (readonly [name: string, count: number, make: () => string])[] = [
    ["fuzzed queries", count, () => Array.from({ length: random.between(1, 40) }, fragment).join(" ")],
    ["5,000 words", Math.ceil(count / 100), () => Array.from({ length: 5000 }, () => random.pick(words)).join(" ")],
    ["one word 5,000 times", Math.ceil(count / 100), () => `${random.pick(words)} `.repeat(5000)],
    ["500 words nobody has", Math.ceil(count / 100), () => Array.from({ length: 500 }, () => random.hex(9)).join(" ")],
    ["parts of words", Math.ceil(count / 50), () => random.pick(words).slice(1, 6)],
  ];
  for (const [name, times, make] of kinds) {
    const cpuMs: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const text = make();
      const cpu = process.cpuUsage();
      await find(store, { text }, redact);
      const { user, system } = process.cpuUsage(cpu);
      cpuMs.push((user + system) / 1000);
    }
    aim(`${times.toLocaleString("en")} × ${name}: longest, CPU (median ${median(cpuMs).toFixed(0)} ms)`, `${Math.max(...cpuMs).toFixed(0)} ms`, Math.max(...cpuMs) <= 250, "≤ 250 ms");
  }
}

interface Read {
  readonly at: number;
  readonly regions: readonly Region[];
}
async function readShots(): Promise<readonly Read[]> {
  const browser = await openBrowser();
  const reader = await loadReader();
  const cpuMs: number[] = [];
  const reads: Read[] = [];
  const families = answers.flatMap(({ family }, at) => (family === null ? [] : [at]));
  const distinct = answers.flatMap(({ family }, at) => (family === null ? [at] : []));
  for (let n = 0; n < shots; n += 1) {
    const at = random.pick(n % 2 === 0 ? distinct : families);
    const { image } = await screenshot(browser, (answers[at] as Answer).text, styles[Math.floor(n / 2) % styles.length] as (typeof styles)[number], random);
    const cpu = process.cpuUsage();
    const regions = await readPixels(decodeImage(image), reader);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
    reads.push({ at, regions });
  }
  await reader.close();
  await browser.close();
  aim(`one image, CPU (median; 95 %: ${(at95(cpuMs) / 1000).toFixed(1)} s)`, `${(median(cpuMs) / 1000).toFixed(1)} s`, median(cpuMs) <= 3000, "≤ 3 s");
  return reads;
}

async function keptReads(path: string): Promise<readonly Read[]> {
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Read[];
  const reads = await readShots();
  if (options.keep !== undefined) writeFileSync(path, JSON.stringify(reads));
  return reads;
}

async function measureShots(store: Store, redact: Redact, ids: readonly string[], reads: readonly Read[]): Promise<number> {
  const all: Judged[] = [];
  let falseMatches = 0;
  for (const [n, { at, regions }] of reads.entries()) {
    const judged = judgedOf(await findRegions(store, regions, redact, { limit: 300 }), at, ids, idsOfFamily(at, ids));
    all.push(judged);
    const gone = await findRegions(without(store, ids[at] as string), regions, redact, { limit: 10 });
    if (gone.answer.kind === "match") falseMatches += 1;
    if (!judged.first && !judged.tied) console.log(`    not found: ${styles[Math.floor(n / 2) % styles.length]?.name}${judged.isFamily ? ", family" : ""}: ${judged.kind}`);
  }
  const distinct = all.filter(({ isFamily }) => !isFamily);
  const family = all.filter(({ isFamily }) => isFamily);
  const first = distinct.filter((one) => one.first).length;
  const right = family.filter((one) => one.first || one.tied).length;
  const of = (n: number, among: readonly unknown[]): string => `${n} of ${among.length}`;
  aim("distinct answers at rank 1", of(first, distinct), first >= distinct.length * 0.975, "39 of 40");
  aim("families of 200 differing in one number: right or honestly tied", of(right, family), right >= family.length * 0.975, "39 of 40");
  aim("the family itself", of(family.filter((one) => one.inFamily).length, family), family.every((one) => one.inFamily), "40 of 40");
  aim("`match` on a wrong sibling", of(all.filter((one) => one.wrongMatch).length, all), !all.some((one) => one.wrongMatch), "0");
  aim("`match` when the answer shown is not there", of(falseMatches, all), falseMatches <= all.length / 40, "1 of 40");
  console.log(`  called match ${all.filter(({ kind }) => kind === "match").length}, one of several ${all.filter(({ kind }) => kind === "one-of").length}, weak ${all.filter(({ kind }) => kind === "weak").length}, not found ${all.filter(({ kind }) => kind === "not-found").length}`);
  return first + right;
}

async function recordedIn(dir: string, redaction: "standard" | "off"): Promise<readonly string[]> {
  const list = join(dir, "ids.json");
  if (existsSync(list)) return JSON.parse(readFileSync(list, "utf8")) as string[];
  const ids = await record(dir, answers, redaction);
  if (options.keep !== undefined) writeFileSync(list, JSON.stringify(ids));
  return ids;
}

try {
  const startedMs = performance.now();
  const redactedDir = join(directory, "redacted");
  const ids = await recordedIn(redactedDir, "standard");
  console.log(`${size.toLocaleString("en")} answers recorded, redacted and stored in ${((performance.now() - startedMs) / 1000).toFixed(0)} s; Node ${process.versions.node}\n`);
  const store = await openStore(join(redactedDir, "store.db"));
  const redact = queryRedactor(join(redactedDir, "keys"));
  await find(store, { text: (answers[0] as Answer).text }, redact);
  await measurePasted(store, redact, ids);
  if (Number(options.fuzz) > 0) await measureAbuse(store, redact);
  if (shots > 0) {
    const reads = await keptReads(join(directory, `reads-${shots}.json`));
    const redacted = await measureShots(store, redact, ids, reads);
    if (options.unredacted) {
      const plainDir = join(directory, "plain");
      const plainIds = await recordedIn(plainDir, "off");
      const plain = await openStore(join(plainDir, "store.db"));
      console.log("\nthe same without redaction:");
      const found = await measureShots(plain, (text) => ({ text, spans: [] }), plainIds, reads);
      aim("found with redaction, against without", `${redacted} : ${found}`, Math.abs(redacted - found) <= 1, "± 1");
      await plain.close();
    }
  }
  await store.close();
} finally {
  if (options.keep === undefined) rmSync(directory, { recursive: true, force: true });
}
process.exit(missed === 0 ? 0 : 1);
