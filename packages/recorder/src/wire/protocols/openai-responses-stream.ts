/**
 * Assembles the events of a streamed response. Its last event carries the whole response; the items and deltas before it are what
 * there is when the stream was cut, or when a host leaves the output of that last event empty.
 */
import type { Part } from "../../format/index.ts";
import type { DecodedResponse, StreamEvent, StreamProtocol } from "../decoder.ts";
import { absent, Json } from "../json.ts";
import { mediaPart } from "../parts.ts";
import { errorOf } from "../provider-error.ts";
import { itemParts } from "./openai-responses-items.ts";

const TERMINAL: ReadonlySet<string> = new Set(["response.completed", "response.failed", "response.incomplete", "response.cancelled", "response.done", "error"]);

/** What a delta adds to: the word before `.delta` in its type. Audio and image deltas are base64 and stay where they are. */
const CHANNELS: Readonly<Record<string, string>> = {
  output_text: "text",
  refusal: "refusal",
  reasoning_text: "reasoning",
  reasoning: "reasoning",
  reasoning_summary_text: "reasoning-summary",
  reasoning_summary: "reasoning-summary",
  function_call_arguments: "arguments",
  mcp_call_arguments: "arguments",
  custom_tool_call_input: "arguments",
  code_interpreter_call_code: "arguments",
  "audio.transcript": "transcript",
};
const DELTA = /^response\.([a-z_.]+)\.delta$/;

function channelOfDelta(json: Json): string | null {
  const word = DELTA.exec(json.str("type") ?? "")?.[1] ?? "";
  const channel = Object.hasOwn(CHANNELS, word) ? CHANNELS[word] : undefined;
  if (channel === undefined) return null;
  const places = [json.num("output_index"), json.num("content_index") ?? json.num("summary_index")].filter((place) => place !== null);
  return [channel, ...places].join(":");
}

export function responsesStream(decodeResponse: (body: Json) => DecodedResponse): StreamProtocol {
  return {
    channelOf({ json }, path) {
      if (path.length === 1 && path[0] === "delta") return channelOfDelta(Json.of(json));
      // The tokens of log probabilities spell the text once more, in pieces.
      if (path.length !== 3 || path[0] !== "logprobs" || path[2] !== "token") return null;
      const channel = channelOfDelta(Json.of(json));
      return channel === null ? null : `logprobs-${channel}`;
    },
    isTerminal: ({ name, json }) => TERMINAL.has(Json.of(json).str("type") ?? name ?? ""),
    assemble: (events) => assemble(events, decodeResponse),
  };
}

interface StreamedItem {
  /** The item as added, then as done. */
  item: Json;
  done: boolean;
  /** Deltas by channel. */
  readonly deltas: Map<string, string>;
}

function assemble(events: readonly StreamEvent[], decodeResponse: (body: Json) => DecodedResponse): DecodedResponse {
  const items = new Map<number, StreamedItem>();
  // A recording may hold several responses one after the other; each counts its items from 0.
  const earlier: Part[] = [];
  let response = absent;
  let error: DecodedResponse["error"] = null;
  for (const event of events) {
    const json = Json.of(event.json, event.raw);
    const type = json.str("type") ?? event.name ?? "";
    if (type === "response.created" && items.size > 0) {
      earlier.push(...partsOf(items));
      items.clear();
    }
    if (json.get("response").isObject) response = json.get("response");
    if (type === "error" || (type === "" && !json.get("error").isAbsent)) error ??= errorOf(json);
    const index = json.num("output_index") ?? (type.startsWith("response.audio") ? -1 : null);
    if (index === null) continue;
    const streamed = items.get(index) ?? { item: absent, done: false, deltas: new Map<string, string>() };
    items.set(index, streamed);
    if (type === "response.output_item.added" || type === "response.output_item.done") {
      streamed.item = json.get("item");
      streamed.done = type === "response.output_item.done";
    }
    addDelta(streamed, json, type);
  }
  const head = response.isAbsent ? null : decodeResponse(response);
  const whole = head !== null && response.get("output").items().length > 0 ? (head.choices[0]?.parts ?? []) : partsOf(items);
  const parts = [...earlier, ...whole];
  const choices = parts.length > 0 ? [{ parts, finishReason: head?.choices[0]?.finishReason ?? null }] : (head?.choices ?? []);
  return {
    model: head?.model ?? null,
    fingerprint: head?.fingerprint ?? null,
    responseId: head?.responseId ?? null,
    choices,
    usage: head?.usage ?? null,
    error: head?.error ?? error,
  };
}

const partsOf = (items: ReadonlyMap<number, StreamedItem>): readonly Part[] => [...items].sort(([a], [b]) => a - b).flatMap(([, item]) => streamedParts(item));

/** `….done` repeats what the deltas said; it is used where they are missing. */
function addDelta(streamed: StreamedItem, json: Json, type: string): void {
  const { deltas } = streamed;
  if (type === "response.audio.delta") deltas.set("audio", (deltas.get("audio") ?? "") + (json.str("delta") ?? ""));
  const channel = channelOfDelta(json);
  if (channel !== null) {
    deltas.set(channel, (deltas.get(channel) ?? "") + (json.str("delta") ?? ""));
  } else if (type.endsWith(".done")) {
    const same = channelOfDelta(Json.of({ ...(json.value as object), type: type.replace(/\.done$/, ".delta") }));
    const whole = json.str("text") ?? json.str("refusal") ?? json.str("arguments") ?? json.str("input") ?? json.str("code") ?? json.str("transcript");
    if (same !== null && whole !== null && !deltas.has(same)) deltas.set(same, whole);
  }
}

/** An item that was done says all; one that was not is known by its start and its deltas. */
function streamedParts({ item, done, deltas }: StreamedItem): readonly Part[] {
  const known = item.isAbsent ? [] : itemParts(item);
  if (done || deltas.size === 0) return known;
  const [first] = known;
  const parts: Part[] = [];
  for (const [channel, text] of deltas) {
    const [kind] = channel.split(":");
    if (kind === "arguments" && first?.type === "tool-call") parts.push({ ...first, arguments: text });
    else if (kind === "arguments") parts.push({ type: "other", json: JSON.stringify({ arguments: text }) });
    else if (kind === "audio") parts.push(mediaPart({ inlined: text }));
    else if (kind === "refusal") parts.push({ type: "refusal", text });
    else if (kind?.startsWith("reasoning") === true) parts.push({ type: "reasoning", text });
    else parts.push({ type: "text", text });
  }
  return parts;
}
