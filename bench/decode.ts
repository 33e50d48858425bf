/**
 * `npm run bench decode`: is every value of a recorded exchange found under its signal, and nothing that is not there?
 *
 * Over every exchange of the corpus and every response fixture. What must be found comes from `decode/values.ts`, which knows words and no
 * schema, and for streams from the official clients and a schema-blind reading (`decode/streams.ts`). Exits 1 below 100 % for
 * OpenAI, Anthropic, Gemini and Bedrock, below 99 % for the rest, or when anything was guessed.
 */
import { decodeRequestBody, decodeResponseBody, recognize, type DecodedRequest, type DecodedResponse } from "@whysaid/recorder/wire";
import type { Protocol } from "@whysaid/recorder/format";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { guessed, Signals } from "./decode/found.ts";
import { blindReading, eventsOf, officialSnapshot } from "./decode/streams.ts";
import { leaves, requestValues, responseValues, type Kind, type Value } from "./decode/values.ts";

interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly api: string;
  readonly host: string;
  readonly path: string;
  readonly request_body: string;
  readonly response_body_raw: string;
  readonly response_body_encoding: "utf8" | "base64";
}
interface Fixture {
  readonly id: string;
  readonly provider: string;
  readonly area: string | null;
  readonly body: string;
}
interface Row {
  readonly api: string;
  cases: number;
  streams: number;
  expected: number;
  found: number;
  guessed: number;
}

const folder = join(process.env["WHYSAID_CORPUS"] ?? "../shared/data", "http");
if (!existsSync(join(folder, "exchanges.jsonl"))) {
  console.log(`no corpus at ${folder} (set WHYSAID_CORPUS): 0 cases`);
  process.exit(0);
}
const read = (name: string): readonly unknown[] => readFileSync(join(folder, name), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as unknown);
const asked = process.argv[2];

const rows = new Map<string, Row>();
const misses = new Map<Kind, { count: number; samples: string[] }>();
const strange: string[] = [];
const exchanges = read("exchanges.jsonl") as readonly Exchange[];
const fixtures = read("response_fixtures_vercel_ai.jsonl") as readonly Fixture[];
let outside = 0;
let decodeMs = 0;

for (const exchange of exchanges) {
  const recognized = recognize({ method: "POST", url: `https://${exchange.host}${exchange.path}`, body: exchange.request_body });
  if (recognized === null || recognized.protocol === "unknown") {
    outside += 1;
    continue;
  }
  const context = { url: `https://${exchange.host}${exchange.path}`, model: recognized.model };
  const body = exchange.response_body_encoding === "base64" ? Buffer.from(exchange.response_body_raw, "base64") : exchange.response_body_raw;
  const before = performance.now();
  const request = decodeRequestBody(recognized.protocol, exchange.request_body, context);
  const response = decodeResponseBody(recognized.protocol, body);
  decodeMs += performance.now() - before;
  const requestJson = parsed(exchange.request_body);
  const modelOfPath: readonly Value[] = recognized.model !== null && (requestJson as { model?: unknown } | null)?.model === undefined ? [{ kind: "model", value: recognized.model, path: "(path)" }] : [];
  await judge({ id: exchange.id, api: `${exchange.provider} ${exchange.api}`, protocol: recognized.protocol, request, response, requestText: exchange.request_body, requestJson, body, modelOfPath });
}
for (const fixture of fixtures) {
  const protocol = protocolOfFixture(fixture);
  if (protocol === null) {
    outside += 1;
    continue;
  }
  const response = decodeResponseBody(protocol, fixture.body);
  await judge({ id: fixture.id, api: `${fixture.provider} fixtures`, protocol, request: null, response, requestText: "", requestJson: null, body: fixture.body, modelOfPath: [] });
}
report();

interface Judged {
  readonly id: string;
  readonly api: string;
  readonly protocol: Protocol;
  readonly request: DecodedRequest | null;
  readonly response: DecodedResponse | null;
  readonly requestText: string;
  readonly requestJson: unknown;
  readonly body: string | Buffer;
  readonly modelOfPath: readonly Value[];
}

async function judge(judged: Judged): Promise<void> {
  const { id, api, protocol, request, response, requestText, requestJson, body } = judged;
  const row = rows.get(api) ?? { api, cases: 0, streams: 0, expected: 0, found: 0, guessed: 0 };
  rows.set(api, row);
  row.cases += 1;
  count(row, id, "request", [...requestValues(requestJson), ...judged.modelOfPath], new Signals(request, null));
  const events = eventsOf(body);
  const answered = new Signals(null, response);
  let runs: readonly string[] = [];
  if (events === null) {
    count(row, id, "response", responseValues(typeof body === "string" ? parsed(body) : null), answered);
  } else {
    row.streams += 1;
    const blind = blindReading(events);
    ({ runs } = blind);
    count(row, id, "stream", blind.values, answered);
    count(row, id, "client", responseValues(await officialSnapshot(protocol, events)).filter(({ kind }) => kind !== "error"), answered);
  }
  const json = events === null ? (typeof body === "string" ? parsed(body) : null) : events.map((event) => event.json);
  const found = guessed({ request, response }, bytesOf([requestJson, json, judged.modelOfPath.map(({ value }) => value), events?.map(({ name }) => name)], `${requestText}\n${typeof body === "string" ? body : ""}`, runs));
  row.guessed += found.length;
  strange.push(...found.map((text) => `${api} ${id} ${text}`));
  if (asked === id) console.log(JSON.stringify({ request, response }, null, 1));
}

function count(row: Row, id: string, side: string, values: readonly Value[], signals: Signals): void {
  for (const value of values) {
    row.expected += 1;
    if (signals.has(value)) {
      row.found += 1;
      continue;
    }
    const miss = misses.get(value.kind) ?? { count: 0, samples: [] };
    misses.set(value.kind, miss);
    miss.count += 1;
    miss.samples.push(`${row.api} ${id} ${side} ${value.path} = ${(JSON.stringify(value.value) ?? "").slice(0, 100)}`);
  }
}

function bytesOf(jsons: unknown, raw: string, runs: readonly string[]): Parameters<typeof guessed>[1] {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  const found: Value[] = [];
  leaves(jsons, [], "parameter", found);
  for (const [number] of raw.matchAll(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g)) numbers.add(Number(number));
  for (const { value, path } of found) {
    for (const key of path.split(".")) strings.add(key);
    if (typeof value === "string") strings.add(value);
    if (typeof value === "string" && /^\d+$/.test(value)) numbers.add(Number(value));
    if (typeof value === "number") numbers.add(value);
  }
  return { raw, strings, numbers, runs };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** null for what no decoder is for: embeddings, images, skills, speech, Google's interactions. */
function protocolOfFixture({ provider, area, body }: Fixture): Protocol | null {
  if (area !== null && !["chat", "completion", "responses"].includes(area)) return area === "image" ? "openai-chat" : null;
  if (provider === "anthropic") return "anthropic-messages";
  if (provider === "amazon-bedrock") return "bedrock-converse";
  if (provider === "cohere") return "cohere-chat";
  if (provider === "google") return "gemini";
  if (area === "responses" || provider === "azure") return "openai-responses";
  if (body.includes('"segments"')) return null;
  return provider === "mistral" ? "mistral-chat" : area === "completion" ? "openai-completions" : "openai-chat";
}

function report(): void {
  const strict = /^(?:openai|azure|anthropic|gemini|vertex|google|bedrock|amazon)/;
  const all = [...rows.values()].sort((a, b) => a.api.localeCompare(b.api));
  const line = (cells: readonly (string | number)[]): string => cells.map((cell, index) => (index === 0 ? String(cell).padEnd(32) : String(cell).padStart(10))).join("");
  console.log(line(["provider api", "cases", "streams", "values", "found", "%", "guessed"]));
  let failed = false;
  for (const row of all) {
    const percent = row.expected === 0 ? 100 : (row.found / row.expected) * 100;
    const floor = strict.test(row.api) ? 100 : 99;
    failed ||= percent < floor || row.guessed > 0;
    console.log(line([row.api, row.cases, row.streams, row.expected, row.found, percent === 100 ? "100" : percent.toFixed(3), row.guessed]) + (percent < floor ? `  below ${floor}` : ""));
  }
  const sum = (pick: (row: Row) => number): number => all.reduce((total, row) => total + pick(row), 0);
  const found = sum(({ found }) => found);
  const expected = sum(({ expected }) => expected);
  console.log(line(["all", sum(({ cases }) => cases), sum(({ streams }) => streams), expected, found, ((found / expected) * 100).toFixed(3), sum(({ guessed }) => guessed)]));
  console.log(`\n${outside} bodies of other calls (embeddings, images, speech, …) have no decoder. Decoding took ${(decodeMs / exchanges.length).toFixed(3)} ms per exchange.`);
  for (const [kind, { count, samples }] of misses) console.log(`\nmissed ${kind}: ${count}\n  ${samples.slice(0, asked === "all" ? 1000 : 8).join("\n  ")}`);
  if (strange.length > 0) console.log(`\nnot in the bytes: ${strange.length}\n  ${strange.slice(0, asked === "all" ? 1000 : 12).join("\n  ")}`);
  process.exitCode = failed ? 1 : 0;
}
