/**
 * Is this JSON value an entry? Asked by the segment reader of every payload, so that what it hands on has the shape its type says; what has not
 * is quarantined with a reason. A reason names our own fields, never a value.
 *
 * Keys we do not know are let through (a newer recorder of the same format may add some), unless they nest deeper than anything that
 * later walks an entry should have to bear.
 */
import type { NewTexts } from "./body.ts";
import { protocols, signalNames, type Entry, type EntryKind } from "./entries.ts";
import { isSpanId, isTraceId } from "./ids.ts";

type Check = (value: unknown) => boolean;
type Fields<E extends Entry> = { readonly [F in Exclude<keyof E, "kind">]-?: Check };
type Shapes = { readonly [K in EntryKind]: Fields<Extract<Entry, { kind: K }>> };

const MAX_DEPTH = 64;
const WRITER_ID = /^[0-9a-f]{16}$/;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTrace: Check = (value) => typeof value === "string" && isTraceId(value);
const isSpan: Check = (value) => typeof value === "string" && isSpanId(value);
const isTextOrNull: Check = (value) => value === null || typeof value === "string";
const isNumberOrNull: Check = (value) => value === null || typeof value === "number";
const isRef = isCount;
const isRefOrNull: Check = (value) => value === null || isRef(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf = (...words: readonly string[]): Check => {
  const known = new Set<unknown>(words);
  return (value) => known.has(value);
};
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const recordOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(ownValue(value, name)));

const isTags = recordOf(isText);
const isError = object({ name: isText, message: isText, stack: optional(isRef) });
const isPrompt = object({ id: isText, version: isTextOrNull, variables: isRefOrNull });
const isState = oneOf("complete", "cancelled", "aborted", "cut", "unread", "failed");
const isOutcome = oneOf("passed", "failed", "skipped");
const joined = { atMs: isNumber, trace: isTrace, span: isSpan, parent: optional(isSpan), texts: optional(isNewTexts) };

const shapes: Shapes = {
  writer: {
    atMs: isNumber,
    format: isCount,
    writer: (value) => typeof value === "string" && WRITER_ID.test(value),
    segment: isCount,
    recorder: isText,
    runtime: isText,
    pid: isCount,
    processStart: isNumberOrNull,
    place: optional(isTextOrNull),
    service: isTextOrNull,
    environment: isTextOrNull,
    release: isTextOrNull,
    redaction: object({ policy: isText, keyId: isText }),
  },
  "trace-start": {
    ...joined,
    feature: isTextOrNull,
    conversation: isTextOrNull,
    user: isTextOrNull,
    tags: optional(isTags),
    prompt: optional(isPrompt),
    subject: optional(isTags),
  },
  "trace-update": {
    ...joined,
    conversation: optional(isText),
    user: optional(isText),
    tags: optional(isTags),
    prompt: optional(isPrompt),
    subject: optional(isTags),
    imported: optional(isText),
    attributes: optional(isText),
  },
  "trace-end": { ...joined, outcome: oneOf("returned", "threw"), error: optional(isError), durationMs: isNumber },
  retrieval: {
    ...joined,
    name: isText,
    query: isRefOrNull,
    chunks: listOf(object({ sourceId: isTextOrNull, text: isRef, score: isNumberOrNull, metadata: optional(isRef) })),
    error: optional(isError),
    durationMs: isNumber,
    attributes: optional(isText),
  },
  tool: { ...joined, name: isText, callId: isTextOrNull, arguments: isRefOrNull, result: isRefOrNull, error: optional(isError), durationMs: isNumber, attributes: optional(isText) },
  parse: { ...joined, parser: isText, input: isRefOrNull, outcome: oneOf("parsed", "failed"), result: isRefOrNull, error: optional(isError), durationMs: isNumber },
  validation: {
    ...joined,
    validator: isText,
    outcome: isOutcome,
    checks: listOf(object({ outcome: isOutcome, rule: isText, path: isTextOrNull, value: isRefOrNull, expected: isTextOrNull, message: isTextOrNull })),
    durationMs: isNumber,
  },
  action: {
    atMs: isNumber,
    trace: isTrace,
    action: oneOf("accept", "edit", "retry", "abandon"),
    before: isRefOrNull,
    after: isRefOrNull,
    user: isTextOrNull,
    note: isTextOrNull,
    actionId: isTextOrNull,
    texts: optional(isNewTexts),
  },
  request: {
    ...joined,
    attempt: isCount,
    protocol: oneOf(...protocols),
    provider: isText,
    method: isText,
    url: isText,
    headers: isTags,
    body: isBody,
    model: isTextOrNull,
  },
  response: {
    ...joined,
    attempt: isCount,
    state: isState,
    status: isNumberOrNull,
    headers: isTags,
    body: isBody,
    error: optional(isError),
    headersMs: isNumberOrNull,
    firstChunkMs: isNumberOrNull,
    durationMs: isNumberOrNull,
  },
  generation: {
    ...joined,
    provider: isTextOrNull,
    startedAtMs: isNumber,
    durationMs: isNumberOrNull,
    state: isState,
    signals: (value) => isObject(value) && Object.entries(value).every(([name, ref]) => (signalNames as readonly string[]).includes(name) && (isRef(ref) || isPieces(ref, 0))),
    error: optional(isError),
    imported: optional(isText),
    attributes: optional(isText),
  },
  gap: { atMs: isNumber, from: isCount, to: isCount, why: oneOf("disk-full", "journal-cap", "too-large", "unwritable", "memory-cap"), traces: listOf(isTrace) },
  problem: { atMs: isNumber, code: isText, message: isText, trace: optional(isTrace) },
  "writer-end": { atMs: isNumber },
};

export const entryKinds: readonly EntryKind[] = Object.keys(shapes) as EntryKind[];
/** The fields of a kind besides `kind`: docs/format.md explains each, and a test compares. */
export const entryFields = (kind: EntryKind): readonly string[] => Object.keys(shapes[kind]);

/** Why `value` is no entry of ours, in words without content; null when it is one. */
export function entryFault(value: unknown): string | null {
  if (!isObject(value)) return "not a JSON object";
  const kind = ownValue(value, "kind");
  if (typeof kind !== "string") return "no kind";
  if (!Object.hasOwn(shapes, kind)) return "unknown kind";
  const fields: Readonly<Record<string, Check>> = shapes[kind as EntryKind];
  for (const name of Object.keys(fields)) {
    if (!(fields[name] as Check)(ownValue(value, name))) return `${kind}.${name} is not of its shape`;
  }
  for (const name of Object.keys(value)) {
    if (name !== "kind" && !Object.hasOwn(fields, name) && nestsTooDeep(value[name])) return `${kind}: an unknown field nests too deep`;
  }
  return null;
}

/** `[number, text]` pairs, as `entry.texts` holds them. */
export function isNewTexts(value: unknown): value is NewTexts {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2 && isRef(pair[0]) && isText(pair[1]));
}

/** A body and its piece codes: every slice names a channel that is there and a length (body.ts). */
function isBody(value: unknown): boolean {
  if (!isObject(value)) return false;
  const form = ownValue(value, "form");
  if (form === "none") return true;
  if (!isCount(ownValue(value, "bytes"))) return false;
  const channels = ownValue(value, "channels");
  if (channels !== undefined && !listOf(isRef)(channels)) return false;
  const channelCount = Array.isArray(channels) ? channels.length : 0;
  switch (form) {
    case "text":
      return isPieces(ownValue(value, "pieces"), channelCount);
    case "base64":
      return isRef(ownValue(value, "text"));
    case "eventstream":
      return (
        (ownValue(value, "tail") === undefined || isRef(ownValue(value, "tail"))) &&
        listOf((message) => Array.isArray(message) && (message.length === 2 || message.length === 4) && isRef(message[0]) && message.slice(1).every((pieces) => isPieces(pieces, channelCount)))(ownValue(value, "messages"))
      );
    case "dropped":
      return oneOf("redaction-failed", "over-budget", "too-large", "policy")(ownValue(value, "why"));
    default:
      return false;
  }
}

function isPieces(value: unknown, channelCount: number): boolean {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at += 1) {
    const code: unknown = value[at];
    if (!Number.isSafeInteger(code)) return false;
    if ((code as number) >= 0) continue;
    at += 1;
    if (Math.floor((-(code as number) - 1) / 4) >= channelCount || !isCount(value[at])) return false;
  }
  return true;
}

/** Iterative: the value may nest as deep as its author liked. */
function nestsTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
/** Only what the JSON itself said: a field must not be answered by a prototype. */
const ownValue = (value: Record<string, unknown>, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);
