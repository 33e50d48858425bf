/**
 * AWS's binary framing `application/vnd.amazon.eventstream`, which Bedrock streams in: parse and build. Capture takes messages apart
 * to reach their JSON, `format/body-render.ts` builds them again byte for byte.
 *
 * Message, big-endian: total length u32, headers length u32, CRC-32 of these 8 bytes, headers, payload, CRC-32 of all before it.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "../format/crc32.ts";

export interface EventStreamMessage {
  /** String-like headers by name; of other types only those with a text form (booleans, integers). */
  readonly headers: ReadonlyMap<string, string>;
  readonly headerBytes: Uint8Array;
  readonly payload: Uint8Array;
  /** Where the message stands in the bytes. */
  readonly start: number;
  readonly end: number;
}
export interface EventStreamContents {
  readonly messages: readonly EventStreamMessage[];
  /** Bytes past the last intact message: 0 unless the stream was cut or damaged. */
  readonly tornBytes: number;
}

const PRELUDE_BYTES = 12;
const OVERHEAD_BYTES = 16;
/** AWS allows 24 MB; more is damage, not a message. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

export function parseEventStream(bytes: Uint8Array): EventStreamContents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: EventStreamMessage[] = [];
  let start = 0;
  while (start + OVERHEAD_BYTES <= bytes.length) {
    const total = view.getUint32(start);
    const headersLength = view.getUint32(start + 4);
    const end = start + total;
    if (total < OVERHEAD_BYTES + headersLength || total > MAX_MESSAGE_BYTES || end > bytes.length) break;
    if (view.getUint32(start + 8) !== crc32(bytes.subarray(start, start + 8)) || view.getUint32(end - 4) !== crc32(bytes.subarray(start, end - 4))) break;
    const headerBytes = bytes.subarray(start + PRELUDE_BYTES, start + PRELUDE_BYTES + headersLength);
    messages.push({ headers: readHeaders(headerBytes), headerBytes, payload: bytes.subarray(start + PRELUDE_BYTES + headersLength, end - 4), start, end });
    start = end;
  }
  return { messages, tornBytes: bytes.length - start };
}

/** One message from its header block and payload, lengths and checksums computed. */
export function buildEventStreamMessage(headerBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  const total = OVERHEAD_BYTES + headerBytes.length + payload.length;
  const message = new Uint8Array(total);
  const view = new DataView(message.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headerBytes.length);
  view.setUint32(8, crc32(message.subarray(0, 8)));
  message.set(headerBytes, PRELUDE_BYTES);
  message.set(payload, PRELUDE_BYTES + headerBytes.length);
  view.setUint32(total - 4, crc32(message.subarray(0, total - 4)));
  return message;
}

/** Bytes of a header's value by its type number; strings (7) and byte arrays (6) carry their length. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/** What can be read of a header block; a damaged one gives the headers before the damage. */
function readHeaders(block: Uint8Array): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const utf8 = new TextDecoder();
  let at = 0;
  while (at < block.length) {
    const nameEnd = at + 1 + (block[at] ?? 0);
    const type = block[nameEnd];
    if (type === undefined) break;
    const name = utf8.decode(block.subarray(at + 1, nameEnd));
    const counted = type === 6 || type === 7;
    if (counted && nameEnd + 3 > block.length) break;
    const valueStart = nameEnd + (counted ? 3 : 1);
    const length = counted ? view.getUint16(nameEnd + 1) : FIXED_BYTES[type];
    if (length === undefined || valueStart + length > block.length) break;
    if (type === 7) headers.set(name, utf8.decode(block.subarray(valueStart, valueStart + length)));
    else if (type <= 1) headers.set(name, String(type === 0));
    else if (type === 4) headers.set(name, String(view.getInt32(valueStart)));
    at = valueStart + length;
  }
  return headers;
}
