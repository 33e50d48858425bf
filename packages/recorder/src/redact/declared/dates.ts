/** Dates in the ways people write them: what a declared date is compared with, and what a date's pseudonym is made from. */

const MONTHS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    "january jan januar janvier enero janeiro gennaio januari ene jän",
    "february feb februar fevrier febrero fevereiro febbraio februari fev febr",
    "march mar marz mars marzo marco maart mrz",
    "april apr avril abril aprile abr avr",
    "may mai mayo maio maggio mei mag",
    "june jun juni juin junio junho giugno giu",
    "july jul juli juillet julio julho luglio lug",
    "august aug aout agosto augustus ago",
    "september sep sept septembre septiembre setembro settembre set",
    "october oct oktober octobre octubre outubro ottobre okt out ott",
    "november nov novembre noviembre novembro",
    "december dec dezember decembre diciembre dezembro dicembre dez dic",
  ].flatMap((names, index) => names.split(" ").map((name) => [name, index + 1])),
);
/** 1 to 12 for the folded name of a month in English, German, French, Spanish, Portuguese, Italian or Dutch. */
export const monthOf = (folded: string): number | undefined => MONTHS[folded];

/** All spellings of a month's name. */
export const namesOfMonth = (month: number): readonly string[] => Object.keys(MONTHS).filter((name) => MONTHS[name] === month);

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}
export const dayKey = (day: Day): number => (day.year * 100 + day.month) * 100 + day.day;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
export const isDay = (year: number, month: number, day: number): boolean =>
  year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : (DAYS[month - 1] as number));
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** A date an app declares: a `Date` counts as its UTC day, `1983-02-06T00:00:00Z` as its date part. undefined when it is none. */
export function declaredDay(value: string | Date): readonly Day[] {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? [] : [{ year: value.getUTCFullYear(), month: value.getUTCMonth() + 1, day: value.getUTCDate() }];
  return daysOf(value.trim());
}

/** ISO form of a whole date however written, or undefined. Where day and month can be read both ways, day after month (US) unless dots part them. */
export function isoDate(text: string): string | undefined {
  const day = daysOf(text.trim())[0];
  return day === undefined ? undefined : `${String(day.year).padStart(4, "0")}-${String(day.month).padStart(2, "0")}-${String(day.day).padStart(2, "0")}`;
}

/** Every reading of a date: `02/06/83` is 6 February and 2 June, of 1983 (years 00–29 of a two-digit year are also taken for this century's). */
export function daysOf(text: string): readonly Day[] {
  const days: Day[] = [];
  const add = (year: number, month: number, day: number): void => {
    if (isDay(year, month, day)) days.push({ year, month, day });
  };
  let match = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:$|[T\s])/.exec(text);
  if (match !== null && (match[0].trim().replace("T", "").length === 8 || /^\d{4}[-/.]\d{1,2}[-/.]/.test(text))) {
    add(Number(match[1]), Number(match[2]), Number(match[3]));
    return days;
  }
  match = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:$|[T\s,])/.exec(text);
  if (match !== null) {
    const [first, second] = [Number(match[1]), Number(match[2])];
    const dots = text.includes(".");
    for (const year of yearsOf(match[3] as string)) {
      if (dots) add(year, second, first);
      add(year, first, second);
      if (!dots) add(year, second, first);
    }
    return days;
  }
  const words = text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").match(/[a-z]+|\d+/g) ?? [];
  const month = words.map((word) => MONTHS[word]).find((one) => one !== undefined);
  const numbers = words.filter((word) => /^\d/.test(word));
  if (month === undefined || numbers.length < 2) return days;
  const [first, second] = numbers as [string, string];
  if (first.length === 4) add(Number(first), month, Number(second));
  else for (const year of yearsOf(second)) add(year, month, Number(first));
  return days;
}

export function yearsOf(digits: string): readonly number[] {
  const year = Number(digits);
  if (digits.length === 4) return [year];
  if (digits.length !== 2) return [];
  return year < 30 ? [2000 + year, 1900 + year] : [1900 + year, 2000 + year];
}
