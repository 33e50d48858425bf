/**
 * The vault's file: frames one after the other, appended by any number of processes, each with one `write(2)` in append mode, so that the order in the file
 * is one all of them agree on. docs/redaction.md ("The vault") has the layout.
 *
 * | bytes | |
 * | --- | --- |
 * | 0 | kind: `K` a data key, `S` a sealed spelling, `E` a subject was erased, `X` a spelling that was erased: nothing |
 * | 1–3 | `W`, `V`, 1 |
 * | 4–7 | payload length, u32 little-endian |
 * | 8–11 | CRC-32 of bytes 0–7 and the payload; of a `K` frame without its last 64 bytes, because erasing overwrites those in place |
 * | 12– | payload |
 */
import { crc32 } from "../../format/crc32.ts";

export const HEADER_BYTES = 12;
export const SUBJECT_LENGTH = 12;
const SLOT_BYTES = 8;
const KEY_ID_LENGTH = 16;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;
/** iv, wrapped key, tag, and their CRC-32: what erasing overwrites with zeros. */
export const WRAPPED_BYTES: number = IV_BYTES + 32 + TAG_BYTES + 4;
/** No spelling is longer than this; what is, stays unsealed. */
export const MAX_PAYLOAD_BYTES: number = 1 << 20;

export type VaultFrame =
  /** A data key of a subject, wrapped by the master key named; undefined once it was destroyed. `wrappedAt` is the file offset of what erasing overwrites. */
  | { readonly kind: "K"; readonly subject: string; readonly slot: string; readonly keyId: string; readonly wrapped: Buffer | undefined; readonly wrappedAt: number }
  /** `at` and `bytes`: where the whole frame stands in the file. */
  | { readonly kind: "S"; readonly subject: string; readonly slot: string; readonly value: string; readonly tag: string; readonly sealed: Buffer; readonly at: number; readonly bytes: number }
  | { readonly kind: "E"; readonly subject: string; readonly atMs: number }
  | { readonly kind: "X" };

const frame = (kind: "K" | "S" | "E" | "X", payload: Buffer): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(`${kind}WV`, "latin1");
  header[3] = 1;
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(checksum(header, payload, kind === "K"), 8);
  return Buffer.concat([header, payload]);
};

/** CRC-32 of the header's first 8 bytes and the payload's fixed part. */
function checksum(header: Buffer, payload: Buffer, isKey: boolean): number {
  return crc32(isKey ? payload.subarray(0, payload.length - WRAPPED_BYTES) : payload, crc32(header.subarray(0, 8)));
}

export const keyFrame = (subject: string, slot: Buffer, keyId: string, wrapped: Buffer): Buffer => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(wrapped));
  return frame("K", Buffer.concat([Buffer.from(subject, "latin1"), slot, Buffer.from(keyId, "latin1"), wrapped, sum]));
};

export const sealedFrame = (subject: string, slot: Buffer, value: string, tag: string, sealed: Buffer): Buffer => {
  const name = Buffer.from(`${value}~${tag}`, "latin1");
  const length = Buffer.alloc(2);
  length.writeUInt16LE(name.length);
  return frame("S", Buffer.concat([Buffer.from(subject, "latin1"), slot, length, name, sealed]));
};

export const erasedFrame = (subject: string, atMs: number): Buffer => {
  const payload = Buffer.alloc(SUBJECT_LENGTH + 8);
  payload.write(subject, "latin1");
  payload.writeDoubleLE(atMs, SUBJECT_LENGTH);
  return frame("E", payload);
};

/** A frame of so many bytes that says nothing. */
export const emptyFrame = (bytes: number): Buffer => frame("X", Buffer.alloc(bytes - HEADER_BYTES));

/**
 * The intact frames of a stretch of the file, in order. Damaged bytes (a write cut short by a crash) are passed over up to the next frame.
 *
 * @param at  file offset of the stretch
 * @returns   bytes read; what follows is a frame not yet whole
 */
export function readFrames(bytes: Buffer, at: number, visit: (frame: VaultFrame) => void): number {
  let offset = 0;
  for (;;) {
    const frame = frameAt(bytes, offset, at);
    if (frame !== undefined) {
      visit(frame);
      offset += HEADER_BYTES + bytes.readUInt32LE(offset + 4);
      continue;
    }
    // Cut short for good, or still to come: only a whole frame further on tells.
    let next = nextHeader(bytes, offset);
    while (next >= 0 && frameAt(bytes, next, at) === undefined) next = nextHeader(bytes, next);
    if (next < 0) return offset;
    offset = next;
  }
}

const MAGIC = Buffer.from([0x57, 0x56, 1]);
function nextHeader(bytes: Buffer, after: number): number {
  const found = bytes.indexOf(MAGIC, after + 2);
  return found < 0 ? -1 : found - 1;
}

/** The whole, intact frame at this offset, or undefined. */
function frameAt(bytes: Buffer, offset: number, at: number): VaultFrame | undefined {
  if (offset + HEADER_BYTES > bytes.length || bytes[offset + 1] !== 0x57 || bytes[offset + 2] !== 0x56 || bytes[offset + 3] !== 1) return undefined;
  const end = offset + HEADER_BYTES + bytes.readUInt32LE(offset + 4);
  return end > bytes.length ? undefined : decode(bytes.subarray(offset, end), at + offset);
}

function decode(whole: Buffer, at: number): VaultFrame | undefined {
  const kind = String.fromCharCode(whole[0] as number);
  const payload = whole.subarray(HEADER_BYTES);
  const isKey = kind === "K";
  if (payload.length < SUBJECT_LENGTH + SLOT_BYTES || (isKey && payload.length !== SUBJECT_LENGTH + SLOT_BYTES + KEY_ID_LENGTH + WRAPPED_BYTES)) return undefined;
  if (whole.readUInt32LE(8) !== checksum(whole, payload, isKey)) return undefined;
  if (kind === "X") return { kind };
  const subject = payload.toString("latin1", 0, SUBJECT_LENGTH);
  if (kind === "E") return { kind, subject, atMs: payload.readDoubleLE(SUBJECT_LENGTH) };
  const slot = payload.toString("hex", SUBJECT_LENGTH, SUBJECT_LENGTH + SLOT_BYTES);
  const rest = SUBJECT_LENGTH + SLOT_BYTES;
  if (kind === "K") {
    const wrappedAt = rest + KEY_ID_LENGTH;
    const wrapped = payload.subarray(wrappedAt, -4);
    const isErased = payload.subarray(wrappedAt).every((byte) => byte === 0);
    if (!isErased && payload.readUInt32LE(payload.length - 4) !== crc32(wrapped)) return undefined;
    return { kind, subject, slot, keyId: payload.toString("latin1", rest, wrappedAt), wrapped: isErased ? undefined : wrapped, wrappedAt: at + HEADER_BYTES + wrappedAt };
  }
  if (kind !== "S" || payload.length < rest + 2) return undefined;
  const nameEnd = rest + 2 + payload.readUInt16LE(rest);
  const name = payload.toString("latin1", rest + 2, nameEnd);
  const tilde = name.indexOf("~");
  if (tilde < 0 || payload.length < nameEnd + IV_BYTES + TAG_BYTES) return undefined;
  return { kind, subject, slot, value: name.slice(0, tilde), tag: name.slice(tilde + 1), sealed: payload.subarray(nameEnd), at, bytes: whole.length };
}
