/**
 * Folding of letters and the hash of a folded word: what the tokenizer computes for each word of a text, and what the word lists
 * are keyed by (packages/names/scripts/build.ts uses this very file, so the two can't drift apart).
 *
 * Folded is: lower case, no diacritics, full-width forms as ASCII; combining marks, zero-width characters and apostrophes are left out.
 */

/** What a UTF-16 unit is to the tokenizer. */
export const charClass = { other: 0, space: 1, newline: 2, digit: 3, lower: 4, upper: 5, skip: 6 } as const;

export interface FoldTables {
  /** `charClass` of each UTF-16 unit. */
  readonly classes: Uint8Array;
  /** The folded unit of each UTF-16 unit; itself where folding changes nothing. */
  readonly folded: Uint16Array;
}

// Letters that Unicode does not decompose; one unit each, so that offsets need no map.
const stubborn: Readonly<Record<string, string>> = { ß: "s", æ: "a", œ: "o", ø: "o", đ: "d", ð: "d", þ: "t", ħ: "h", ł: "l", ŧ: "t", ŋ: "n", ı: "i", ſ: "s", ə: "e" };

let tables: FoldTables | undefined;

/** The tables, built on first use (about 1 ms) so that importing the recorder costs nothing. */
export function foldTables(): FoldTables {
  tables ??= build();
  return tables;
}

function build(): FoldTables {
  const classes = new Uint8Array(0x10000);
  const folded = new Uint16Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) folded[unit] = unit;
  const letters = (from: number, to: number): void => void classes.fill(charClass.lower, from, to + 1);
  letters(0x61, 0x7a);
  letters(0xaa, 0xaa);
  letters(0xb5, 0xb5);
  letters(0xc0, 0x2af);
  letters(0x370, 0x1fff);
  letters(0x2c00, 0x2dff);
  letters(0x3041, 0x312f);
  letters(0x3400, 0x9fff);
  letters(0xa000, 0xd7ff);
  letters(0xf900, 0xfdcf);
  letters(0xfe70, 0xfefc);
  letters(0xff66, 0xffdc);
  classes[0xba] = classes[0xaa] = charClass.other; // º and ª are ordinal signs in "Nº", "2ª"
  classes[0xd7] = classes[0xf7] = classes[0x37e] = classes[0x387] = charClass.other;
  for (let unit = 0x30; unit <= 0x39; unit++) classes[unit] = charClass.digit;
  for (let unit = 0xff10; unit <= 0xff19; unit++) {
    classes[unit] = charClass.digit;
    folded[unit] = unit - 0xfee0;
  }
  for (const unit of [0x20, 0x09, 0x0b, 0x0c, 0xa0, 0x1680, 0x202f, 0x205f, 0x3000]) classes[unit] = charClass.space;
  classes.fill(charClass.space, 0x2000, 0x200b);
  for (const unit of [0x0a, 0x0d, 0x85, 0x2028, 0x2029]) classes[unit] = charClass.newline;
  classes.fill(charClass.skip, 0x300, 0x370);
  classes.fill(charClass.skip, 0x200b, 0x2010);
  for (const unit of [0xad, 0x2060, 0xfeff]) classes[unit] = charClass.skip;
  const cased = (from: number, to: number): void => {
    for (let unit = from; unit <= to; unit++) {
      const char = String.fromCharCode(unit);
      const lower = char.toLowerCase();
      if (lower !== char) classes[unit] = charClass.upper;
      const base = lower.normalize("NFD").charAt(0);
      folded[unit] = (stubborn[lower] ?? stubborn[base] ?? base).charCodeAt(0);
    }
  };
  cased(0x41, 0x5a);
  cased(0xc0, 0x24f);
  cased(0x386, 0x52f);
  cased(0x531, 0x556);
  cased(0x1e00, 0x1fff);
  for (let unit = 0xff21; unit <= 0xff3a; unit++) {
    classes[unit] = charClass.upper;
    classes[unit + 0x20] = charClass.lower;
    folded[unit] = folded[unit + 0x20] = unit - 0xff21 + 0x61;
  }
  return { classes, folded };
}

export const hashSeed: number = 0x811c9dc5 | 0;

/** One step of the word hash (FNV-1a over folded units). */
export const hashStep = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

/** Spreads the low bits over the high ones: the lists are sorted by the high bits. */
export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  mixed ^= mixed >>> 12;
  mixed = Math.imul(mixed, 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** The hash of one or more words (spaces between words count as one space, other characters are left out), as an unsigned 32-bit number. */
export function wordHash(words: string): number {
  const { classes, folded } = foldTables();
  let hash = hashSeed;
  let pendingSpace = false;
  let any = false;
  for (let at = 0; at < words.length; at++) {
    const unit = words.charCodeAt(at);
    const kind = classes[unit];
    if (kind === charClass.lower || kind === charClass.upper || kind === charClass.digit) {
      if (pendingSpace && any) hash = hashStep(hash, 0x20);
      pendingSpace = false;
      any = true;
      hash = hashStep(hash, folded[unit] ?? unit);
    } else if (kind === charClass.space || kind === charClass.newline || unit === 0x2d) pendingSpace = true;
  }
  return hashEnd(hash);
}
