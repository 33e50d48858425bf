/** What a written number says: `1,234.50`, `5,0`, `1.234,50`, `½`, spelled-out small ones. Locale is not known, so an ambiguous one has two readings. */

/** One reading, or two where a lone separator before three digits may group or divide (`1,234`). */
export interface NumberReading {
  readonly value: number;
  readonly other: number | null;
  /** Digits after the decimal sign. */
  readonly decimals: number;
  /** Significant digits as written, trailing zeros of an integer not counted. */
  readonly significant: number;
}

const grouped = /^\d{1,3}(?:[,'’\u00a0\u202f ]\d{3})+(?:\.\d+)?$/;
const groupedByDots = /^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;

/** @param written  digits with `.` `,` `'` or thin blanks between them, no sign, no unit */
export function readNumber(written: string): NumberReading | null {
  const separators = /[^\d]/.exec(written);
  if (separators === null) return reading(Number(written), null, written, 0);
  if (/^\d+\.\d+$/.test(written)) {
    const decimals = written.length - written.indexOf(".") - 1;
    // "1.234" reads as 1.234, and as 1234 where a point groups
    const other = decimals === 3 && /^[1-9]\d{0,2}\.\d{3}$/.test(written) ? Number(written.replace(".", "")) : null;
    return reading(Number(written), other, written, decimals);
  }
  if (/^\d+,\d+$/.test(written)) {
    const decimals = written.length - written.indexOf(",") - 1;
    const divided = Number(written.replace(",", "."));
    if (decimals === 3 && /^[1-9]\d{0,2},\d{3}$/.test(written)) return reading(Number(written.replace(",", "")), divided, written, 0);
    return reading(divided, null, written, decimals);
  }
  if (grouped.test(written)) return reading(Number(written.replace(/[,'’\u00a0\u202f ]/g, "")), null, written, decimalsAfter(written, "."));
  if (groupedByDots.test(written)) return reading(Number(written.replaceAll(".", "").replace(",", ".")), null, written, decimalsAfter(written, ","));
  // Indian grouping and the like: 12,34,567.89
  if (/^\d+(?:,\d{2,3})+(?:\.\d+)?$/.test(written)) return reading(Number(written.replaceAll(",", "")), null, written, decimalsAfter(written, "."));
  return null;
}
const decimalsAfter = (written: string, sign: string): number => {
  const at = written.indexOf(sign);
  return at < 0 ? 0 : written.length - at - 1;
};
function reading(value: number, other: number | null, written: string, decimals: number): NumberReading | null {
  if (!Number.isFinite(value)) return null;
  const digits = written.replace(/\D/g, "").replace(/^0+/, "");
  return { value, other, decimals, significant: (decimals > 0 ? digits : digits.replace(/0+$/, "")).length || 1 };
}

const spelled: readonly (readonly string[])[] = [
  ["zero", "null", "cero", "zéro"],
  ["one", "eins", "uno", "una", "un", "une", "ein", "eine"],
  ["two", "zwei", "dos", "deux", "due", "dois", "duas", "twice"],
  ["three", "drei", "tres", "trois", "tre", "três", "thrice"],
  ["four", "vier", "cuatro", "quatre", "quattro", "quatro"],
  ["five", "fünf", "cinco", "cinq", "cinque"],
  ["six", "sechs", "seis", "sei"],
  ["seven", "sieben", "siete", "sept", "sette", "sete"],
  ["eight", "acht", "ocho", "huit", "otto", "oito"],
  ["nine", "neun", "nueve", "neuf", "nove"],
  ["ten", "zehn", "diez", "dix", "dieci", "dez"],
  ["eleven", "elf", "once", "onze", "undici"],
  ["twelve", "zwölf", "doce", "douze", "dodici", "doze", "dozen"],
  ["thirteen", "dreizehn", "trece", "treize"],
  ["fourteen", "vierzehn", "catorce", "quatorze"],
  ["fifteen", "fünfzehn", "quince", "quinze"],
  ["sixteen", "sechzehn"],
  ["seventeen", "siebzehn"],
  ["eighteen", "achtzehn"],
  ["nineteen", "neunzehn"],
  ["twenty", "zwanzig", "veinte", "vingt", "venti"],
];
const tens: readonly (readonly [number, string])[] = [
  [30, "thirty"],
  [40, "forty"],
  [50, "fifty"],
  [60, "sixty"],
  [70, "seventy"],
  [80, "eighty"],
  [90, "ninety"],
  [100, "hundred"],
];
const byWord: ReadonlyMap<string, number> = new Map([...spelled.flatMap((words, value) => words.map((word) => [word, value] as const)), ...tens.map(([value, word]) => [word, value] as const)]);
const ordinals: readonly string[] = ["", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

export const spelledNumber = (word: string): number | null => byWord.get(word.toLowerCase()) ?? null;
/** Words that say a small whole number, ordinals and `half` with it. */
export function spellings(value: number): readonly string[] {
  if (!Number.isInteger(value) || value < 0) return value === 0.5 ? ["half"] : [];
  const ordinal = ordinals[value];
  const ten = tens.find(([tensValue]) => tensValue === value)?.[1];
  return [...(spelled[value] ?? []), ...(ordinal ? [ordinal] : []), ...(ten === undefined ? [] : [ten])];
}
