/**
 * One value for all its spellings: what is hashed into a pseudonym's parts. `(213) 555-0138` and `+1 213.555.0138` join, so do `Smith, J.` and `J. Smith`.
 */
import { foldWords } from "./declared/fold.ts";
import { isoDate } from "./declared/dates.ts";

/** The values a pseudonym's parts are made from: for a person one per component of the name, given names first; for all others one. Never empty. */
export function canonicalParts(type: string, value: string): readonly string[] {
  switch (type) {
    case "PERSON":
      return nameComponents(value);
    case "DATE":
      return [isoDate(value) ?? squeezed(value)];
    case "PHONE":
      return [phoneDigits(value)];
    case "EMAIL":
      return [value.trim().toLowerCase()];
    case "ID":
    case "SSN":
    case "CARD":
    case "IBAN":
      return [identifier(value)];
    case "SECRET":
    case "IP":
    case "URL":
      return [value];
    default:
      return [foldWords(value) || value];
  }
}

/** `Dr. Ana María García-López, MD` → `ana maria garcia lopez`; `García, Ana` → `ana garcia`. */
export function nameComponents(name: string): readonly string[] {
  const comma = name.indexOf(",");
  const ordered = comma > 0 && !SUFFIX.test(foldWords(name.slice(comma + 1))) ? `${name.slice(comma + 1)} ${name.slice(0, comma)}` : name;
  const words = foldWords(ordered.replace(/['’`´ʼ]s(?=[^\p{L}\p{N}]*$)/u, "").replace(/['’`´ʼ]/gu, "")).split(" ").filter((word) => word !== "");
  const components = words.filter((word) => !TITLES.has(word) && !PARTICLES.has(word));
  return components.length > 0 ? components : words.length > 0 ? words : [name];
}

/** Letters and digits without separators, without leading zeros: what `017-917-86`, `01791786` and `1791786` have in common. */
export const identifier = (value: string): string => squeezed(value).replace(/^0+(?=[0-9a-z])/, "") || value;

/** National digits and country code where one is written: `+1 (213) 555-0138`, `1-213-555-0138` and `213.555.0138` are one number. */
export function phoneDigits(value: string): string {
  const digits = foldWords(value.replace(/\b(?:ext|x)\.?\s*\d+\s*$/i, "").replace("(0)", "")).replace(/[^0-9]/g, "");
  const bare = digits.replace(/^00(?=[1-9]\d{8})/, "");
  return bare.length === 11 && bare.startsWith("1") ? bare.slice(1) : bare || squeezed(value);
}

const squeezed = (value: string): string => foldWords(value).replaceAll(" ", "") || value;

export const TITLES: ReadonlySet<string> = new Set(
  "mr mrs ms miss mx dr doctor prof professor sir dame madam master rev sister brother baby nurse md phd rn do np pa jr sr esq ii iii iv dra sra srta don dona herr frau fr sig sigra mme mlle monsieur madame senor senora senhor senhora dott dottssa".split(" "),
);
const SUFFIX = /^(?:md|phd|rn|do|np|pa|jr|sr|ii|iii|iv|esq|facs|mph|mba|dds|dnp|msn|bsn)(?: |$)/;
export const PARTICLES: ReadonlySet<string> = new Set("van von der den de del della di da do dos das la le los las ter ten te zu zum zur of y e bin ibn bint al el st".split(" "));
