/** CRC-32 (IEEE 802.3, reflected 0xEDB88320), as in zlib, PNG and Amazon's event streams. Guards every frame of a journal. */
import * as zlib from "node:zlib";

/**
 * @param seed  the CRC of what stands before `bytes`, to go on from
 * @returns     unsigned 32 bits
 */
export const crc32: (bytes: Uint8Array, seed?: number) => number = typeof zlib.crc32 === "function" ? (bytes, seed = 0) => zlib.crc32(bytes, seed) : crc32ByTable;

let table: Uint32Array | undefined;

/** For runtimes whose `node:zlib` has no `crc32` (it came with Node 20.15). */
export function crc32ByTable(bytes: Uint8Array, seed: number = 0): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    return remainder;
  });
  let crc = ~seed;
  for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
