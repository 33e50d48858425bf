/**
 * What an app declares, compiled once: the spellings to look for, whose they are, and the days. Scopes that declare the same share one.
 */
import { createHash } from "node:crypto";
import { identifier, nameComponents, phoneDigits, PARTICLES, TITLES } from "../canonical.ts";
import type { Declared, DeclaredPerson } from "../redactor.ts";
import { DayStarts } from "./day-starts.ts";
import { declaredDay, dayKey, type Day } from "./dates.ts";
import { foldWords } from "./fold.ts";

export interface Person {
  /** Parts of the pseudonym every mention of this person gets. */
  readonly components: readonly string[];
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** What names the person across traces, strongest first: `mrn:1791786`, else any id, else name and date of birth. Keyed before it is written anywhere. */
  readonly identity: string;
}

export type PatternKind = "given" | "family" | "whole" | "digits" | "code" | "text";

/** One folded spelling. */
export interface Pattern {
  readonly kind: PatternKind;
  readonly type: string;
  readonly units: Uint16Array;
  /** 1 where a separator may stand before the unit. */
  readonly joints: Uint8Array;
  /** Canonical components of what this spelling says by itself. */
  readonly parts: readonly string[];
  /** Persons it fits; for other kinds, whose it is. */
  readonly persons: number[];
  /** A word besides a name. */
  readonly common: boolean;
  /** Where the pattern stops saying anything by itself: too short to be taken alone. */
  readonly weak: boolean;
  next: Pattern | undefined;
}

export interface Knowledge {
  /** Equal for equal declarations. */
  readonly key: string;
  readonly persons: readonly Person[];
  /** Heads of pattern chains by `bucketOf`; undefined when nothing is declared. */
  readonly buckets: readonly (Pattern | undefined)[] | undefined;
  readonly days: ReadonlyMap<number, { readonly day: Day; readonly persons: readonly number[] }>;
  /** Numbers and beginnings of month names one of the days can start with: most words of a text are ruled out by these. */
  readonly dayStarts: DayStarts;
  readonly keep: readonly string[];
}

export const BUCKETS = 1024;
export const bucketOf = (first: number, second: number): number => (first * 31 + second) & (BUCKETS - 1);

export interface KnowledgeOptions {
  readonly isCommon: (folded: string) => boolean;
}

/** Compile declarations, in the order they were made. Values that are no strings, dates or numbers are passed over. */
export function compile(declared: readonly Declared[], options: KnowledgeOptions): Knowledge {
  const builder = new Builder(options);
  for (const one of declared) builder.add(one);
  return builder.finish(keyOf(declared));
}

/** Equal for declarations with equal values: what scopes are interned by. */
export const keyOf = (declared: readonly Declared[]): string => createHash("sha256").update(JSON.stringify(declared.map(plain))).digest("base64");

const plain = (declared: Declared): unknown => Object.entries(declared).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));

/** Identifiers of a person in a fixed order, with the type each gets. Any other string property is an identifier by its name. */
export function identifiersOf(person: DeclaredPerson): readonly { readonly name: string; readonly type: string; readonly value: string | Date }[] {
  const found: { name: string; type: string; value: string | Date }[] = [];
  for (const [name, given] of Object.entries(person)) {
    if (NAME_KEYS.has(name) || given === undefined || given === null) continue;
    const value = typeof given === "number" || typeof given === "bigint" ? String(given) : given;
    if (value instanceof Date) found.push({ name, type: "DATE", value });
    else if (typeof value === "string" && value.trim() !== "" && !(name === "id" && PLACEHOLDER_IDS.has(value))) found.push({ name, type: typeOfIdentifier(name, value), value });
  }
  return found;
}
const NAME_KEYS = new Set(["name", "given", "family"]);
// Roles people write where an id is asked for; taking the word "subject" out of every text would help nobody.
const PLACEHOLDER_IDS = new Set(["subject", "patient", "user", "self", "me", "person", "customer"]);

function typeOfIdentifier(name: string, value: string): string {
  const folded = foldWords(name.replace(/([a-z])([A-Z])/g, "$1 $2"));
  if (/\b(?:dob|birth ?date|birthday|date of birth|born|date)\b/.test(folded)) return "DATE";
  if (/\b(?:phone|mobile|tel|telephone|fax|cell)\b/.test(folded)) return "PHONE";
  if (/\be?mail\b/.test(folded)) return "EMAIL";
  if (/\b(?:address|street|city|town|zip|postcode|postal code)\b/.test(folded)) return "LOCATION";
  if (/\bssn\b|social security/.test(folded)) return "SSN";
  if (/\biban\b/.test(folded)) return "IBAN";
  if (/\b(?:alias|nickname|maiden ?name|known as|mother|father|parent|guardian|spouse)\b/.test(folded) && /\p{L}/u.test(value)) return "PERSON";
  return "ID";
}

/** Given names and family name of a person, as declared. */
export function namesOf(person: DeclaredPerson): { readonly given: readonly string[]; readonly family: string } {
  const parts = typeof person.name === "object" && person.name !== null ? { ...person, ...person.name } : person;
  const given = (typeof parts.given === "string" ? [parts.given] : Array.isArray(parts.given) ? (parts.given as readonly unknown[]) : []).filter((one): one is string => typeof one === "string");
  const family = typeof parts.family === "string" ? parts.family : "";
  if (given.length > 0 || family !== "" || typeof person.name !== "string") return { given, family };
  const comma = person.name.indexOf(",");
  if (comma > 0) return { given: words(person.name.slice(comma + 1)), family: person.name.slice(0, comma).trim() };
  const all = words(person.name).filter((word) => !TITLES.has(foldWords(word)));
  if (all.length < 2) return { given: [], family: all[0] ?? "" };
  // Particles belong to the family name: "Saga van der Berg".
  let first = all.length - 1;
  while (first > 1 && PARTICLES.has(foldWords(all[first - 1] as string))) first -= 1;
  return { given: all.slice(0, first), family: all.slice(first).join(" ") };
}
const words = (text: string): string[] => text.split(/[\s\u00a0,]+/).filter((word) => word !== "");

class Builder {
  readonly #options: KnowledgeOptions;
  readonly #persons: Person[] = [];
  readonly #patterns = new Map<string, Pattern>();
  readonly #days = new Map<number, { day: Day; persons: number[] }>();
  readonly #keep: string[] = [];

  constructor(options: KnowledgeOptions) {
    this.#options = options;
  }

  add(declared: Declared): void {
    if (declared.subject !== undefined && declared.subject !== null) this.#person(declared.subject);
    for (const person of list(declared.persons)) if (typeof person === "object" && person !== null) this.#person(person);
    for (const id of list(declared.ids)) this.#value(typeof id === "object" ? (id.type ?? "ID") : "ID", typeof id === "object" ? id.value : id, []);
    for (const date of list(declared.dates)) this.#value("DATE", typeof date === "object" && !(date instanceof Date) ? date.value : date, []);
    for (const phone of list(declared.phones)) this.#value("PHONE", phone, []);
    for (const email of list(declared.emails)) this.#value("EMAIL", email, []);
    for (const address of list(declared.addresses)) this.#value("LOCATION", address, []);
    for (const text of list(declared.strings)) this.#value(typeof text === "object" ? (text.type ?? "TEXT") : "TEXT", typeof text === "object" ? text.value : text, []);
    for (const kept of list(declared.keep)) if (typeof kept === "string" && kept !== "") this.#keep.push(kept);
  }

  finish(key: string): Knowledge {
    let buckets: (Pattern | undefined)[] | undefined;
    for (const pattern of this.#patterns.values()) {
      buckets ??= Array.from({ length: BUCKETS }, () => undefined);
      const bucket = bucketOf(pattern.units[0] as number, pattern.units[1] as number);
      pattern.next = buckets[bucket];
      buckets[bucket] = pattern;
    }
    return { key, persons: this.#persons, buckets, days: this.#days, dayStarts: new DayStarts([...this.#days.values()].map(({ day }) => day)), keep: this.#keep };
  }

  #person(declared: DeclaredPerson): void {
    const { given, family } = namesOf(declared);
    const identifiers = identifiersOf(declared);
    const givenWords = given.flatMap((one) => foldWords(one).split(" ")).filter((one) => one !== "");
    const familyWords = foldWords(family.replace(/['’`´ʼ]/gu, "")).split(" ").filter((one) => one !== "");
    const name = [...given, family].filter((one) => one.trim() !== "").join(" ");
    const components = name === "" ? [] : nameComponents(name.replaceAll(",", " "));
    const strongest = [...identifiers.filter((one) => one.name === "mrn"), ...identifiers.filter((one) => one.type === "SSN" || one.type === "ID"), ...identifiers.filter((one) => one.type === "EMAIL")][0];
    const dob = identifiers.find((one) => one.type === "DATE");
    const identity = strongest === undefined ? `name:${components.join(" ")}|${dob === undefined ? "" : String(dob.value instanceof Date ? dob.value.getTime() : dob.value)}` : `${strongest.type}:${identifier(String(strongest.value))}`;
    const index = this.#persons.length;
    this.#persons.push({ components, given: givenWords, family: familyWords, identity });

    for (const one of given) this.#name("given", one, [index]);
    if (family.trim() !== "") this.#name("family", family, [index]);
    if (givenWords.length > 0 && familyWords.length > 0) {
      // Run together, or letter by letter: a word by itself. Everything else is put together from the parts.
      const first = givenWords[0] as string;
      const last = familyWords.join("");
      for (const whole of new Set([[first, last], [last, first], [givenWords.join(""), last], [last, givenWords.join("")], ...(givenWords.length > 1 ? [[first.charAt(0), last]] : [])])) {
        if ((whole[0] as string).length > 1) this.#pattern("whole", "PERSON", whole, components, [index]);
      }
    }
    for (const one of identifiers) this.#value(one.type, one.value, [index]);
  }

  /** A given or family name, whole and word by word. */
  #name(kind: "given" | "family", name: string, persons: readonly number[]): void {
    const folded = foldWords(name).split(" ").filter((one) => one !== "");
    const plain = folded.filter((one) => !PARTICLES.has(one));
    if (folded.length > 1) {
      const joined = nameComponents(name.replaceAll(",", " "));
      this.#pattern(kind, "PERSON", folded, joined, persons);
      // `O'Brien` and `OBrien`; `al-Hassan` and `Hassan`.
      if (plain.length > 1 && plain.length < folded.length) this.#pattern(kind, "PERSON", plain, joined, persons);
    }
    for (const one of folded.length > 1 ? (plain.length > 0 ? plain : folded) : folded) if (one.length > 1) this.#pattern(kind, "PERSON", [one], [one], persons);
  }

  #value(type: string, value: unknown, persons: readonly number[]): void {
    if (value === undefined || value === null) return;
    if (type === "DATE") {
      for (const day of value instanceof Date || typeof value === "string" ? declaredDay(value) : []) {
        const known = this.#days.get(dayKey(day));
        if (known === undefined) this.#days.set(dayKey(day), { day, persons: [...persons] });
        else known.persons.push(...persons);
      }
      return;
    }
    const text = typeof value === "string" ? value.trim() : typeof value === "number" || typeof value === "bigint" ? String(value) : "";
    if (text === "") return;
    if (type === "PHONE") this.#phone(text, persons);
    else if (type === "ID" || type === "SSN" || type === "CARD" || type === "IBAN") {
      const code = identifier(text);
      // One to three characters would be found everywhere.
      if (code.length >= 4 || foldWords(text).length >= 4) this.#pattern(/^[0-9]+$/.test(code) ? "digits" : "code", type, [code], [code], persons);
    } else if (type === "PERSON") {
      const { given, family } = namesOf({ name: text });
      for (const one of given) this.#name("given", one, persons);
      if (family !== "") this.#name("family", family, persons);
    } else {
      this.#text(type, text, persons);
      if (type === "LOCATION") for (const line of text.split(/[,;\n]/)) if (line.trim().length >= 4 && line !== text) this.#text(type, line, persons);
    }
  }

  #text(type: string, text: string, persons: readonly number[]): void {
    const folded = foldWords(text).split(" ").filter((one) => one !== "");
    if (folded.join("").length >= 2) this.#pattern("text", type, folded, [type === "EMAIL" ? text.toLowerCase() : folded.join(" ")], persons);
  }

  /** National number with what may be dialled before it. */
  #phone(text: string, persons: readonly number[]): void {
    const digits = phoneDigits(text);
    if (digits.length < 7) return this.#text("PHONE", text, persons);
    const parts = [digits];
    const add = (spelled: string): void => this.#pattern("digits", "PHONE", [spelled], parts, persons, false);
    add(digits);
    if (text.startsWith("+") || text.startsWith("00")) {
      // The country code is one to three digits; at home a 0 stands in its place, or nothing.
      add(`00${digits}`);
      add(`1${digits}`);
      for (const width of digits.length === 10 && /^(?:\+|00)\s?1/.test(text) ? [] : [1, 2, 3]) {
        const national = digits.slice(width);
        if (national.length < 8) continue;
        add(national);
        add(`0${national}`);
        add(`${digits.slice(0, width)}0${national}`);
      }
    } else {
      add(`1${digits}`);
      add(`001${digits}`);
      if (digits.startsWith("0") && digits.length >= 9) for (const code of COUNTRY_CODES) add(`${code}${digits.slice(1)}`);
    }
    if (digits.length === 10) this.#pattern("digits", "PHONE", [digits.slice(3)], parts, persons, true);
  }

  #pattern(kind: PatternKind, type: string, tokens: readonly string[], parts: readonly string[], persons: readonly number[], weak = false): void {
    const units = Uint16Array.from(tokens.join(""), (unit) => unit.charCodeAt(0));
    if (units.length < 2) return;
    const id = `${kind}|${type}|${tokens.join(" ")}`;
    const known = this.#patterns.get(id);
    if (known !== undefined) {
      for (const person of persons) if (!known.persons.includes(person)) known.persons.push(person);
      return;
    }
    const joints = new Uint8Array(units.length);
    let at = 0;
    for (const token of tokens) {
      if (at > 0) joints[at] = 1;
      at += token.length;
    }
    const common = type === "PERSON" && kind !== "whole" && tokens.length === 1 && this.#options.isCommon(tokens[0] as string);
    this.#patterns.set(id, { kind, type, units, joints, parts, persons: [...persons], common, weak, next: undefined });
  }
}

const COUNTRY_CODES = ["44", "49", "33", "34", "39", "31", "32", "41", "43", "46", "47", "45", "358", "353", "351", "48", "61", "64", "81", "82", "91", "27", "55"];
const list = <T>(values: readonly T[] | undefined): readonly T[] => (Array.isArray(values) ? (values as readonly T[]) : []);
