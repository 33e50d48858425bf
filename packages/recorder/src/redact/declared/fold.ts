/**
 * One spelling for all: letters lose case, diacritics, width and look-alike scripts, so that `GARCÍA`, `garcia`, `ｇａｒｃｉａ` and `Gаrcía` (with a Cyrillic а)
 * compare equal. Used on declared values when they are compiled and on every text when it is searched, so both sides fold alike.
 */

/** What a UTF-16 unit folds to, besides a folded unit (always above these). */
export const SEPARATOR = 0;
/** Leaves no trace: combining marks, zero-width characters, soft hyphen. */
export const NOTHING = 1;
/** Folds to several letters (`ß`), or is half of a character outside the BMP: ask `foldWide`. */
export const WIDE = 2;
/** Starts an escape (`\`, `%`, `&`) that may stand for a letter. */
export const ESCAPE = 3;
const UNKNOWN = 0xffff;

// Filled one character at a time as texts bring them: folding all of Unicode up front would cost the app's start-up 30 ms.
const table = new Uint16Array(65536).fill(UNKNOWN);
const isUpperTable = new Uint8Array(65536);

/** SEPARATOR, NOTHING, WIDE, ESCAPE or the folded unit. */
export function foldUnit(unit: number): number {
  const known = table[unit] as number;
  return known === UNKNOWN ? learn(unit) : known;
}
/** True for a capital (or title case) letter in any script. `foldUnit` must have seen the unit. */
export const isUpper = (unit: number): boolean => isUpperTable[unit] === 1;

/** What a character of class WIDE folds to; empty for a separator. */
export function foldWide(character: string): string {
  const spelled = EXPANSIONS[character.toLowerCase()];
  if (spelled !== undefined) return spelled;
  let folded = "";
  for (const one of character.normalize("NFKD").toLowerCase()) {
    const code = one.codePointAt(0) as number;
    if (code > 0xffff) {
      if (/[\p{L}\p{N}]/u.test(one)) folded += one;
    } else {
      const unit = foldUnit(code);
      if (unit > ESCAPE) folded += String.fromCharCode(unit);
      else if (unit === WIDE) folded += EXPANSIONS[one] ?? "";
    }
  }
  return folded;
}

/** Fold a short text to its letters and digits, everything else to single spaces. */
export function foldWords(text: string): string {
  let folded = "";
  let gap = false;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    const unit = code > 0xffff ? WIDE : foldUnit(code);
    if (unit === NOTHING) continue;
    const letters = unit === WIDE ? foldWide(character) : unit > ESCAPE ? String.fromCharCode(unit) : "";
    if (letters === "") gap = folded !== "";
    else {
      folded += gap ? ` ${letters}` : letters;
      gap = false;
    }
  }
  return folded;
}

const EXPANSIONS: Readonly<Record<string, string>> = { ß: "ss", ẞ: "ss", æ: "ae", œ: "oe", þ: "th", ĳ: "ij", ŉ: "n", ǆ: "dz", ǉ: "lj", ǌ: "nj" };

// Letters NFKD leaves whole, and letters of other scripts that look like Latin ones (Unicode TR 39 confusables, the ones fonts draw alike).
const ALIKE = new Map<string, string>(
  Object.entries({
    ø: "o", đ: "d", ð: "d", ł: "l", ħ: "h", ŧ: "t", ı: "i", ȷ: "j", ŋ: "n", ɓ: "b", ɗ: "d", ƙ: "k", ƴ: "y", ə: "e", ɡ: "g", ɑ: "a", ſ: "s",
    а: "a", в: "b", е: "e", ё: "e", һ: "h", н: "h", і: "i", ї: "i", ј: "j", к: "k", ӏ: "l", м: "m", о: "o", р: "p", ԛ: "q", ѕ: "s", с: "c", т: "t", у: "y", ѵ: "v", ԝ: "w", х: "x", ԁ: "d",
    α: "a", β: "b", ε: "e", ζ: "z", η: "h", ι: "i", κ: "k", μ: "m", ν: "n", ο: "o", ρ: "p", σ: "s", ς: "s", τ: "t", υ: "y", χ: "x", ϲ: "c", ϳ: "j",
    ա: "u", օ: "o", ո: "n", ս: "u", հ: "h", ց: "g",
    ƚ: "l", ɩ: "i", ʏ: "y", ᴀ: "a", ʙ: "b", ᴄ: "c", ᴅ: "d", ᴇ: "e", ɢ: "g", ʜ: "h", ɪ: "i", ᴊ: "j", ᴋ: "k", ʟ: "l", ᴍ: "m", ɴ: "n", ᴏ: "o", ᴘ: "p", ʀ: "r", ꜱ: "s", ᴛ: "t", ᴜ: "u", ᴠ: "v", ᴡ: "w", ᴢ: "z",
  }),
);

// Marks, default ignorables (soft hyphen, zero-width characters, direction and variation marks).
const NOT_SHOWN = /[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;

function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  const lower = character.toLowerCase();
  if (lower !== character || /\p{Lu}|\p{Lt}/u.test(character)) isUpperTable[unit] = 1;
  const folded = learned(unit, character, lower);
  table[unit] = folded;
  return folded;
}
function learned(unit: number, character: string, lower: string): number {
  if (unit === 0x5c || unit === 0x25 || unit === 0x26) return ESCAPE;
  if (unit >= 0xd800 && unit <= 0xdfff) return WIDE;
  if (NOT_SHOWN.test(character)) return NOTHING;
  const alike = ALIKE.get(lower);
  if (alike !== undefined) return alike.charCodeAt(0);
  if (EXPANSIONS[lower] !== undefined) return WIDE;
  if (!/[\p{L}\p{N}]/u.test(character)) return SEPARATOR;
  // NFKD undoes full width, circled and composed letters; lower case afterwards, because `İ` lowers to two units.
  const plain = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\p{M}/gu, "");
  if (plain.length !== 1) return plain.length === 0 ? NOTHING : WIDE;
  return (ALIKE.get(plain) ?? plain).charCodeAt(0);
}
