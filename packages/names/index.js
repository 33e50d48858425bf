// @ts-check
/**
 * Reads names.bin, the compiled word lists (scripts/build.ts wrote it). Plain JavaScript, so that a fresh clone and a
 * `require` from the recorder need no build.
 *
 * The file: "WSNL", version u8, 3 spare bytes, word count u32, fact count u16, 2 spare bytes; the facts as u16 each; then for each word in the
 * order of its hash the distance from the hash before it (LEB128) and the index of its facts (LEB128 too). Little-endian.
 */
import { readFileSync } from "node:fs";

/** @type {import("./index.d.ts").NameLists | undefined} */
let loaded;

/** @returns {import("./index.d.ts").NameLists} */
export function loadNames() {
  loaded ??= read(readFileSync(new URL("./names.bin", import.meta.url)));
  return loaded;
}

/** @param {Uint8Array} file */
function read(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== 0x4c4e5357 || view.getUint8(4) !== 1) throw new Error("names.bin is not a word list of version 1");
  const count = view.getUint32(8, true);
  const factCount = view.getUint16(12, true);
  const facts = new Uint16Array(factCount);
  for (let at = 0; at < factCount; at++) facts[at] = view.getUint16(16 + at * 2, true);
  const hashes = new Uint32Array(count);
  const which = new Uint16Array(count);
  // first[b] is where the hashes with the high 16 bits b begin: a look-up compares about six numbers
  const first = new Uint32Array(0x10001);
  let from = 16 + factCount * 2;
  let hash = 0;
  let bucket = 0;
  for (let at = 0; at < count; at++) {
    // most distances take two bytes; none takes five (450,000 words lie 9,500 apart)
    let step = file[from++] ?? 0;
    if (step >= 0x80) {
      let shift = 7;
      let byte = 0;
      step &= 0x7f;
      do {
        byte = file[from++] ?? 0;
        step |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80);
    }
    hash = (hash + step) >>> 0;
    while (bucket <= hash >>> 16) first[bucket++] = at;
    hashes[at] = hash;
    const low = file[from++] ?? 0;
    which[at] = low < 0x80 ? low : (low & 0x7f) | ((file[from++] ?? 0) << 7);
  }
  while (bucket <= 0x10000) first[bucket++] = count;
  return {
    /** @param {number} wanted */
    lookup(wanted) {
      const end = first[(wanted >>> 16) + 1] ?? 0;
      for (let at = first[wanted >>> 16] ?? 0; at < end; at++) {
        const found = hashes[at] ?? 0;
        if (found === wanted) return facts[which[at] ?? 0] ?? 0;
        if (found > wanted) return 0;
      }
      return 0;
    },
  };
}
