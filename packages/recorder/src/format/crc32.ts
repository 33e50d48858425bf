/** CRC-32 (IEEE 802.3, reflected 0xEDB88320), as in zlib, PNG and Amazon's event streams. Guards every frame of a journal. */

type Crc32 = (bytes: Uint8Array, seed?: number) => number;

/**
 * @param seed  the CRC of what stands before `bytes`, to go on from
 * @returns     unsigned 32 bits
 */
export const crc32: Crc32 = (bytes, seed = 0) => (fastest ??= platformCrc32() ?? crc32ByTable)(bytes, seed);

let fastest: Crc32 | undefined;

/** zlib's, looked up at the first frame and not imported: loading zlib would be a tenth of importing the recorder. It has `crc32` since Node 20.15. */
function platformCrc32(): Crc32 | undefined {
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: "node:zlib") => { readonly crc32?: Crc32 } };
  return getBuiltinModule?.("node:zlib").crc32;
}

let table: Uint32Array | undefined;

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
