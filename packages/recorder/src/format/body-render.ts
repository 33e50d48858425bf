/**
 * Puts a recorded body together again from its pieces (body.ts): redacted, as everybody may see it, or restored to the bytes on the wire for who may reveal.
 * Used by reconstruct, `show`, replay and reveal.
 */
import { escapeJson, escapeJsonAscii, type EventMessage, type Pieces, type RecordedBody, type TextOf, type TextRef } from "./body.ts";
import { crc32 } from "./crc32.ts";
import { unreachable, type GivenJson } from "./entries.ts";

export type RenderedBody =
  | { readonly form: "none" }
  | { readonly form: "text"; readonly text: string }
  /** Not text, or an event stream with lengths and CRCs that fit its redacted payloads. */
  | { readonly form: "bytes"; readonly bytes: Uint8Array }
  | Extract<RecordedBody, { form: "dropped" }>;

/**
 * The body with its redacted texts in place: well-formed where the original was.
 *
 * A channel that redaction changed can't be cut where the wire cut it: its first slice shows the whole text, the later ones are empty.
 *
 * @throws WhysaidError `TEXT_LOST` from `textOf`
 */
export function renderBody(body: RecordedBody, textOf: TextOf): RenderedBody {
  switch (body.form) {
    case "none":
    case "dropped":
      return body;
    case "text":
      return { form: "text", text: writePieces(body.pieces, new Channels(body, textOf), textOf, "shown") };
    case "base64": {
      const text = textOf(body.text);
      const bytes = Buffer.from(text, "base64");
      // Media is dropped to a note of its type, size and hash, and that is no base64 of the body's length.
      return bytes.length === body.bytes ? { form: "bytes", bytes } : { form: "text", text };
    }
    case "eventstream":
      return { form: "bytes", bytes: eventStream(body, textOf, "shown") };
    default:
      return unreachable(body);
  }
}

/**
 * The bytes as they crossed the wire.
 *
 * @param reveal  turns a redacted text back into the original; where it can't (a shredded key), what it returns stands in its place and the length no longer is `body.bytes`
 * @returns       null for a body that was dropped
 * @throws WhysaidError `TEXT_LOST` from `textOf`
 */
export function restoreBody(body: RecordedBody, textOf: TextOf, reveal: (text: string) => string): Uint8Array | null {
  const revealed = new Map<TextRef, string>();
  const originalOf: TextOf = (ref) => {
    const known = revealed.get(ref);
    if (known !== undefined) return known;
    const original = reveal(textOf(ref));
    revealed.set(ref, original);
    return original;
  };
  switch (body.form) {
    case "none":
      return new Uint8Array(0);
    case "dropped":
      return null;
    case "text":
      return Buffer.from(writePieces(body.pieces, new Channels(body, originalOf), originalOf, "original"), "utf8");
    case "base64":
      return Buffer.from(originalOf(body.text), "base64");
    case "eventstream":
      return eventStream(body, originalOf, "original");
    default:
      return unreachable(body);
  }
}

/**
 * A signal told by hand, as its JSON (`GenerationEntry.signals`).
 *
 * @throws WhysaidError `TEXT_LOST` from `textOf`
 */
export const renderGiven = (given: GivenJson, textOf: TextOf): string => (typeof given === "number" ? textOf(given) : writePieces(given, noChannels, textOf, "shown"));

type Form = "shown" | "original";
type ChannelledBody = Extract<RecordedBody, { form: "text" | "eventstream" }>;

/** The assembled texts of a stream, cut into their slices again. */
class Channels {
  readonly #texts: readonly string[];
  readonly #isCuttable: readonly boolean[];
  readonly #at: number[];

  constructor(body: ChannelledBody, textOf: TextOf) {
    const channels = body.channels ?? [];
    this.#texts = channels.map(textOf);
    this.#at = channels.map(() => 0);
    const lengths = channels.map(() => 0);
    for (const pieces of body.form === "text" ? [body.pieces] : body.messages.flatMap(([, ...payload]) => payload)) {
      for (let index = 0; index < pieces.length; index += 1) {
        const code = pieces[index] as number;
        if (code >= 0) continue;
        const channel = Math.floor((-code - 1) / 4);
        index += 1;
        lengths[channel] = (lengths[channel] ?? 0) + (pieces[index] ?? 0);
      }
    }
    this.#isCuttable = this.#texts.map((text, channel) => text.length === lengths[channel]);
  }

  next(channel: number, units: number): string {
    const text = this.#texts[channel] ?? "";
    const at = this.#at[channel] ?? 0;
    if (this.#isCuttable[channel] !== true) {
      this.#at[channel] = text.length;
      return at === 0 ? text : "";
    }
    this.#at[channel] = at + units;
    return text.slice(at, at + units);
  }
}

const noChannels = new Channels({ form: "text", bytes: 0, pieces: [] }, () => "");

function writePieces(pieces: Pieces, channels: Channels, textOf: TextOf, form: Form): string {
  const written: string[] = [];
  for (let index = 0; index < pieces.length; index += 1) {
    const code = pieces[index] as number;
    const bits = code >= 0 ? code : -code - 1;
    const style = bits % 4;
    const ref = (bits - style) / 4;
    const text = code >= 0 ? textOf(ref) : channels.next(ref, pieces[(index += 1)] ?? 0);
    written.push(style === 0 ? text : write(text, style, form));
  }
  return written.join("");
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** @param style  its place in `pieceStyles`, other than `verbatim` */
function write(text: string, style: number, form: Form): string {
  if (style === 1) return escapeJson(text);
  if (style === 2) return escapeJsonAscii(text);
  return form === "original" && JSON_NUMBER.test(text) ? text : JSON.stringify(text);
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;

/** Messages of `application/vnd.amazon.eventstream`: total length, header length, CRC of these two; headers; payload; CRC of all before it. Big-endian. */
function eventStream(body: Extract<RecordedBody, { form: "eventstream" }>, textOf: TextOf, form: Form): Buffer {
  const channels = new Channels(body, textOf);
  const messages = body.messages.map((recorded) => {
    const headers = Buffer.from(textOf(recorded[0]), "base64");
    const payload = Buffer.from(payloadOf(recorded, channels, textOf, form), "utf8");
    const message = Buffer.alloc(PRELUDE_BYTES + headers.length + payload.length + CRC_BYTES);
    message.writeUInt32BE(message.length, 0);
    message.writeUInt32BE(headers.length, 4);
    message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
    headers.copy(message, PRELUDE_BYTES);
    payload.copy(message, PRELUDE_BYTES + headers.length);
    message.writeUInt32BE(crc32(message.subarray(0, -CRC_BYTES)), message.length - CRC_BYTES);
    return message;
  });
  const tail = body.tail === undefined ? "" : textOf(body.tail);
  // Of a tail that was dropped there is a marker, and that is no bytes.
  return Buffer.concat(isBase64.test(tail) ? [...messages, Buffer.from(tail, "base64")] : messages);
}
const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/;

function payloadOf(message: EventMessage<TextRef, Pieces>, channels: Channels, textOf: TextOf, form: Form): string {
  if (message.length === 2) return writePieces(message[1], channels, textOf, form);
  const before = writePieces(message[1], channels, textOf, form);
  const encoded = Buffer.from(writePieces(message[2], channels, textOf, form), "utf8").toString("base64");
  return before + encoded + writePieces(message[3], channels, textOf, form);
}
