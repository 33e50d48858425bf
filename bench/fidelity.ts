/**
 * `npm run bench fidelity`: does the recorder change what the app sees, and does it keep the bytes?
 *
 * A loopback provider in its own process replays every exchange of the corpus whose bytes are exact, in whole and in 37-byte pieces, plain and gzip,
 * to the official clients where there is one and to plain `fetch`, once without and once with `recorder.fetch`. The journal is read
 * back and bodies restored to bytes. Then calls are ended in every way a call can end. Exits 1 unless all is 100 %.
 */
import { createRecorder } from "@whysaid/recorder";
import { derivedKey, openVault, readKey } from "@whysaid/recorder/redact";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { clientCall, clientOf, plainCall, type Fetch, type Seen } from "./fidelity/calls.ts";
import { responseBytes, type Exchange } from "./fidelity/exchange.ts";
import { endings } from "./fidelity/states.ts";
import { hash, readStored } from "./fidelity/stored.ts";

const corpus = join(process.env["WHYSAID_CORPUS"] ?? "../shared/data", "http/exchanges.jsonl");
if (!existsSync(corpus)) {
  console.log(`no corpus at ${corpus} (set WHYSAID_CORPUS): 0 cases`);
  process.exit(0);
}
// The clients warn of the age of recorded models, once a call.
console.warn = () => undefined;
const AT_ONCE = 6;
const ENDINGS_EACH = 40;
const WAYS = ["whole", "pieces", "whole+gzip", "pieces+gzip"] as const;

const exchanges = readFileSync(corpus, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Exchange).filter((exchange) => exchange.request_body_exact || exchange.response_body_exact);

interface Tally {
  cases: number;
  right: number;
  readonly wrong: string[];
}
const tallies = new Map<string, Tally>();
function tally(name: string, isRight: boolean, wrong: () => string): void {
  const counts = tallies.get(name) ?? { cases: 0, right: 0, wrong: [] };
  tallies.set(name, counts);
  counts.cases += 1;
  if (isRight) counts.right += 1;
  else counts.wrong.push(wrong());
}

let runs = 0;
const nextRun = (): string => String((runs += 1));

/** Ask for one exchange without and with the recorder. */
interface Compared {
  readonly run: string;
  readonly exchange: Exchange;
  readonly way: string;
  readonly client: boolean;
  readonly seen: Seen;
}
async function compare(origin: string, fetch: Fetch, exchange: Exchange, way: string, client: ReturnType<typeof clientOf>): Promise<Compared> {
  const call = (by: Fetch, run: string): Promise<Seen> => {
    const base = `${origin}/x/${run}/${exchange.id}/${way}`;
    return client === undefined ? plainCall(by, base, exchange) : clientCall(client, by, base, exchange);
  };
  const run = nextRun();
  const bare = await call(globalThis.fetch, nextRun());
  const seen = await call(fetch, run);
  const kind = client === undefined ? "fetch" : "client";
  tally(`the app sees the same (${kind}, ${way})`, JSON.stringify(bare) === JSON.stringify(seen), () => `${exchange.id}: ${difference(bare, seen)}`);
  if (client === undefined) tally(`response as sent = as seen (fetch, ${way})`, seen.body === hash(responseBytes(exchange)), () => exchange.id);
  return { run, exchange, way, client: client !== undefined, seen };
}
const difference = (bare: Seen, seen: Seen): string => Object.keys(bare).filter((key) => bare[key as keyof Seen] !== seen[key as keyof Seen]).map((key) => `${key} ${String(bare[key as keyof Seen]).slice(0, 80)} | ${String(seen[key as keyof Seen]).slice(0, 80)}`).join("; ");

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    }),
  );
}

async function replayAll(origin: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-fidelity-"));
  const problems: string[] = [];
  const recorder = createRecorder({ service: "bench", dir, redaction: "off", onProblem: (problem) => problems.push(`${problem.code}: ${problem.message}`) });
  const compared: Compared[] = [];
  const jobs = exchanges.flatMap((exchange) => WAYS.flatMap((way) => [undefined, clientOf(exchange)].filter((client, index) => index === 0 || client !== undefined).map((client) => ({ exchange, way, client }))));
  await inParallel(jobs, async ({ exchange, way, client }) => void compared.push(await compare(origin, recorder.fetch, exchange, way, client)));
  await recorder.close();
  const stored = readStored(join(dir, "journal"));
  for (const { run, exchange, way, client, seen } of compared) {
    // A client that refused to send (its own checks) recorded nothing.
    if (seen.received === null) continue;
    const [attempt, ...more] = stored.get(run) ?? [];
    const kind = client ? "client" : "fetch";
    tally(`request as sent = as stored (${kind})`, hashOf(attempt?.request) === seen.received, () => `${exchange.id} ${way}`);
    tally(`response as sent = as stored (${kind}, ${way})`, isAsSent(attempt?.response?.body, responseBytes(exchange), client), () => `${exchange.id} ${attempt?.response?.state ?? "nothing"}`);
    tally("state: complete", attempt?.response?.state === "complete" && more.length === 0, () => `${exchange.id} ${kind} ${way}: ${attempt?.response?.state ?? "none"}, ${more.length + 1} attempts`);
  }
  tally("problems reported", problems.length === 0, () => problems.join("; "));
  rmSync(dir, { recursive: true });
}

const hashOf = (bytes: Uint8Array | null | undefined): string => (bytes === null || bytes === undefined ? "nothing" : hash(bytes));
/** A client that has its stream's last event leaves the blank line behind it unread: what nobody read is not recorded. */
function isAsSent(stored: Uint8Array | null | undefined, sent: Buffer, client: boolean): boolean {
  if (stored === null || stored === undefined) return false;
  const left = sent.subarray(stored.length).toString("latin1");
  return sent.subarray(0, stored.length).equals(stored) && (left === "" || (client && left.trim() === ""));
}

/** With redaction on, and every text revealed by the vault: the same bytes, but for media, which are dropped to a note of type, size and hash. */
async function revealAll(origin: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-fidelity-"));
  const recorder = createRecorder({ service: "bench", dir, onProblem: (problem) => tally("problems reported", false, () => `${problem.code}: ${problem.message}`) });
  const asked: { readonly run: string; readonly exchange: Exchange }[] = [];
  await inParallel(exchanges, async (exchange) => {
    const run = nextRun();
    const seen = await plainCall(recorder.fetch, `${origin}/x/${run}/${exchange.id}/whole`, exchange);
    tally("the app sees the same (redacting)", seen.body === hash(responseBytes(exchange)), () => exchange.id);
    asked.push({ run, exchange });
  });
  await recorder.close();
  const vault = openVault({ dir: join(dir, "vault"), keys: [derivedKey(readKey({ file: join(dir, "keys", "vault.key"), create: false }), "vault")] });
  const stored = readStored(join(dir, "journal"), (text) => vault.reveal(text));
  for (const { run, exchange } of asked) {
    const [attempt] = stored.get(run) ?? [];
    for (const [side, bytes, restored] of [["request", Buffer.from(exchange.request_body), attempt?.request], ["response", responseBytes(exchange), attempt?.response?.body]] as const) {
      if (restored !== null && restored !== undefined && DROPPED_MEDIA.test(Buffer.from(restored).toString("utf8"))) tally(`${side}s with media dropped (not counted)`, true, () => "");
      else tally(`${side} as sent = redacted, stored, revealed`, restored !== null && restored !== undefined && bytes.equals(restored), () => exchange.id);
    }
  }
  rmSync(dir, { recursive: true });
}
const DROPPED_MEDIA = /⟦(?:MEDIA|media)[^⟧]*⟧/;

async function endAll(origin: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-fidelity-"));
  const recorder = createRecorder({ service: "bench", dir, redaction: "off", onProblem: () => undefined });
  const done: { readonly run: string; readonly name: string; readonly states: readonly string[]; readonly id: string }[] = [];
  for (const ending of endings) {
    await inParallel(sample(exchanges.filter(ending.fits), ENDINGS_EACH), async (exchange) => {
      const run = nextRun();
      const base = (of: string): string => `${origin}/x/${of}/${exchange.id}/${ending.how}`;
      const bare = await ending.run(globalThis.fetch, base(nextRun()), exchange);
      const seen = await ending.run(recorder.fetch, base(run), exchange);
      tally("the app sees the same end", bare === seen, () => `${ending.name} ${exchange.id}: ${bare} | ${seen}`);
      done.push({ run, name: ending.name, states: ending.states, id: exchange.id });
    });
  }
  await recorder.close();
  const stored = readStored(join(dir, "journal"));
  for (const { run, name, states, id } of done) {
    const attempts = stored.get(run) ?? [];
    const right = JSON.stringify(attempts.map(({ response }) => response?.state)) === JSON.stringify(states) && new Set(attempts.map(({ span }) => span)).size === 1 && attempts.every(({ attempt }, index) => attempt === index + 1);
    tally(`state: ${name}`, right, () => `${id}: ${attempts.map(({ attempt, response }) => `${attempt} ${response?.state ?? "open"}`).join(", ")}`);
  }
  rmSync(dir, { recursive: true });
}
/** Spread evenly over the list. */
const sample = <T>(list: readonly T[], count: number): readonly T[] => (list.length <= count ? list : Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)] as T));

async function startProvider(): Promise<{ readonly child: ChildProcess; readonly origin: string }> {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, "fidelity/provider.ts"), corpus], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await new Promise<readonly string[]>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the provider ended")));
    createInterface({ input: child.stdout }).once("line", (line) => resolve([line]));
  });
  return { child, origin: `http://127.0.0.1:${port}` };
}

const { child, origin } = await startProvider();
const startedMs = performance.now();
try {
  await replayAll(origin);
  await endAll(origin);
  await revealAll(origin);
} finally {
  child.stdin?.end();
}
console.log(`${exchanges.length} exchanges with exact bytes, ${runs} calls in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);
let failed = false;
for (const [name, { cases, right, wrong }] of tallies) {
  failed ||= right < cases;
  console.log(`${name.padEnd(58)}${String(cases).padStart(7)}${String(right).padStart(7)}  ${((right / cases) * 100).toFixed(right === cases ? 0 : 3)} %`);
  for (const text of wrong.slice(0, 5)) console.log(`    ${text}`);
}
process.exit(failed ? 1 : 0);
