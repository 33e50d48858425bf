/** Text folded for comparison: lower case, no diacritics. Works unit by unit, so that scanning a megabyte makes no strings. */

const folds = new Map<number, number>();

/** The folded unit; 0 for what is no letter or digit. */
export function foldUnit(unit: number): number {
  if (unit < 0x80) {
    if (unit >= 0x61 && unit <= 0x7a) return unit;
    if (unit >= 0x41 && unit <= 0x5a) return unit | 0x20;
    return unit >= 0x30 && unit <= 0x39 ? unit : 0;
  }
  let folded = folds.get(unit);
  if (folded === undefined) {
    const letter = String.fromCharCode(unit);
    folded = /[\p{L}\p{N}\p{M}]/u.test(letter) || (unit >= 0xd800 && unit <= 0xdfff) ? (letter.toLowerCase().normalize("NFD").charCodeAt(0) ?? unit) : 0;
    folds.set(unit, folded);
  }
  return folded;
}

export const isUpper = (unit: number): boolean => (unit >= 0x41 && unit <= 0x5a) || (unit >= 0xc0 && unit <= 0x2af && String.fromCharCode(unit).toLowerCase() !== String.fromCharCode(unit)) || (unit >= 0x386 && unit <= 0x52f && String.fromCharCode(unit).toLowerCase() !== String.fromCharCode(unit));
export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** FNV-1a over folded units. */
export const startHash: number = 0x811c9dc5 | 0;
export const addToHash = (hash: number, folded: number): number => Math.imul(hash ^ folded, 0x01000193);

export function hashWord(word: string): number {
  let hash = startHash;
  for (let at = 0; at < word.length; at += 1) {
    const folded = foldUnit(word.charCodeAt(at));
    if (folded !== 0) hash = addToHash(hash, folded);
  }
  return hash;
}
/** Words of a text as hashes with their places. A word is a run of letters and digits; an apostrophe ends it. */
export function wordsOf(text: string): { readonly hashes: readonly number[]; readonly starts: readonly number[]; readonly ends: readonly number[] } {
  const hashes: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let hash = startHash;
  let start = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const folded = at < text.length ? foldUnit(text.charCodeAt(at)) : 0;
    if (folded !== 0) {
      if (start < 0) start = at;
      hash = addToHash(hash, folded);
    } else if (start >= 0) {
      hashes.push(hash);
      starts.push(start);
      ends.push(at);
      hash = startHash;
      start = -1;
    }
  }
  return { hashes, starts, ends };
}
