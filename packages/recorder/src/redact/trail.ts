/** Where a person's identifiers lead: the subject they are sealed under and the pseudonyms they became. For erasing, with the key the recorder used. */
import { canonicalParts, nameComponents } from "./canonical.ts";
import { declaredDay } from "./declared/dates.ts";
import { compile, identifiersOf, namesOf } from "./declared/knowledge.ts";
import { derivedKey } from "./keys.ts";
import { Pseudonyms, type Linkability } from "./pseudonyms.ts";
import type { DeclaredPerson } from "./redactor.ts";

export interface Trail {
  /** Reference of the subject as the vault files it. */
  readonly subject: string;
  /** Type and parts of each identifier: `ID:…`, `PERSON:…`. */
  readonly values: readonly string[];
  /** Reference a value is filed under where nobody knew whose it was (found in a text, not declared). */
  readonly subjectOf: (value: string) => string;
}

export interface TrailOptions {
  /** The key as read, not derived. */
  readonly key: Buffer;
  readonly tenant?: string;
  readonly linkability?: Linkability;
}

export function trailOf(person: DeclaredPerson, options: TrailOptions): Trail {
  const pseudonyms = new Pseudonyms({ key: derivedKey(options.key, "pseudonyms"), tenant: options.tenant ?? "", linkability: options.linkability ?? "part", form: "unicode", vault: undefined });
  const identity = compile([{ subject: person }], { isCommon: () => false }).persons[0]?.identity ?? "";
  const { given, family } = namesOf(person);
  const name = [...given, family].filter((one) => one.trim() !== "").join(" ");
  const values = name === "" ? [] : [pseudonyms.valueOf("PERSON", nameComponents(name.replaceAll(",", " ")))];
  for (const one of identifiersOf(person)) {
    const text = one.value instanceof Date ? one.value.toISOString().slice(0, 10) : one.value;
    if (one.type !== "DATE") values.push(pseudonyms.valueOf(one.type, canonicalParts(one.type, text)));
    else for (const day of declaredDay(one.value).slice(0, 1)) values.push(pseudonyms.valueOf("DATE", [`${String(day.year).padStart(4, "0")}-${String(day.month).padStart(2, "0")}-${String(day.day).padStart(2, "0")}`]));
  }
  return { subject: pseudonyms.subjectOf(identity), values, subjectOf: (value) => pseudonyms.subjectOf(value) };
}
