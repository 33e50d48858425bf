/** Ablation: a request without one chunk, one tool result or one message, so that what the answer owed to it shows. */
import { WhysaidError } from "@whysaid/recorder/format";
import { isObject, mapStrings, type JsonObject } from "./json-strings.ts";

/** What `--without` names things by. */
export interface AblationSources {
  readonly chunks: readonly { readonly sourceId: string | null; readonly text: string }[];
  readonly tools: readonly { readonly callId: string | null; readonly name: string }[];
}
export interface Ablated {
  readonly body: JsonObject;
  readonly chunksGone: readonly string[];
}

/** @throws WhysaidError `USAGE`, `REPLAY_CHANGE_IMPOSSIBLE` when what is named does not stand in the body */
export function without(body: JsonObject, names: readonly string[], sources: AblationSources): Ablated {
  const chunksGone: string[] = [];
  let rest = body;
  const messages: string[] = [];
  for (const name of names) {
    const [, kind, id = ""] = /^(chunk|tool|message):(.+)$/s.exec(name) ?? [];
    if (kind === "chunk") {
      const chunks = chunksNamed(id, sources);
      rest = chunks.reduce((left, chunk) => withoutChunk(left, chunk), rest);
      chunksGone.push(...chunks.flatMap(({ sourceId }) => (sourceId === null ? [] : [sourceId])));
    } else if (kind === "tool") rest = withoutToolResult(rest, id, sources);
    else if (kind === "message") messages.push(id);
    else throw new WhysaidError("USAGE", `--without is chunk:ID, tool:ID or message:N, not ${JSON.stringify(name)}`, { fix: "For example --without chunk:chart/881#3; `whysaid show` has the ids." });
  }
  // From the end: their numbers are those of the recording.
  for (const place of messages.toSorted((a, b) => Number(b) - Number(a))) rest = withoutMessage(rest, place);
  return { body: rest, chunksGone };
}
type Chunk = AblationSources["chunks"][number];

/** By the whole source id, else by a part of it that only one has. */
function chunksNamed(id: string, { chunks }: AblationSources): readonly Chunk[] {
  const exact = chunks.filter(({ sourceId }) => sourceId === id);
  if (exact.length > 0) return exact;
  const partly = chunks.filter(({ sourceId }) => sourceId?.includes(id) === true);
  const ids = [...new Set(partly.map(({ sourceId }) => sourceId))];
  if (ids.length === 1) return partly;
  const known = [...new Set(chunks.flatMap(({ sourceId }) => (sourceId === null ? [] : [sourceId])))];
  throw impossible(ids.length === 0 ? `no chunk ${id} was retrieved for this call` : `${ids.length} chunks fit ${id}`, known.length === 0 ? "This trace recorded no chunks with a source id." : `The chunks are: ${known.join(", ")}.`);
}

function withoutChunk(body: JsonObject, { sourceId, text }: Chunk): JsonObject {
  const escaped = JSON.stringify(text.trim()).slice(1, -1);
  const pattern = text.trim() === "" ? null : new RegExp(`${flexible(text)}|${flexible(escaped)}`, "gu");
  let found = 0;
  const rest = mapStrings(body, (string) => {
    if (pattern === null) return string;
    let at = 0;
    let kept = "";
    for (const match of string.matchAll(pattern)) {
      const [start, end] = withMarks(string, match.index, match.index + match[0].length, sourceId);
      if (start < at) continue;
      found += 1;
      kept += string.slice(at, start);
      at = end;
    }
    return kept + string.slice(at);
  });
  if (found === 0) throw impossible(`the text of chunk ${sourceId ?? ""} does not stand in the request as it was retrieved`, "The app cut or rewrote it, or it never reached the prompt (`whysaid show` says). Leave out the message with --without message:N, or change it with --set.");
  return rest as JsonObject;
}

/** The text with any white space where it has some: apps re-wrap what they retrieve. */
const flexible = (text: string): string => text.trim().split(/\s+/u).map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+");

/** Longer than this it is a text of its own, not a heading that names the chunk. */
const HEADING_CHARS = 240;

/** From the mark before a chunk (`[id] `, `Source: id`, `<document id="…">`, at its line's begin or on the line before) to what closes it, and the blank line after. */
function withMarks(string: string, textStart: number, textEnd: number, sourceId: string | null): readonly [start: number, end: number] {
  let start = textStart;
  let end = textEnd;
  const lineStart = string.lastIndexOf("\n", start - 1) + 1;
  const before = string.slice(lineStart, start);
  if (before.trim() !== "" && isHeading(before, sourceId)) start = lineStart;
  else if (before.trim() === "" && lineStart > 0) {
    const headingStart = string.lastIndexOf("\n", lineStart - 2) + 1;
    const heading = string.slice(headingStart, lineStart);
    if (isHeading(heading, sourceId)) start = headingStart;
  }
  const tag = /<([A-Za-z][\w-]*)[^<>]*>\s*$/.exec(string.slice(start, textStart))?.[1];
  if (tag !== undefined) end += new RegExp(`^\\s*</${tag}>`).exec(string.slice(end))?.[0].length ?? 0;
  if (start === 0 || string[start - 1] === "\n") end += /^[ \t]*(?:\r?\n)+/.exec(string.slice(end))?.[0].length ?? 0;
  return [start, end];
}

function isHeading(line: string, sourceId: string | null): boolean {
  if (line.length > HEADING_CHARS) return false;
  if (sourceId !== null && line.includes(sourceId)) return true;
  return /^\s*(?:<[A-Za-z][\w-]*[^<>]*>|(?:[-*#>]+\s*)?[[(]?(?:source|document|doc|chunk|passage|context|note|excerpt)?\s*#?\d*[\])]?[.:]?)\s*$/i.test(line) && /\S/.test(line);
}

/** Keys that say which call a result answers, in the protocols we decode. */
const CALL_KEYS = ["tool_call_id", "tool_use_id", "toolUseId", "call_id"] as const;

/** The result stays as an empty one: a call without any is refused by most providers. */
function withoutToolResult(body: JsonObject, id: string, { tools }: AblationSources): JsonObject {
  const ids = new Set([id, ...tools.flatMap(({ callId, name }) => (name === id && callId !== null ? [callId] : []))]);
  let found = 0;
  const emptied = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(emptied);
    if (!isObject(value)) return value;
    if (CALL_KEYS.some((key) => ids.has(String(value[key]))) && ("content" in value || "output" in value)) {
      found += 1;
      // Bedrock's results are a list of parts that must not be empty; everywhere else an empty string will do.
      return { ...value, ...("output" in value ? { output: "" } : { content: "toolUseId" in value ? [{ text: "" }] : "" }) };
    }
    if (isObject(value["functionResponse"]) && ids.has(String(value["functionResponse"]["id"] ?? value["functionResponse"]["name"]))) {
      found += 1;
      return { ...value, functionResponse: { ...value["functionResponse"], response: {} } };
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, emptied(one)]));
  };
  const rest = emptied(body) as JsonObject;
  if (found > 0) return rest;
  const known = tools.map(({ callId, name }) => callId ?? name);
  throw impossible(`no result of tool ${id} stands in this request`, known.length === 0 ? "This call was sent before any tool had run." : `The trace's tool calls are: ${known.join(", ")}. Another generation may have it: --generation N.`);
}

function withoutMessage(body: JsonObject, place: string): JsonObject {
  const key = ["messages", "contents", "input"].find((one) => Array.isArray(body[one]));
  const messages = key === undefined ? [] : (body[key] as unknown[]);
  if (key === undefined || !/^\d+$/.test(place) || Number(place) >= messages.length) {
    throw impossible(`there is no message ${place} in this request`, messages.length === 0 ? "It has no list of messages." : `They are message:0 to message:${messages.length - 1}.`);
  }
  return { ...body, [key]: messages.toSpliced(Number(place), 1) };
}

const impossible = (sentence: string, fix: string): WhysaidError => new WhysaidError("REPLAY_CHANGE_IMPOSSIBLE", sentence, { fix });
