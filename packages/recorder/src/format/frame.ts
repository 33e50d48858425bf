/**
 * The frame around every entry, on disk and on the wire. The journal writes frames, `segment.ts` reads them; docs/format.md works one
 * through byte by byte.
 *
 * ```
 *  0  4  magic 0x89 'W' 'S' '1'
 *  4  4  payload length n, little-endian
 *  8  4  bitwise complement of n
 * 12  8  sequence number, little-endian
 * 20  4  CRC-32 over bytes 0–19 and the payload, little-endian
 * 24  n  payload: one JSON object in UTF-8
 * ```
 * A reader that lost its place looks for the next magic with a plausible header and a right CRC. It can't be led astray from inside a
 * payload: a plausible length has a top byte of 0 to 4, and JSON writes those control characters as escapes.
 */
import { crc32 } from "./crc32.ts";

export const FRAME_HEADER_BYTES = 24;
/** The largest payload a frame may have: 64 MiB. */
export const MAX_PAYLOAD_BYTES: number = 64 * 1024 * 1024;

const MAGIC = Buffer.from([0x89, 0x57, 0x53, 0x31]);
const MAGIC_LE = MAGIC.readUInt32LE(0);
const TWO_32 = 0x1_0000_0000;
const CRC_OFFSET = 20;
const CRC_BYTES = 4;
/** Bytes that may go into CRCs that turn out wrong: so many times what is read, and a little for small files. */
const WRONG_CRC_FACTOR = 16;
const WRONG_CRC_BYTES = 4 * 1024 * 1024;

/** An intact frame: where it stands in the bytes it was found in, and what it carries. */
export interface Frame {
  readonly offset: number;
  /** First byte after it. */
  readonly end: number;
  readonly sequence: number;
  /** A view, not a copy. */
  readonly payload: Buffer;
}

/** Write the header of a frame whose payload already stands at `at + FRAME_HEADER_BYTES`. */
export function sealFrame(buffer: Buffer, at: number, payloadBytes: number, sequence: number): void {
  // What the CRC covers is written next to the payload first, so that one call computes it, and then moved to its place.
  const covered = at + CRC_BYTES;
  buffer.writeUInt32LE(MAGIC_LE, covered);
  buffer.writeUInt32LE(payloadBytes, covered + 4);
  buffer.writeUInt32LE(~payloadBytes >>> 0, covered + 8);
  buffer.writeUInt32LE(sequence % TWO_32, covered + 12);
  buffer.writeUInt32LE(Math.floor(sequence / TWO_32), covered + 16);
  const crc = crc32(buffer.subarray(covered, at + FRAME_HEADER_BYTES + payloadBytes));
  buffer.copyWithin(at, covered, covered + CRC_OFFSET);
  buffer.writeUInt32LE(crc, at + CRC_OFFSET);
}

/** One frame as bytes of its own. The journal builds its frames in place with `sealFrame`; this is for everyone else. */
export function encodeFrame(sequence: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  sealFrame(frame, 0, payload.length, sequence);
  return frame;
}

/**
 * The intact frames in `bytes` from `from` on, in order. What lies between them is damaged, or the tail of a write that has not ended
 * yet: the caller tells by the offsets.
 *
 * Honest damage costs a wrong CRC over each damaged frame, once. Bytes made to cost more (headers nested in headers, each claiming all the
 * rest) run out of a budget, after which nothing more is accepted from them.
 */
export function* intactFrames(bytes: Buffer, from: number = 0): Generator<Frame, void, undefined> {
  let budget = WRONG_CRC_FACTOR * bytes.length + WRONG_CRC_BYTES;
  let at = from;
  while (at <= bytes.length - FRAME_HEADER_BYTES && budget > 0) {
    const payloadBytes = plausiblePayloadBytes(bytes, at);
    const end = at + FRAME_HEADER_BYTES + payloadBytes;
    if (payloadBytes >= 0 && end <= bytes.length) {
      if (frameCrc(bytes, at, payloadBytes) === bytes.readUInt32LE(at + CRC_OFFSET)) {
        yield { offset: at, end, sequence: readSequence(bytes, at), payload: bytes.subarray(at + FRAME_HEADER_BYTES, end) };
        at = end;
        continue;
      }
      budget -= payloadBytes + FRAME_HEADER_BYTES;
    }
    const next = bytes.indexOf(MAGIC, at + 1);
    if (next < 0) return;
    at = next;
  }
}

/** -1 when no frame can start here. */
function plausiblePayloadBytes(bytes: Buffer, at: number): number {
  if (bytes.readUInt32LE(at) !== MAGIC_LE) return -1;
  const payloadBytes = bytes.readUInt32LE(at + 4);
  const plausible = payloadBytes <= MAX_PAYLOAD_BYTES && bytes.readUInt32LE(at + 8) === ~payloadBytes >>> 0 && bytes.readUInt32LE(at + 16) < 0x20_0000;
  return plausible ? payloadBytes : -1;
}

const readSequence = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + 16) * TWO_32 + bytes.readUInt32LE(at + 12);

const frameCrc = (bytes: Buffer, at: number, payloadBytes: number): number =>
  crc32(bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + payloadBytes), crc32(bytes.subarray(at, at + CRC_OFFSET)));
