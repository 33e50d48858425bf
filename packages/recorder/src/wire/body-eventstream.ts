/** Bedrock's binary event stream, taken apart to its JSON payloads and the events that those carry in base64. Kept so only where it can be built again byte for byte. */
import { scanJson } from "../format/json-scan.ts";
import type { EventMessage } from "../format/body.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { addText, noPieces, type HeldBody, type HeldPieces } from "./body.ts";
import { base64Body, textOf } from "./body-bytes.ts";
import { Channels, StreamSplitter } from "./body-stream.ts";
import type { StreamProtocol } from "./decoder.ts";
import { parseEventStream, type EventStreamMessage } from "./eventstream.ts";
import { Templates } from "./stream-template.ts";

/** Bytes past the last intact message (a message cut in two, a checksum that is wrong) are kept apart, and did not end as a stream ends. */
export function splitEventStream(bytes: Uint8Array, protocol: StreamProtocol | null, scope: RedactionScope): { readonly body: HeldBody; readonly ended: boolean } {
  const { messages, tornBytes } = parseEventStream(bytes);
  const channels = new Channels();
  const templates = new Templates(scope);
  const held: EventMessage<RedactedText, HeldPieces>[] = [];
  let ended = protocol === null;
  // Templates know nothing of the header block, which names the event: here every payload is read in full.
  const split = (text: string, name: string | null): HeldPieces => {
    const splitter = new StreamSplitter(text, channels, templates, protocol, scope);
    splitter.read({ name, start: 0, end: text.length });
    ended ||= splitter.ended;
    return splitter.end();
  };
  for (const message of messages) {
    const { headers, payload } = message;
    const text = textOf(payload);
    if (text === undefined) return { body: base64Body(bytes, scope, "completion"), ended: false };
    const name = headers.get(":event-type") ?? headers.get(":exception-type") ?? headers.get(":error-code") ?? null;
    const encoded = encodedEvent(text);
    const block = headerBlock(message, scope);
    if (encoded === undefined) held.push([block, split(text, name)]);
    else held.push([block, asked(text.slice(0, encoded.start), scope), encoded.text === undefined ? dropped(text.slice(encoded.start, encoded.end), scope) : split(encoded.text, null), asked(text.slice(encoded.end), scope)]);
  }
  if (messages.length === 0) return { body: base64Body(bytes, scope, "completion"), ended: false };
  const tail = tornBytes === 0 ? {} : { tail: scope.bytes(Buffer.from(bytes.subarray(bytes.length - tornBytes)).toString("base64"), { signal: "completion" }) };
  return { body: { form: "eventstream", bytes: bytes.length, messages: held, channels: channels.redacted(scope), ...tail }, ended: ended && tornBytes === 0 };
}

/**
 * Where a payload carries an event in base64, as `{"bytes":"…"}` of Bedrock's invoke does: its deltas can't be told, or joined, before it is decoded. `text` is undefined where encoding it again would not give
 * the same characters.
 */
function encodedEvent(payload: string): { readonly start: number; readonly end: number; readonly text: string | undefined } | undefined {
  let found: { readonly start: number; readonly end: number } | undefined;
  scanJson(payload, {
    string: (start, end, place) => {
      if (found === undefined && place.depth === 1 && place.path[0] === "bytes") found = { start, end };
    },
  });
  if (found === undefined) return undefined;
  const raw = payload.slice(found.start, found.end);
  const bytes = Buffer.from(raw, "base64");
  return { ...found, text: bytes.toString("base64") === raw ? textOf(bytes) : undefined };
}

/** What stands around an encoded event: a key, and padding of random length. */
function asked(text: string, scope: RedactionScope): HeldPieces {
  const pieces = noPieces();
  if (text !== "") addText(pieces, scope.text(text, { signal: "completion" }), "verbatim");
  return pieces;
}
function dropped(base64: string, scope: RedactionScope): HeldPieces {
  const pieces = noPieces();
  addText(pieces, scope.bytes(base64, { signal: "completion" }), "verbatim");
  return pieces;
}

/** Headers name the event; the message of an error that has no type of its own stands there as well. */
function headerBlock({ headers, headerBytes }: EventStreamMessage, scope: RedactionScope): RedactedText {
  const base64 = Buffer.from(headerBytes).toString("base64");
  for (const [name, value] of headers) if (!FRAMING_HEADERS.has(name) && scope.text(value, { signal: "completion" }) !== value) return scope.bytes(base64, { signal: "completion" });
  return scope.literal(base64);
}
const FRAMING_HEADERS = new Set([":event-type", ":content-type", ":message-type", ":exception-type"]);
