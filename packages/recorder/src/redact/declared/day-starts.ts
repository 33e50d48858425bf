/** What the declared days can begin with, as written: numbers, and the first three letters of month names. Rules out most words of a text before they are read as a date. */
import { namesOfMonth, type Day } from "./dates.ts";

const LETTER_BITS = 12;

export class DayStarts {
  readonly #numbers: Uint8Array;
  readonly #letters: Uint8Array;

  constructor(days: readonly Day[]) {
    this.#numbers = new Uint8Array(days.length === 0 ? 0 : 10_000);
    this.#letters = new Uint8Array(days.length === 0 ? 0 : 1 << LETTER_BITS);
    for (const { year, month, day } of days) {
      for (const number of [year, year % 100, month, day]) this.#numbers[number] = 1;
      for (const name of namesOfMonth(month)) this.#letters[letters3(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))] = 1;
    }
  }

  /** Of at most four digits. */
  isNumber(number: number): boolean {
    return this.#numbers[number] === 1;
  }
  /** Some other letters have the same place: the word itself is compared afterwards. */
  isMonth(first: number, second: number, third: number): boolean {
    return this.#letters[letters3(first, second, third)] === 1;
  }
}

const letters3 = (first: number, second: number, third: number): number => ((first * 31 + second) * 31 + third) & ((1 << LETTER_BITS) - 1);
