/** Dates as people and machines write them, as one number each, so that `May 23, 2024`, `23.05.2024` and `2024-05-23T10:00Z` meet. */

/** A day of the calendar; `year` null where none is written (`May 23`). */
export interface Day {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

const monthNames: readonly (readonly string[])[] = [
  ["january", "jan", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro", "januari"],
  ["february", "feb", "februar", "février", "febrero", "febbraio", "fevereiro", "februari"],
  ["march", "mar", "märz", "mars", "marzo", "março", "maart"],
  ["april", "apr", "avril", "abril", "aprile"],
  ["may", "mai", "mayo", "maggio", "maio", "mei"],
  ["june", "jun", "juni", "juin", "junio", "giugno", "junho"],
  ["july", "jul", "juli", "juillet", "julio", "luglio", "julho"],
  ["august", "aug", "août", "agosto", "augustus"],
  ["september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro"],
  ["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "outubro"],
  ["november", "nov", "novembre", "noviembre", "novembro"],
  ["december", "dec", "dezember", "dez", "décembre", "diciembre", "dicembre", "dezembro"],
];
const months: ReadonlyMap<string, number> = new Map(monthNames.flatMap((names, index) => names.map((name) => [name, index + 1] as const)));
export const monthNamed = (word: string): number | null => months.get(word.toLowerCase()) ?? null;

const daysIn = (month: number): number => (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31);
export const isDay = ({ year, month, day }: Day): boolean => month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month) && (year === null || (year >= 1000 && year <= 2999));

/** Key of a day: year·10⁴ + month·10² + day; without a year the year part is 0. */
export const dayKey = ({ year, month, day }: Day): number => (year ?? 0) * 10_000 + month * 100 + day;

/** Days between two full dates, signed; null where a year is unknown. */
export function daysBetween(from: Day, to: Day): number | null {
  if (from.year === null || to.year === null) return null;
  return Math.round((Date.UTC(to.year, to.month - 1, to.day) - Date.UTC(from.year, from.month - 1, from.day)) / 86_400_000);
}

const isoDate = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d|$)/;
const numericDate = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/;

/** Readings of a run of digits and separators: none, one, or two where day and month could be swapped. */
export function readNumericDate(written: string): readonly Day[] {
  const iso = isoDate.exec(written);
  if (iso) return [{ year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) }].filter(isDay);
  const parts = numericDate.exec(written);
  if (!parts) return [];
  const first = Number(parts[1]);
  const second = Number(parts[3]);
  const short = parts[4] ?? "";
  // A two-digit year between points or slashes only: 1-2-03 is more often a section or a range.
  if (short.length === 2 && parts[2] === "-") return [];
  const year = short.length === 2 ? 2000 + Number(short) - (Number(short) > 50 ? 100 : 0) : Number(short);
  const readings = [{ year, month: second, day: first }, ...(parts[2] === "." || first === second ? [] : [{ year, month: first, day: second }])];
  return readings.filter(isDay);
}

/** Milliseconds of a timestamp with date and, usually, time (ISO 8601, RFC 2822, Unix seconds or milliseconds); null where it is none. */
export function readInstant(value: unknown): number | null {
  if (typeof value === "number") {
    if (value > 1e9 && value < 4e9) return value * 1000;
    return value > 1e12 && value < 4e12 ? value : null;
  }
  if (typeof value !== "string" || value.length < 8 || value.length > 40) return null;
  if (/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|UTC|[+-]\d{2}:?\d{2}|[A-Z]{3})?)?$/.test(value)) {
    const at = Date.parse(/[T ]\d/.test(value) && !/(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{3})$/.test(value) ? `${value.replace(" ", "T")}Z` : value.replace(/ ?[A-Z]{3}$/, "Z").replace(/^(\S{10}) /, "$1T"));
    return Number.isNaN(at) ? null : at;
  }
  if (/^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}/.test(value)) {
    const at = Date.parse(value);
    return Number.isNaN(at) ? null : at;
  }
  if (/^\d{10}$|^\d{13}$/.test(value)) return readInstant(Number(value));
  return null;
}
