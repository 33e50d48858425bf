/**
 * `import`: recordings of other programs → store. One JSON value a line, or one JSON file; what each is is told by its keys. Everything goes through the redactor
 * before anything is written, like what an app records.
 */
import { createReadStream, openSync, closeSync, readSync } from "node:fs";
import { createInterface } from "node:readline";
import { WhysaidError, type TraceId } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";
import type { SegmentBatch, Store } from "../../store/store.ts";
import { chatDrafts, isChat } from "./chat.ts";
import { batchOf, type Draft } from "./draft.ts";
import { exchangeDraft, harDrafts, isExchange, isHar } from "./exchanges.ts";
import { isFields, type Fields } from "./fields.ts";
import { importOtlp, isOtlpFile } from "./otlp.ts";
import { redactedBefore } from "./redacted-before.ts";
import { isStory, storyDraft } from "./stories.ts";

export interface ImportOptions {
  readonly scope: RedactionScope;
  /** For records that name none. */
  readonly feature?: string;
  /** For records that tell no time. */
  readonly nowMs?: number;
  readonly onProgress?: (progress: { readonly records: number; readonly bytes: number }) => void;
}
export interface ImportOutcome {
  readonly records: number;
  /** Traces that were not in the store before. */
  readonly traces: readonly TraceId[];
  /** Traces that were there already. */
  readonly duplicates: number;
  /** Line numbers and why, free of content. */
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

/** Records of one transaction. */
const BATCH_RECORDS = 200;

/**
 * @throws WhysaidError `IMPORT_UNREADABLE` when the file can't be read or holds nothing that can be imported
 */
export async function importFile(path: string, store: Store, options: ImportOptions): Promise<ImportOutcome> {
  if (isOtlpFile(path)) return importOtlp(path, store, options);
  return importLines(linesOf(path), store, options, path);
}

/** @param name  of the source, for the error */
export async function importLines(lines: AsyncIterable<string>, store: Store, options: ImportOptions, name: string): Promise<ImportOutcome> {
  const run = new ImportRun(store, options);
  try {
    for await (const line of lines) await run.add(line);
  } catch (cause) {
    const isOfFile = cause instanceof SyntaxError || (cause instanceof Error && "syscall" in cause);
    if (!isOfFile) throw cause;
    throw new WhysaidError("IMPORT_UNREADABLE", `${name} cannot be read`, { fix: "Name a file you may read: JSON lines, a HAR file, or what `whysaid export` prints.", cause });
  }
  const outcome = await run.end();
  if (outcome.records === 0)
    throw new WhysaidError("IMPORT_UNREADABLE", `${name} holds nothing that can be imported${outcome.refused[0] === undefined ? "" : ` (line ${outcome.refused[0].line}: ${outcome.refused[0].reason})`}`, {
      fix: "Import recorded HTTP exchanges, HAR, chat JSONL, or what `whysaid export` prints: `whysaid import --help` shows each.",
    });
  return outcome;
}

class ImportRun {
  readonly #store: Store;
  readonly #options: ImportOptions;
  readonly #nowMs: number;
  readonly #traces = new Set<TraceId>();
  readonly #refused: { line: number; reason: string }[] = [];
  #pending: { readonly trace: TraceId; readonly batch: SegmentBatch }[] = [];
  #records = 0;
  #duplicates = 0;
  #lines = 0;
  #bytes = 0;

  constructor(store: Store, options: ImportOptions) {
    this.#store = store;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now();
  }

  async add(line: string): Promise<void> {
    this.#lines += 1;
    this.#bytes += line.length + 1;
    if (line.trim() === "") return;
    const drafts = this.#read(line);
    if (typeof drafts === "string") {
      this.#refused.push({ line: this.#lines, reason: drafts });
      return;
    }
    this.#records += 1;
    for (const draft of drafts) this.#pending.push(batchOf(draft, this.#nowMs));
    if (this.#pending.length >= BATCH_RECORDS) await this.#flush();
  }

  async end(): Promise<ImportOutcome> {
    await this.#flush();
    return { records: this.#records, traces: [...this.#traces], duplicates: this.#duplicates, refused: this.#refused };
  }

  /** @returns drafts, or why there are none */
  #read(line: string): readonly Draft[] | string {
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return "it is no JSON";
    }
    if (!isFields(record)) return "it is no JSON object";
    const { scope, feature = null } = this.#options;
    return draftsOf(record, scope, feature);
  }

  async #flush(): Promise<void> {
    const fresh = new Map<TraceId, SegmentBatch>();
    for (const { trace, batch } of this.#pending) {
      if (fresh.has(trace) || (await this.#isThere(trace))) this.#duplicates += 1;
      else fresh.set(trace, batch);
    }
    this.#pending = [];
    if (fresh.size > 0) await this.#store.ingest([...fresh.values()]);
    for (const trace of fresh.keys()) this.#traces.add(trace);
    this.#options.onProgress?.({ records: this.#records, bytes: this.#bytes });
  }

  /** From this import before, or because it is the store's own export read back: it must not get everything a second time. An action may have come ahead of its trace. */
  async #isThere(trace: TraceId): Promise<boolean> {
    if ((await this.#store.tracesStartingWith(trace, 1)).length === 0) return false;
    const known = await this.#store.trace(trace);
    return known !== null && known.entries.some(({ entry }) => entry.kind !== "action");
  }
}

function draftsOf(record: Fields, scope: RedactionScope, feature: string | null): readonly Draft[] | string {
  if (isStory(record)) return [storyDraft(record, redactedBefore(scope), feature)];
  if (isExchange(record)) {
    const draft = exchangeDraft(record, scope, feature);
    return draft === null ? "the exchange has no host or no path" : [draft];
  }
  if (isHar(record)) {
    const drafts = harDrafts(record, scope, feature);
    return drafts.length === 0 ? "the HAR file holds no call of a model" : drafts;
  }
  if (isChat(record)) {
    const drafts = chatDrafts(record, scope, feature);
    return drafts.length === 0 ? "the chat has no assistant message" : drafts;
  }
  return "it has the keys of no format that can be imported";
}

/** Lines of a JSONL file; a file that is one JSON value over many lines (HAR, pretty-printed) as one line. */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (isOneValue(path)) {
    const { readFileSync } = await import("node:fs");
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) yield JSON.stringify(one);
    return;
  }
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) yield line;
}

/** Does the first line not hold a whole JSON value? */
function isOneValue(path: string): boolean {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(4096);
    const text = head.toString("utf8", 0, readSync(fd, head, 0, head.length, 0)).trimStart();
    return text.startsWith("[") || /^\{\s*\n/.test(text) || /^\{\s*"log"\s*:/.test(text);
  } finally {
    closeSync(fd);
  }
}
