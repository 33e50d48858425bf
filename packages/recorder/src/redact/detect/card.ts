/** Payment cards (length and prefix of the network, Luhn) and bank accounts (IBAN, mod 97). */
import { iban as ibanChecks, luhn } from "./checksum.ts";
import { isDigit, labelsBefore, matchAt, take, type Chunk, type Reading } from "./reading.ts";
import { role } from "./roles.ts";

const cardShape = /\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d])|3[47]\d\d[ -]?\d{6}[ -]?\d{5}(?!\d)|\d{12,19}(?!\d)/y;
const network = /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d|22\d)\d{12,15}|(?:50|5[6-9]|6\d)\d{10,17}|35(?:2[89]|[3-8]\d)\d{12}|(?:2131|1800)\d{11})$/;
const ibanShape = /[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/y;
const ibanLengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MR: 27, MT: 31, MU: 30, NL: 18, NO: 15, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24, SC: 31, SE: 24, SI: 19, SK: 24, SM: 27, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20,
};

/** The end of a card number that begins with the chunk, or 0. */
export function findCard(reading: Reading, chunk: Chunk): number {
  const { text, scan } = reading;
  const { start } = chunk;
  const firstEnd = scan.end[chunk.first] as number;
  // groups of four joined by a space or dash, or eight digits and more in one
  if (firstEnd - start !== 4 ? firstEnd - start < 8 : !isDigit(text.charCodeAt(firstEnd + 1))) return 0;
  if (/[\w.]/.test(text[start - 1] ?? "")) return 0;
  const match = matchAt(cardShape, text, start);
  if (match === undefined) return 0;
  const digits = match[0].replace(/\D/g, "");
  if (digits.length < 12 || digits.length > 19 || /^[A-Za-z_]/.test(text[start + match[0].length] ?? "")) return 0;
  const labelled = (labelsBefore(reading, chunk.first) & role.cardLabel) !== 0 || /card|cc\b|tarjeta|karte|carte/i.test(text.slice(Math.max(0, start - 40), start));
  if (luhn(digits) && (labelled || (network.test(digits) && digits.length >= 13))) take(reading, "CARD", start, start + match[0].length, "card", 0.97);
  else if (labelled && digits.length >= 13 && (labelsBefore(reading, chunk.first) & role.cardLabel) !== 0) take(reading, "CARD", start, start + match[0].length, "card.labelled", 0.7);
  else return 0;
  return start + match[0].length;
}

/** The end of an IBAN that begins at `start`, or 0. */
export function findIban(reading: Reading, start: number): number {
  const { text } = reading;
  const match = matchAt(ibanShape, text, start);
  if (match === undefined) return 0;
  const country = match[0].slice(0, 2);
  const length = ibanLengths[country];
  if (length === undefined) return 0;
  // letters after the account ("… 4332 BIC") are no part of it: cut to the country's length
  let end = start;
  let kept = "";
  while (end < start + match[0].length && kept.length < length) {
    const char = text[end] ?? "";
    if (/[A-Z0-9]/.test(char)) kept += char;
    end += 1;
  }
  if (kept.length !== length || !ibanChecks(kept)) {
    const labelled = /iban[^a-z]{0,12}$/i.test(text.slice(Math.max(0, start - 18), start));
    if (!labelled || kept.length < 15) return 0;
    take(reading, "IBAN", start, start + match[0].length, "iban.labelled", 0.7);
    return start + match[0].length;
  }
  take(reading, "IBAN", start, end, "iban", 0.99);
  return end;
}
