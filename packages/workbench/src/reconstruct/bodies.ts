/** Recorded bodies back to text and, by the protocol's decoder, to our words. Between the store's pieces and `wire-calls.ts`. */
import { readPiece, renderBody, type Message, type Protocol, type RecordedBody, type RequestEntry, type ResponseEntry, type TextRef } from "@whysaid/recorder/format";
import { decodeRequestBody, decodeResponseBody, type DecodedRequest, type DecodedResponse } from "@whysaid/recorder/wire";
import type { Texts } from "./texts.ts";

export interface ReadRequest {
  /** The body as sent; null when there was none or it was dropped. */
  readonly body: string | null;
  /** null when no decoder can read the body. */
  readonly decoded: DecodedRequest | null;
  /** The model named outside the body. */
  readonly model: string | null;
}
export interface ReadResponse {
  /** Text as it came; base64 of a binary body. */
  readonly body: string | null;
  readonly decoded: DecodedResponse | null;
  /** By its content type; null where that is not recorded. */
  readonly isStream: boolean | null;
}

export function readRequest(entry: RequestEntry, texts: Texts): ReadRequest {
  const rendered = render(entry.body, texts);
  const body = asText(rendered);
  const decoded = guarded(() => decodeRequestBody(entry.protocol, typeof rendered === "string" ? rendered : null, { url: entry.url, model: entry.model }));
  return { body, decoded: decoded ?? salvaged(entry, texts), model: entry.model };
}

export function readResponse(entry: ResponseEntry, protocol: Protocol, texts: Texts): ReadResponse {
  const rendered = render(entry.body, texts);
  const contentType = headerOf(entry, "content-type");
  const decoded = guarded(() => decodeResponseBody(protocol, rendered, contentType));
  return { body: asText(rendered), decoded, isStream: contentType === null ? null : /event-?stream|ndjson|json-seq|jsonl/i.test(contentType) };
}

function render(body: RecordedBody, texts: Texts): string | Uint8Array | null {
  const rendered = guarded(() => renderBody(body, texts.of));
  if (rendered === null || rendered.form === "none" || rendered.form === "dropped") return null;
  return rendered.form === "text" ? rendered.text : rendered.bytes;
}
const asText = (rendered: string | Uint8Array | null): string | null => (rendered === null || typeof rendered === "string" ? rendered : Buffer.from(rendered).toString("base64"));

function headerOf(entry: ResponseEntry, name: string): string | null {
  for (const [key, value] of Object.entries(entry.headers)) if (key.toLowerCase() === name) return value;
  return null;
}

/** Whatever a recorded body makes a decoder do, the rest of the story stands. */
function guarded<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * What is left of a request whose JSON structure is lost with a text: its string values that can still be read, in order. Who said them
 * is not known any more.
 */
function salvaged({ body }: RequestEntry, texts: Texts): DecodedRequest | null {
  if (body.form !== "text" || body.channels !== undefined) return null;
  let isBroken = false;
  const strings: TextRef[] = [];
  for (const { ref, style } of body.pieces.map(readPiece)) {
    if (texts.isLost(ref)) isBroken = true;
    else if (style === "json" || style === "jsonAscii") strings.push(ref);
  }
  if (!isBroken) return null;
  const messages = strings.map((ref): Message => ({ role: "unknown", parts: [{ type: "text", text: texts.of(ref) }] }));
  return { model: null, system: null, messages, tools: [], parameters: {}, stream: false };
}
