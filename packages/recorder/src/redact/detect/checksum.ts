/** Check digits of cards, accounts and national numbers: what tells an identifier from any other number of its length. */

const digitsOf = (text: string): number[] => Array.from(text, Number);
const weighted = (digits: readonly number[], weights: readonly number[]): number => weights.reduce((sum, weight, at) => sum + weight * (digits[at] ?? 0), 0);
const allSame = (digits: string): boolean => digits.length > 0 && digits.split("").every((digit) => digit === digits[0]);

/** Luhn (ISO/IEC 7812): cards, IMEI, Canadian SIN, NPI. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, odd = true; at >= 0; at--, odd = !odd) {
    const digit = digits.charCodeAt(at) - 48;
    sum += odd ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0 && !allSame(digits);
}

/** ISO 7064 mod 97-10 over an IBAN without spaces. */
export function iban(text: string): boolean {
  let remainder = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt((at + 4) % text.length);
    const value = unit >= 65 ? unit - 55 : unit - 48;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** US social security number: never issued with area 000, 666 or 9xx, group 00, serial 0000 (ITINs begin with 9). */
export const usSsn = (digits: string): boolean => /^(?!000|666)[0-8]\d\d(?!00)\d\d(?!0000)\d{4}$/.test(digits) && !allSame(digits);

/** NHS number (England): mod 11 over nine digits. */
export function nhs(digits: string): boolean {
  const check = 11 - (weighted(digitsOf(digits), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && (check === 11 ? 0 : check) === Number(digits[9]) && !allSame(digits);
}

const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
/** Spanish DNI (8 digits, letter) and NIE (X, Y or Z, 7 digits, letter). */
export function dni(text: string): boolean {
  const match = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(text);
  if (match === null) return false;
  const number = Number(`${match[1] === "" ? "" : "XYZ".indexOf(match[1] ?? "")}${match[2]}`);
  return (match[1] === "") === (match[2]?.length === 8) && dniLetters[number % 23] === match[3];
}

/** Italian codice fiscale: odd and even places weigh differently; the last letter checks. */
export function codiceFiscale(text: string): boolean {
  if (!/^[A-Z]{6}[\dLMNPQRSTUV]{2}[ABCDEHLMPRST][\dLMNPQRSTUV]{2}[A-Z][\dLMNPQRSTUV]{3}[A-Z]$/.test(text)) return false;
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const unit = text.charCodeAt(at);
    const value = unit >= 65 ? unit - 65 : unit - 48;
    sum += at % 2 === 0 ? (odd[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

/** German Steuer-ID: ISO 7064 mod 11,10; one digit stands two or three times among the first ten. */
export function steuerId(digits: string): boolean {
  if (!/^[1-9]\d{10}$/.test(digits)) return false;
  const counts = new Map<string, number>();
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false;
  let product = 10;
  for (const digit of digitsOf(digits.slice(0, 10))) {
    const sum = (digit + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  const check = 11 - product;
  return (check === 10 ? 0 : check) === Number(digits[10]);
}

/** French NIR (numéro de sécurité sociale): 13 characters and a key of 97 minus their remainder. */
export function nir(text: string): boolean {
  if (!/^[12378]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2[AB])\d{8}$/.test(text)) return false;
  const number = BigInt(text.slice(0, 13).replace("2A", "19").replace("2B", "18"));
  return 97n - (number % 97n) === BigInt(text.slice(13));
}

/** Brazilian CPF (11 digits). */
export function cpf(digits: string): boolean {
  const check = (count: number): number => {
    const rest = (weighted(digitsOf(digits), Array.from({ length: count }, (_, at) => count + 1 - at)) * 10) % 11;
    return rest === 10 ? 0 : rest;
  };
  return digits.length === 11 && !allSame(digits) && check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
}

/** Brazilian CNPJ (14 digits). */
export function cnpj(digits: string): boolean {
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const check = (from: number): number => {
    const rest = weighted(digitsOf(digits), weights.slice(from)) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return digits.length === 14 && !allSame(digits) && check(1) === Number(digits[12]) && check(0) === Number(digits[13]);
}

/** Portuguese NIF (9 digits, mod 11). */
export function nif(digits: string): boolean {
  const rest = weighted(digitsOf(digits), [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return digits.length === 9 && !allSame(digits) && (rest < 2 ? 0 : 11 - rest) === Number(digits[8]);
}

/** Dutch BSN (9 digits, the eleven test with −1 for the last). */
export const bsn = (digits: string): boolean => digits.length === 9 && !allSame(digits) && weighted(digitsOf(digits), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;

const verhoeffProduct = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];
const verhoeffPermutation = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];
/** Aadhaar (12 digits, Verhoeff). */
export function aadhaar(digits: string): boolean {
  if (!/^[2-9]\d{11}$/.test(digits) || allSame(digits)) return false;
  let check = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    check = Number(verhoeffProduct[check]?.[Number(verhoeffPermutation[at % 8]?.[digit])]);
  }
  return check === 0;
}

/** Australian tax file number (9 digits). */
export const tfn = (digits: string): boolean => digits.length === 9 && !allSame(digits) && weighted(digitsOf(digits), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;

/** Australian Medicare card (10 or 11 digits). */
export const medicareAu = (digits: string): boolean => /^[2-6]\d{9,10}$/.test(digits) && weighted(digitsOf(digits), [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);

/** Spanish social security number (12 digits): the last two are the rest of the others divided by 97. */
export const nass = (digits: string): boolean => /^\d{12}$/.test(digits) && Number(BigInt(digits.slice(0, 10)) % 97n) === Number(digits.slice(10));

/** Polish PESEL (11 digits). */
export function pesel(digits: string): boolean {
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  if (!/^\d{11}$/.test(digits) || month < 1 || month > 12 || day < 1 || day > 31) return false;
  return (10 - (weighted(digitsOf(digits), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(digits[10]);
}
