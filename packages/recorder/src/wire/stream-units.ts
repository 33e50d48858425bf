/** The events of a streamed text by the places they stand at: server-sent events, JSON lines, the elements of one array. */
import { unreachable, type Protocol } from "../format/entries.ts";
import type { StreamUnit } from "./body-stream.ts";
import { elementSpans, skipSpace } from "./json-scan.ts";
import { looksLikeSse, parseSse } from "./sse.ts";

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

export function unitsOf(text: string, framing: Exclude<StreamFraming, "eventstream">): Iterable<StreamUnit> {
  switch (framing) {
    case "sse":
      return sseUnits(text);
    case "lines":
      return lineUnits(text);
    case "array":
      return elementSpans(text, skipSpace(text, 0)).map(([start, end]) => ({ name: null, start, end }));
    default:
      return unreachable(framing);
  }
}

function* sseUnits(text: string): Iterable<StreamUnit> {
  for (const { name, payload, data, start } of parseSse(text)) {
    const [first] = data;
    const last = data.at(-1);
    if (first === undefined || last === undefined) yield { name, start, end: start, payload: "" };
    else if (data.length === 1) yield { name, start: first.start, end: first.end };
    else yield { name, start: first.start, end: last.end, payload };
  }
}

function* lineUnits(text: string): Iterable<StreamUnit> {
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    const trimmed = text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
    if (trimmed > start) yield { name: null, start, end: trimmed };
    start = end + 1;
  }
}
