/**
 * Objects of a JSON text that are about a person although no key of theirs says so of the name: `{"name": "…", "mrn": "…"}`. A birth date, a record number or a sex beside a `name` tells whose name it is, in whatever order they stand.
 */

const NAME_KEYS: ReadonlySet<string> = new Set("name family given first last surname patient client resident infant newborn baby child mother father guardian displayName display_name".split(" "));
const PERSON_KEY = /^(?:dob|date_?of_?birth|birth_?date|birth_?day|born|mrn|medical_?record(?:_?(?:number|no|id))?|patient_?(?:id|number|no|nr)|record_?(?:number|no)|ssn|social_?security(?:_?number)?|nhs(?:_?number)?|nhc|national_?id|passport(?:_?(?:number|no))?|drivers?_?licen[cs]e|sex|gender|age)$/i;
/** A longer value is a sentence. */
const MAX_NAME_UNITS = 80;

export interface NameCandidate {
  readonly start: number;
  readonly end: number;
}

export class PersonObjects {
  readonly #people = new Set<string>();
  readonly #candidates: { readonly object: string; readonly start: number; readonly end: number }[] = [];

  /** A value was met under `path`; offsets are those of a string's inside. */
  see(path: readonly (string | number)[], isString: boolean, start: number, end: number): void {
    const key = path.at(-1);
    if (typeof key !== "string" || key.length > 32) return;
    if (isString && end - start <= MAX_NAME_UNITS && NAME_KEYS.has(key)) this.#candidates.push({ object: objectOf(path), start, end });
    else if (PERSON_KEY.test(key)) this.#people.add(objectOf(path));
  }

  /** The names of the objects that turned out to be about a person. */
  names(): readonly NameCandidate[] {
    return this.#people.size === 0 ? [] : this.#candidates.filter(({ object }) => this.#people.has(object));
  }
}

/** Steps above these tell nothing more apart that matters, and deep paths cost their length. */
const MAX_STEPS = 24;
const objectOf = (path: readonly (string | number)[]): string => `${path.length}\0${path.slice(Math.max(0, path.length - 1 - MAX_STEPS), -1).join("\0")}`;
