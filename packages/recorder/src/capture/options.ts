/**
 * What `createRecorder` takes, checked once at start-up: the only place of the recorder that throws. An unknown option is an error too, so that a
 * misspelt `redaction` does not leave a service unredacted.
 */
import { WhysaidError, type SpanId, type TraceId } from "../format/index.ts";
import type { Durability } from "../journal/journal.ts";
import type { RedactorOptions } from "../redact/redact.ts";
import type { Declared } from "../redact/redactor.ts";
import type { OnProblem } from "./problems.ts";

/** A base URL whose calls are recorded, and whose they are. */
export type BaseUrl = string | { readonly url: string; readonly provider?: string };

export interface JournalOptions {
  /** Bytes one segment may reach before the next is begun. */
  readonly segmentBytes?: number;
  /** Bytes all segments of the directory may reach; entries over it are counted as gaps. */
  readonly maxBytes?: number;
}

/** The redactor's own options; where keys lie, who is declared and where problems go it gets from the recorder's. */
export type RedactionOptions = Omit<RedactorOptions, "dir" | "declared" | "onProblem">;

export interface RecorderOptions {
  /** The app's name, e.g. `"mila"`. */
  readonly service?: string;
  /** What is deployed, e.g. a git hash. */
  readonly release?: string;
  readonly environment?: string;
  /** Directory of journal, store, vault and keys. Default `WHYSAID_DIR`, else `.whysaid`. */
  readonly dir?: string;
  /** `"memory"` keeps entries until `flush()`; an object sets limits of the files. */
  readonly journal?: "memory" | JournalOptions;
  readonly durability?: Durability;
  /** A server that the journal is shipped to in the background. Default `WHYSAID_URL`; without, nothing leaves the machine. */
  readonly url?: string;
  /** The access key it asks for, with the role `ingest`. Default `WHYSAID_KEY`. */
  readonly key?: string;
  /** What is taken out of texts before they are written (docs/redaction.md). `"off"` records them as they are. */
  readonly redaction?: "off" | RedactionOptions;
  /** Identifiers known for the whole service; a trace adds its own. */
  readonly declared?: Declared;
  /** Calls under these are recorded whatever their path; for gateways and models of your own. */
  readonly baseUrls?: readonly BaseUrl[];
  /** Put on every trace. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The `fetch` the app's calls go out through. Default `globalThis.fetch` as it is when the recorder is made. */
  readonly fetch?: typeof globalThis.fetch;
  /** Larger bodies are recorded as their size. Default 64 MB. */
  readonly maxBodyBytes?: number;
  /** Told of each kind of problem once. Default: a line on stderr. */
  readonly onProblem?: OnProblem;
  readonly now?: () => number;
  readonly newTraceId?: () => TraceId;
  readonly newSpanId?: () => SpanId;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

type Check = (value: unknown) => string | undefined;
const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "a non-empty string");
const callable: Check = (value) => (typeof value === "function" ? undefined : "a function");
const bytes: Check = (value) => (Number.isSafeInteger(value) && (value as number) > 0 ? undefined : "a whole number of bytes above 0");
const record: Check = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "an object");
const among =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : words.map((word) => `"${word}"`).join(" or ");

const checks: Readonly<Record<keyof RecorderOptions, Check>> = {
  service: text,
  release: text,
  environment: text,
  dir: text,
  journal: (value) => (value === "memory" || record(value) === undefined ? journalFault(value) : '"memory" or an object of limits'),
  durability: among("process", "power"),
  url: (value) => (typeof value === "string" && isHttpUrl(value) ? undefined : "an absolute http or https URL"),
  key: text,
  redaction: (value) => (value === "off" || record(value) === undefined ? undefined : '"off" or an object of redaction options'),
  declared: record,
  baseUrls: (value) => (Array.isArray(value) && value.every(isBaseUrl) ? undefined : "a list of absolute URLs, or of {url, provider}"),
  tags: (value) => record(value) ?? (Object.values(value as object).every((one) => typeof one === "string") ? undefined : "an object of strings"),
  fetch: callable,
  maxBodyBytes: bytes,
  onProblem: callable,
  now: callable,
  newTraceId: callable,
  newSpanId: callable,
};
const journalLimits = ["segmentBytes", "maxBytes"];

/** @throws WhysaidError `OPTIONS_INVALID`, naming every bad option and its fix */
export function checkOptions(options: RecorderOptions): void {
  if (typeof options !== "object" || options === null) throw new WhysaidError("OPTIONS_INVALID", "createRecorder takes one object of options", { fix: 'Call createRecorder({ service: "…" }).' });
  const faults: string[] = [];
  const fixes: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, name) ? checks[name as keyof RecorderOptions] : undefined;
    if (check === undefined) {
      faults.push(`there is no option \`${name}\``);
      const near = nearest(name);
      fixes.push(near === undefined ? `Remove \`${name}\`` : `Write \`${near}\``);
    } else {
      const wanted = check(value);
      if (wanted === undefined) continue;
      faults.push(`\`${name}\` is not usable`);
      fixes.push(`Give \`${name}\` ${wanted}`);
    }
  }
  if (faults.length > 0) throw new WhysaidError("OPTIONS_INVALID", `createRecorder: ${faults.join("; ")}`, { fix: `${fixes.join(". ")}. Options are listed in docs/recorder.md.` });
}

/** Options with their defaults; the environment is asked here and nowhere else in capture. */
export interface Settings {
  readonly dir: string;
  readonly service: string | null;
  readonly release: string | null;
  readonly environment: string | null;
  readonly baseUrls: readonly { readonly url: string; readonly provider?: string }[];
  readonly maxBodyBytes: number;
  readonly journal: "memory" | JournalOptions;
  readonly durability: Durability;
  readonly url: string | null;
  readonly key: string | null;
}
export function settingsOf(options: RecorderOptions, env: Readonly<Record<string, string | undefined>> = globalThis.process.env): Settings {
  const given = (option: string | undefined, name: string): string | undefined => option ?? (env[name] === "" ? undefined : env[name]);
  return {
    dir: given(options.dir, "WHYSAID_DIR") ?? ".whysaid",
    service: given(options.service, "WHYSAID_SERVICE") ?? null,
    release: given(options.release, "WHYSAID_RELEASE") ?? null,
    environment: given(options.environment, "WHYSAID_ENVIRONMENT") ?? null,
    baseUrls: (options.baseUrls ?? baseUrlsOf(env.WHYSAID_BASE_URLS)).map((base) => (typeof base === "string" ? { url: base } : base)),
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    journal: options.journal ?? {},
    durability: options.durability ?? "process",
    url: given(options.url, "WHYSAID_URL") ?? null,
    key: given(options.key, "WHYSAID_KEY") ?? null,
  };
}

/** `WHYSAID_BASE_URLS`: absolute URLs with spaces or commas between; what is none is left out. */
export const baseUrlsOf = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter((url) => URL.canParse(url));

function journalFault(value: unknown): string | undefined {
  if (value === "memory") return undefined;
  const bad = Object.entries(value as object).some(([name, limit]) => !journalLimits.includes(name) || (limit !== undefined && bytes(limit) !== undefined));
  return bad ? `"memory" or an object of ${journalLimits.map((name) => `\`${name}\``).join(" and ")}, whole numbers of bytes` : undefined;
}
export const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
function isBaseUrl(value: unknown): boolean {
  if (typeof value === "string") return URL.canParse(value);
  const base = value as { url?: unknown; provider?: unknown } | null;
  return typeof base === "object" && base !== null && typeof base.url === "string" && URL.canParse(base.url) && (base.provider === undefined || typeof base.provider === "string");
}

/** The option that a slip of the keys explains: a beginning, or two letters more, less, other or swapped. */
function nearest(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const known = Object.keys(checks);
  return known.find((one) => wanted.length > 3 && (one.startsWith(wanted) || wanted.startsWith(one))) ?? known.find((one) => one.length > 3 && distance(wanted, one.toLowerCase()) <= 2);
}
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_unused, index) => index);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) next.push(Math.min((row[to] as number) + 1, (next[to - 1] as number) + 1, (row[to - 1] as number) + (one[at - 1] === other[to - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length] as number;
}
