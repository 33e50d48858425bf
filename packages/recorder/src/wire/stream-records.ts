/** The events of a streamed text by the places they stand at: server-sent events, JSON lines, the elements of one array. */
import { unreachable, type Protocol } from "../format/entries.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import type { HeldPieces } from "./body.ts";
import { Channels, StreamSplitter, type StreamUnit } from "./body-stream.ts";
import type { StreamProtocol } from "./decoder.ts";
import { elementSpans, skipSpace } from "./json-scan.ts";
import { looksLikeSse, parseSse } from "./sse.ts";
import { Templates } from "./stream-template.ts";

export type StreamFraming = "sse" | "lines" | "array" | "eventstream";

/** How a response body is framed, from its content type and, for text, its look; null for a body that is one value. */
export function framingOf(contentType: string, text: string | undefined, protocol: Protocol): StreamFraming | null {
  if (contentType.includes("vnd.amazon.eventstream")) return "eventstream";
  if (text === undefined) return null;
  if (contentType.includes("event-stream") || looksLikeSse(text)) return "sse";
  if (/ndjson|jsonl|json-lines|json-seq|stream\+json/.test(contentType)) return "lines";
  if (protocol === "gemini" && text.charCodeAt(skipSpace(text, 0)) === 0x5b) return "array";
  if ((protocol === "ollama-chat" || protocol === "ollama-generate" || protocol === "cohere-chat") && /^\s*\{.*\}\s*\n\s*\{/.test(text)) return "lines";
  return null;
}

export interface SplitStream {
  readonly pieces: HeldPieces;
  readonly channels: readonly RedactedText[];
  /** Whether the protocol's terminal event was among the events. */
  readonly ended: boolean;
}

/** @param protocol  null keeps the text whole but for its long strings */
export function splitStream(text: string, framing: Exclude<StreamFraming, "eventstream">, protocol: StreamProtocol | null, scope: RedactionScope): SplitStream {
  const channels = new Channels();
  const splitter = new StreamSplitter(text, channels, new Templates(scope), protocol, scope);
  switch (framing) {
    case "sse":
      addSse(text, splitter);
      break;
    case "lines":
      addLines(text, splitter);
      break;
    case "array":
      for (const [start, end] of elementSpans(text, skipSpace(text, 0))) if (!splitter.match(start, end)) splitter.read({ name: null, start, end }, { start, end });
      break;
    default:
      return unreachable(framing);
  }
  const pieces = splitter.end();
  return { pieces, channels: channels.redacted(scope), ended: splitter.ended };
}

/** A record is an event with the empty line behind it. Streams with carriage returns are read event by event: which of them end a line is not for a search to say. */
function addSse(text: string, splitter: StreamSplitter): void {
  if (text.includes("\r")) {
    for (const event of parseSse(text)) readSse(event, 0, splitter);
    return;
  }
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf("\n\n", start);
    const end = feed < 0 ? text.length : feed + 2;
    if (feed < 0 || !splitter.match(start, end)) for (const event of parseSse(text.slice(start, end))) readSse(event, start, splitter, feed < 0 ? undefined : { start, end });
    start = end;
  }
}

function readSse({ name, payload, data, start }: ReturnType<typeof parseSse>[number], base: number, splitter: StreamSplitter, record?: { readonly start: number; readonly end: number }): void {
  const [first] = data;
  const last = data.at(-1);
  if (first === undefined || last === undefined) splitter.read({ name, start: base + start, end: base + start, payload: "" });
  else if (data.length === 1) splitter.read({ name, start: base + first.start, end: base + first.end }, record);
  else splitter.read({ name, start: base + first.start, end: base + last.end, payload });
}

function addLines(text: string, splitter: StreamSplitter): void {
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    const next = feed < 0 ? text.length : feed + 1;
    const last = feed < 0 ? next : feed;
    const end = text.charCodeAt(last - 1) === 0x0d ? last - 1 : last;
    if (end > start && !splitter.match(start, next)) {
      const unit: StreamUnit = { name: null, start, end };
      splitter.read(unit, { start, end: next });
    }
    start = next;
  }
}
