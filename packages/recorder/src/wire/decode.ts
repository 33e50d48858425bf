/**
 * From a body's text to our words: the workbench calls this when it reads a recording back. Finds the body's framing by itself
 * (JSON, server-sent events, JSON lines, a streamed JSON array, AWS event stream), then asks the protocol's decoder.
 *
 * A body that can't be read in its protocol gives null, never an exception: the raw body is still there to be shown.
 */
import type { Protocol } from "../format/index.ts";
import type { DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent } from "./decoder.ts";
import { parseEventStream } from "./eventstream.ts";
import { Json } from "./json.ts";
import { elementSpans, skipSpace } from "./json-scan.ts";
import { decoders } from "./protocols/index.ts";
import { looksLikeSse, parseSse } from "./sse.ts";

/** null for `unknown`. */
export const decoderOf = (protocol: Protocol): Decoder | null => decoders.get(protocol) ?? null;

/** null when there is no body, no decoder, or the body is no JSON. A body that was cut is read as far as it came. */
export function decodeRequestBody(protocol: Protocol, body: string | null, context: RequestContext): DecodedRequest | null {
  const decoder = decoderOf(protocol);
  const json = body === null || decoder === null ? null : Json.parseCut(body);
  return json === null || decoder === null ? null : decoder.decodeRequest(json, context);
}

/**
 * @param body         text, or the bytes of an AWS event stream
 * @param contentType  the response header, where it was recorded; the body's own look decides when it is absent or wrong
 * @returns null when there is no body, no decoder, or nothing in the body can be read
 */
export function decodeResponseBody(protocol: Protocol, body: string | Uint8Array | null, contentType: string | null = null): DecodedResponse | null {
  const decoder = decoderOf(protocol);
  if (decoder === null || body === null || body.length === 0) return null;
  const events = streamEventsOf(body, contentType);
  if (events !== null) return events.length === 0 ? null : decoder.stream.assemble(events);
  const json = typeof body === "string" ? Json.parseCut(body) : null;
  return json === null ? null : decoder.decodeResponse(json);
}

/** The events of a streamed body, or null when it is one JSON value or nothing we can read. */
export function streamEventsOf(body: string | Uint8Array, contentType: string | null = null): readonly StreamEvent[] | null {
  if (typeof body !== "string") return eventStreamEvents(body);
  if (contentType?.includes("event-stream") === true || looksLikeSse(body)) {
    const events = sseEvents(body);
    if (events.length > 0 || looksLikeSse(body)) return events;
  }
  const start = skipSpace(body, 0);
  if (body.charCodeAt(start) === 0x5b) return arrayEvents(body, start);
  return body.charCodeAt(start) === 0x7b ? lineEvents(body) : null;
}

const eventOf = (name: string | null, raw: string): StreamEvent => {
  const json = Json.parseCut(raw);
  return json === null ? { name: name ?? raw, json: undefined, raw } : { name, json: json.value, raw };
};

function sseEvents(text: string): readonly StreamEvent[] {
  return parseSse(text).map((event) => (event.data.length === 0 ? { name: event.name, json: undefined } : eventOf(event.name, event.payload)));
}

/** Gemini without `alt=sse` streams the elements of one JSON array; a cut one is read as far as it came. */
function arrayEvents(text: string, start: number): readonly StreamEvent[] {
  return elementSpans(text, start).flatMap(([from, to]) => {
    const event = eventOf(null, text.slice(from, to));
    return event.json === undefined ? [] : [event];
  });
}

/** JSON lines (Ollama, Cohere v1): null when the text is one JSON value. */
function lineEvents(text: string): readonly StreamEvent[] | null {
  if (!/\}\s*[\r\n]\s*\{/.test(text)) return null;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const events = lines.map((line) => eventOf(null, line)).filter(({ json }) => json !== undefined);
  return events.length < 2 || events.length < lines.length - 1 ? null : events;
}

function eventStreamEvents(bytes: Uint8Array): readonly StreamEvent[] | null {
  const { messages } = parseEventStream(bytes);
  if (messages.length === 0) return null;
  const utf8 = new TextDecoder();
  return messages.map(({ headers, payload }) => eventOf(headers.get(":event-type") ?? headers.get(":exception-type") ?? headers.get(":error-code") ?? null, utf8.decode(payload)));
}
