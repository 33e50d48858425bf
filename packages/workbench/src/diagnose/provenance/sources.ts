/**
 * Where values stand in the input: one linear pass over all passages against a hash map of the values asked about. The cost is the input's
 * length plus its hits, whatever the number of values.
 */
import type { Passage } from "../passages.ts";
import { dayKey, type Day } from "./dates.ts";
import { hashWord } from "./fold.ts";
import { lex, type Visitor } from "./lexer.ts";
import { spellings, type NumberReading } from "./numbers.ts";
import { conversions, multiplierNamed, type Unit } from "./units.ts";
import type { Value } from "./values.ts";

export interface Hit {
  readonly passage: Passage;
  readonly start: number;
  readonly end: number;
  /** How it is written there where it differs: a converted unit, a rounded or spelled-out number. */
  readonly note: string | null;
}
/** A number of the input with its place: what arithmetic is tried on. */
export interface Operand {
  readonly value: number;
  readonly unit: Unit | null;
  readonly passage: Passage;
  readonly start: number;
  readonly end: number;
}
export interface DayHit {
  readonly day: Day;
  readonly passage: Passage;
  readonly start: number;
  readonly end: number;
}

const PER_PASSAGE = 3;
const PER_TARGET = 96;
const MAX_OPERANDS = 20_000;
/** Phrases followed at once: text that says one word over and over must not cost its square. */
const MAX_OPEN = 48;

class Target {
  readonly hits: Hit[] = [];
  #passage: Passage | null = null;
  #inPassage = 0;
  add(passage: Passage, start: number, end: number, note: string | null): void {
    if (this.#passage !== passage) {
      this.#passage = passage;
      this.#inPassage = 0;
    }
    if (this.#inPassage >= PER_PASSAGE || this.hits.length >= PER_TARGET) return;
    // both readings of an ambiguous number meet at one place
    const last = this.hits.at(-1);
    if (last?.passage === passage && last.start === start) return;
    this.#inPassage += 1;
    this.hits.push({ passage, start, end, note });
  }
}
interface NumberTarget {
  readonly target: Target;
  readonly unit: Unit | null;
  /** Set where the number asked about was written in another unit: the input must carry this one. */
  readonly mustHave: Unit | null;
  readonly note: string | null;
}
interface DayTarget {
  readonly target: Target;
  readonly day: Day;
}
interface PhraseTarget {
  readonly target: Target;
  readonly words: readonly number[];
}
export interface Asked {
  readonly whole: Target;
  /** For a name of several words: each word by itself. */
  readonly words: readonly Target[];
}

const list = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
};

export class Sources {
  readonly operands: Operand[] = [];
  readonly days: DayHit[] = [];
  readonly #numbers = new Map<number, NumberTarget[]>();
  readonly #rounded = new Map<number, NumberTarget[]>();
  readonly #spelled = new Map<number, Target[]>();
  readonly #days = new Map<number, DayTarget[]>();
  readonly #codes = new Map<string, Target>();
  readonly #phrases = new Map<number, PhraseTarget[]>();
  readonly #asked = new Map<string, Asked>();

  /** Ask about a value before `scan`; equal values share one answer. */
  ask(value: Value): Asked {
    const key = askedKey(value);
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = this.#register(value);
    this.#asked.set(key, asked);
    return asked;
  }

  #register(value: Value): Asked {
    const whole = new Target();
    switch (value.type) {
      case "number":
        this.#registerNumber(value.number, value.unit, whole);
        return { whole, words: [] };
      case "date":
        for (const day of value.days) {
          list(this.#days, dayKey(day), { target: whole, day });
          if (day.year !== null) list(this.#days, dayKey({ ...day, year: null }), { target: whole, day });
        }
        return { whole, words: [] };
      case "identifier":
      case "url":
        this.#codes.set(value.key, whole);
        return { whole, words: [] };
      case "pseudonym": {
        this.#codes.set(value.key, whole);
        const [type, parts = ""] = value.key.split(":");
        if (!parts.includes(".")) return { whole, words: [] };
        const words = parts.split(".").map((part) => {
          const key = `${type}:${part}`;
          const target = this.#codes.get(key) ?? new Target();
          this.#codes.set(key, target);
          return target;
        });
        return { whole, words };
      }
      case "quote":
      case "name": {
        const words = value.words.map((word) => {
          const target = new Target();
          if (value.words.length > 1) list(this.#phrases, word, { target, words: [word] });
          return target;
        });
        const first = value.words[0];
        if (first !== undefined) list(this.#phrases, first, { target: whole, words: value.words });
        return { whole, words: value.words.length > 1 ? words : [] };
      }
      default:
        return value satisfies never;
    }
  }
  #registerNumber(number: NumberReading, unit: Unit | null, target: Target): void {
    const readings = number.other === null ? [number.value] : [number.value, number.other];
    for (const reading of readings) list(this.#numbers, reading, { target, unit, mustHave: null, note: null });
    if (unit !== null) {
      for (const other of conversions(number.value, unit)) list(this.#numbers, other.value, { target, unit, mustHave: other.unit, note: `the same in ${other.unit.name}` });
      if (unit.name === "%") list(this.#numbers, number.value / 100, { target, unit: null, mustHave: null, note: "as a fraction" });
    }
    if (number.significant >= 2 || unit !== null) list(this.#rounded, number.value, { target, unit, mustHave: null, note: "rounded" });
    if (number.value <= 100) for (const word of spellings(number.value)) list(this.#spelled, hashWord(word), target);
  }

  /** Read every passage once. */
  scan(passages: Iterable<Passage>): void {
    for (const passage of passages) {
      const visitor = this.#visitor(passage);
      let from = 0;
      for (const [start, end] of passage.covered) {
        if (start > from) lex(passage.text, visitor, from, start);
        from = end;
      }
      lex(passage.text, visitor, from);
    }
  }

  #visitor(passage: Passage): Visitor {
    let open: { phrase: PhraseTarget; next: number; start: number }[] = [];
    const { operands, days } = this;
    return {
      word: (hash, start, end) => {
        if (open.length > 0) {
          const still: typeof open = [];
          for (const one of open) {
            if (one.phrase.words[one.next] !== hash) continue;
            if (one.next + 1 === one.phrase.words.length) one.phrase.target.add(passage, one.start, end, null);
            else still.push({ phrase: one.phrase, next: one.next + 1, start: one.start });
          }
          open = still;
        }
        const phrases = this.#phrases.get(hash);
        if (phrases)
          for (const phrase of phrases)
            if (phrase.words.length === 1) phrase.target.add(passage, start, end, null);
            else if (open.length < MAX_OPEN) open.push({ phrase, next: 1, start });
        const spelled = this.#spelled.get(hash);
        if (spelled) for (const target of spelled) target.add(passage, start, end, "spelled out");
      },
      number: (reading, unit, start, end, within) => {
        this.#meet(this.#numbers.get(reading.value), passage, unit, start, end);
        if (reading.other !== null) this.#meet(this.#numbers.get(reading.other), passage, unit, start, end);
        if (within) return;
        const scale = scaleNamed(passage.text, start);
        if (scale !== 1) this.#meet(this.#numbers.get(reading.value * scale), passage, null, start, end);
        this.#round(reading, unit, passage, start, end);
        if (operands.length < MAX_OPERANDS) operands.push({ value: reading.value, unit, passage, start, end });
      },
      day: (day, start, end) => {
        for (const one of this.#days.get(dayKey(day)) ?? []) one.target.add(passage, start, end, one.day.year !== null && day.year === null ? "without its year" : null);
        if (day.year !== null) for (const one of this.#days.get(dayKey({ ...day, year: null })) ?? []) if (one.day.year === null) one.target.add(passage, start, end, null);
        if (days.length < MAX_OPERANDS) days.push({ day, passage, start, end });
      },
      code: (type, key, start, end) => {
        const target = this.#codes.get(key);
        if (target) target.add(passage, start, end, null);
        if (type === "url") for (const [asked, other] of this.#urlsWithin(key)) other.add(passage, start, end, asked === key ? null : "the beginning of it");
      },
    };
  }
  *#urlsWithin(key: string): Iterable<[string, Target]> {
    // a URL may be quoted without its query or its last part
    for (const cut of [key.split(/[?#]/)[0] ?? "", key.split("/")[0] ?? ""]) {
      if (cut === key) continue;
      const target = this.#codes.get(cut);
      if (target) yield [cut, target];
    }
  }
  #meet(targets: readonly NumberTarget[] | undefined, passage: Passage, unit: Unit | null, start: number, end: number): void {
    if (!targets) return;
    for (const one of targets) {
      if (one.mustHave !== null) {
        if (unit !== null && unit.dimension === one.mustHave.dimension && unit.factor === one.mustHave.factor) one.target.add(passage, start, end, one.note);
      } else if (one.unit === null || unit === null || (unit.dimension === one.unit.dimension && unit.factor === one.unit.factor)) one.target.add(passage, start, end, one.note);
    }
  }
  /** The input says more digits than the answer: 3,214,000 is meant by 3.2 million. */
  #round(reading: NumberReading, unit: Unit | null, passage: Passage, start: number, end: number): void {
    if (this.#rounded.size === 0 || reading.significant < 3) return;
    const { value, decimals } = reading;
    for (let places = 0; places < decimals && places < 6; places += 1) {
      const scale = 10 ** places;
      this.#meet(this.#rounded.get(Math.round(value * scale) / scale), passage, unit, start, end);
    }
    for (let scale = 10; scale * 10 <= value; scale *= 10) {
      const rounded = Math.round(value / scale) * scale;
      if (rounded !== value) this.#meet(this.#rounded.get(rounded), passage, unit, start, end);
    }
  }
}

/** `"revenue_million": 12`, `"Total (thousands)": 12`: the name of the field says what its number is counted in. */
function scaleNamed(text: string, start: number): number {
  if (text.charCodeAt(start - 1) !== 0x20 && text.charCodeAt(start - 1) !== 0x3a && text.charCodeAt(start - 1) !== 0x22) return 1;
  const named = /[_ (-](million|millions|mn|mio|thousand|thousands|billion|billions|bn)\)?"\s{0,2}:\s{0,2}"?$/i.exec(text.slice(Math.max(0, start - 28), start))?.[1];
  return named === undefined ? 1 : (multiplierNamed(named.replace(/s$/i, "")) ?? 1);
}

function askedKey(value: Value): string {
  switch (value.type) {
    case "number":
      return `n ${value.number.value} ${value.number.other ?? ""} ${value.unit?.dimension ?? ""} ${value.unit?.factor ?? ""}`;
    case "date":
      return `d ${value.days.map(dayKey).join(" ")}`;
    case "identifier":
    case "url":
    case "pseudonym":
      return `c ${value.key}`;
    case "quote":
    case "name":
      return `p ${value.words.join(" ")}`;
    default:
      return value satisfies never;
  }
}
