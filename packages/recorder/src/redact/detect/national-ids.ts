/** National numbers of persons: by their checksum and, for the plain digit runs that other numbers hit by chance, by a label as well. */
import * as checksum from "./checksum.ts";
import { isDigit, labelsBefore, matchAt, take, type Chunk, type Reading } from "./reading.ts";
import { role } from "./roles.ts";
import { unitSet } from "./word-table.ts";

const ssn = /\d{3}([- ])\d{2}\1\d{4}(?![\d-])/y;
const maskedSsn = /[*xX]{3}-?[*xX]{2}-?\d{4}(?!\d)/y;
const nino = /(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![A-Za-z0-9])/y;
const dni = /(?:\d{1,2}\.?\d{3}\.?\d{3}|[XYZ]-?\d{7})[- ]?[A-Z](?![A-Za-z0-9])/y;
const fiscale = /[A-Z]{6}[\dL-V]{2}[A-Z][\dL-V]{2}[A-Z][\dL-V]{3}[A-Z](?![A-Za-z0-9])/y;
const cpf = /\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/y;
const cnpj = /\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}(?!\d)/y;
const nir = /[12378] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\d)/y;
const curp = /[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![A-Za-z0-9])/y;
const plain = /\d(?:[ .-]?\d){8,13}(?![\d])/y;
const nassGroups = /\d{2} \d{8} \d{2}(?!\d|[.,]\d)/y;
const nassShape = /\d{2}[ /-]?\d{8}[ /-]?\d{2}(?!\d)/y;

/** The end of a national number that begins at `start`, or 0. */
export function findNationalId(reading: Reading, chunk: Chunk): number {
  const { text, scan } = reading;
  const { start } = chunk;
  const firstEnd = scan.end[chunk.first] as number;
  const firstSize = firstEnd - start;
  const isGrouped = groups(text.charCodeAt(firstEnd));
  // the shortest has eight digits in one run, or goes on behind a joint
  if (chunk.letters === 0 && firstSize < 9 && !(isGrouped && isDigit(text.charCodeAt(firstEnd + 1)))) return 0;
  if (/[\w.]/.test(text[start - 1] ?? "") || (text[start - 1] === "-" && /\w/.test(text[start - 2] ?? ""))) return 0;
  if (chunk.letters === 0) {
    if (firstSize === 3) {
      const match = matchAt(ssn, text, start);
      const labels = match === undefined ? 0 : labelsBefore(reading, chunk.first);
      if (match !== undefined && (match[1] === "-" || (labels & (role.ssnLabel | role.idLabel)) !== 0 || checksum.usSsn(match[0].replace(/\D/g, "")))) {
        // an impossible area number still tells that a person's number was meant; three words of digits may be anything
        if (match[1] === "-" || labels !== 0) {
          take(reading, "SSN", start, start + match[0].length, "ssn", checksum.usSsn(match[0].replace(/\D/g, "")) ? 0.95 : 0.8);
          return start + match[0].length;
        }
      }
      const tax = checkedAt(reading, cpf, "id.cpf", start, always);
      if (tax > 0) return tax;
    }
    if (firstSize === 2) {
      const company = checkedAt(reading, cnpj, "id.cnpj", start, always);
      if (company > 0) return company;
      // two, eight and two digits in groups are nothing else; run together they need their check digits
      const social = checkedAt(reading, nassGroups, "id.nass", start, always) || checkedAt(reading, nassShape, "id.nass", start, checksum.nass);
      if (social > 0) return social;
    }
    if (chunk.digits < 1) return 0;
    return plainNumber(reading, chunk);
  }
  return checkedAt(reading, dni, "id.dni", start, checksum.dni) || checkedAt(reading, nir, "id.nir", start, checksum.nir);
}

const groups = unitSet(" .-/");

const always = (): boolean => true;

/** Takes what `expression` matches at `start` when its characters pass the check; returns its end, or 0. */
function checkedAt(reading: Reading, expression: RegExp, rule: string, start: number, checks: (compact: string) => boolean): number {
  const match = matchAt(expression, reading.text, start);
  if (match === undefined || !checks(match[0].replace(/[ .\-/]/g, ""))) return 0;
  take(reading, "ID", start, start + match[0].length, rule, 0.95);
  return start + match[0].length;
}

const lettered: readonly [RegExp, string, (compact: string) => boolean][] = [
  [nino, "id.nino", always],
  [fiscale, "id.codice-fiscale", always],
  [dni, "id.nie", checksum.dni],
  [curp, "id.curp", always],
  [maskedSsn, "ssn.masked", always],
];

/** A national number that begins with letters: NINO, codice fiscale, NIE, CURP. */
export function findLetteredId(reading: Reading, start: number): number {
  const { text } = reading;
  if (/\w/.test(text[start - 1] ?? "")) return 0;
  for (const [expression, rule, valid] of lettered) {
    const match = matchAt(expression, text, start);
    if (match === undefined || !valid(match[0].replace(/[ .\-/]/g, ""))) continue;
    take(reading, rule === "ssn.masked" ? "SSN" : "ID", start, start + match[0].length, rule, 0.95);
    return start + match[0].length;
  }
  return 0;
}

const plainChecks: readonly [number, string, (digits: string) => boolean, RegExp][] = [
  [9, "ssn.plain", checksum.usSsn, /\b(?:ssn|social security)\b/i],
  [9, "id.nif", checksum.nif, /\b(?:nif|contribuinte|fiscal)\b/i],
  [9, "id.bsn", checksum.bsn, /\b(?:bsn|burgerservicenummer|sofi)\b/i],
  [9, "id.sin", checksum.luhn, /\b(?:sin|social insurance)\b/i],
  [9, "id.tfn", checksum.tfn, /\b(?:tfn|tax file)\b/i],
  [10, "id.nhs", checksum.nhs, /\b(?:nhs|health service)\b/i],
  [10, "id.medicare", checksum.medicareAu, /\bmedicare\b/i],
  [11, "id.steuer-id", checksum.steuerId, /\b(?:steuer|idnr|tin)\b/i],
  [11, "id.cpf", checksum.cpf, /\bcpf\b/i],
  [11, "id.pesel", checksum.pesel, /\bpesel\b/i],
  [12, "id.aadhaar", checksum.aadhaar, /\b(?:aadhaar|uidai|aadhar)\b/i],
  [14, "id.cnpj", checksum.cnpj, /\bcnpj\b/i],
];

/** Plain digit runs: a checksum of one digit is hit by one number in ten or eleven, so a word near it must say what it is; grouping in threes or fours counts for it. */
function plainNumber(reading: Reading, chunk: Chunk): number {
  const { text } = reading;
  const match = matchAt(plain, text, chunk.start);
  if (match === undefined) return 0;
  const digits = match[0].replace(/\D/g, "");
  const context = text.slice(Math.max(0, chunk.start - 40), chunk.start);
  for (const [size, rule, valid, words] of plainChecks) {
    if (digits.length !== size || !valid(digits)) continue;
    const grouped = size >= 10 && /^\d{3} \d{3} \d{4}$|^\d{4} \d{4} \d{4}$/.test(match[0]);
    if (!words.test(context) && !grouped) continue;
    take(reading, rule === "ssn.plain" ? "SSN" : "ID", chunk.start, chunk.start + match[0].length, rule, 0.9);
    return chunk.start + match[0].length;
  }
  const social = matchAt(nir, text, chunk.start);
  if (social !== undefined && checksum.nir(social[0].replace(/ /g, ""))) {
    take(reading, "ID", chunk.start, chunk.start + social[0].length, "id.nir", 0.95);
    return chunk.start + social[0].length;
  }
  return 0;
}
