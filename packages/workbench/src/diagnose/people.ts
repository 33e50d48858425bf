/**
 * Whom a request is about, and whom each stretch of a passage is about: by pseudonyms, declared values, the name fields of records, labels in text, metadata
 * and source ids. Works alike on redacted and plain text. Read by `wrong-entity`.
 */
import { companiesIn } from "./companies.ts";
import type { Passage, TraceView } from "./passages.ts";
import { wordsOf } from "./provenance/fold.ts";
import { dayKey } from "./provenance/dates.ts";
import { codeKey, lex } from "./provenance/lexer.ts";

export interface Person {
  /** As written, for people to read. */
  readonly text: string;
  readonly key: string;
  readonly kind: "name" | "id" | "birth";
  /** Keyed parts of a pseudonym, or words of a name, given names first where that is known. */
  readonly parts: readonly string[];
}
export interface Mention {
  readonly person: Person;
  readonly start: number;
  readonly end: number;
  /** In a record: the object the person's field stands in, [start, end). What stands outside is not said of them. */
  readonly within?: readonly [number, number];
}
/** Everything that names the person the request is about. */
export interface Subject {
  readonly people: readonly Person[];
  readonly declared: boolean;
}

const pseudonym = /(?:⟦|\[\[)([A-Z][A-Z_0-9]*):([0-9a-z.]+)(?:~[0-9a-z]*)?(?:⟧|\]\])/g;
const nameTypes = /^(?:PERSON|NAME|PATIENT|USER|CUSTOMER|SUBJECT|FIRST_?NAME|LAST_?NAME|FULL_?NAME)$/;
const otherTypes = /^(?:DATE|DOB|PHONE|EMAIL|ADDRESS|LOCATION|CITY|ZIP|URL|IP|AGE|ORG|ORGANI[SZ]ATION|SECRET|KEY|TOKEN)$/;

/** Pseudonyms of people and their ids in a text. */
function pseudonymsIn(text: string): Mention[] {
  if (!text.includes("⟦") && !text.includes("[[")) return [];
  return [...text.matchAll(pseudonym)].flatMap((match) => {
    const type = match[1] ?? "";
    if (otherTypes.test(type)) return [];
    const isName = nameTypes.test(type);
    const parts = (match[2] ?? "").split(".");
    return [{ person: { text: match[0], key: `${isName ? "PERSON" : type}:${parts.join(".")}`, kind: isName ? ("name" as const) : ("id" as const), parts }, start: match.index, end: match.index + match[0].length }];
  });
}

const words = (text: string): string[] => [...text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().matchAll(/\p{L}[\p{L}'’]*/gu)].map((match) => match[0].replace(/['’]s?$/, ""));
const isName = (text: string): boolean => /^\p{Lu}[\p{L}'’.-]+(?:[ ,]+(?:(?:de|da|del|van|von|der|la|bin|al|di)\s+)*\p{Lu}[\p{L}'’.-]*){1,3}$/u.test(text.trim()) && text.length < 60;
const plainName = (text: string): Person => {
  const comma = /^([^,]+),\s*(.+)$/.exec(text.trim());
  const parts = words(comma ? `${comma[2]} ${comma[1]}` : text);
  return { text, key: `name ${parts.join(" ")}`, kind: "name", parts };
};
const plainId = (text: string): Person => ({ text, key: `id ${codeKey(text)}`, kind: "id", parts: [codeKey(text)] });

export function subjectOf(view: TraceView): Subject {
  const people: Person[] = [];
  for (const [key, value] of Object.entries(view.trace.subject ?? {})) {
    const found = pseudonymsIn(value);
    if (birthKeys.test(key)) people.push(...birthOf(value));
    else if (found.length > 0) people.push(...found.map((mention) => mention.person));
    else if (/name|given|family|patient$|person|customer$/i.test(key) && !/id$/i.test(key) && words(value).length > 0) people.push(plainName(value));
    else if (/date|phone|mail|address|sex|gender|age/i.test(key)) continue;
    else if (value.trim().length >= 3) people.push(plainId(value));
  }
  if (people.length > 0) return { people, declared: true };
  // an id in a question may be an order's or a booking's: only a name says whom it is about, or a number that is always a person's
  return { people: pseudonymsIn(view.question).map((mention) => mention.person).filter((person) => person.kind === "name" || /^(?:MRN|SSN|NHS|PATIENT)/.test(person.key)), declared: false };
}

const birthKeys = /^(?:dob|d_?o_?b|birth_?(?:date|day)|date_?of_?birth|born(?:_?on)?|geburtsdatum|fecha_?(?:de_?)?nacimiento)$/i;
const birthLabel = /(?:\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?|geb(?:oren am|oren|\.)|geburtsdatum|nacid[oa](?: el)?|né(?:e)? le)\b\.?|"(?:dob|birth_?date|date_?of_?birth|born)")\s*[:=]?\s*"?((?:⟦|\[\[)[A-Z_]+:[0-9a-z.~]+(?:⟧|\]\])|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.? \p{L}{3,10} \d{4}|\p{L}{3,10} \d{1,2}, \d{4})/giu;
/** A birth date as one more sign of who is meant: two people may share a name. */
function birthOf(written: string): Person[] {
  const days: string[] = [];
  const stand = /^(?:⟦|\[\[)[A-Z_]+:([0-9a-z.]+)/.exec(written.trim())?.[1];
  if (stand !== undefined) days.push(stand);
  else lex(written, { word() {}, number() {}, code() {}, day: (day) => void (day.year !== null && days.push(String(dayKey(day)))) });
  return days.length === 0 ? [] : [{ text: written, key: `birth ${days.join(" ")}`, kind: "birth", parts: days }];
}

/** What a mention is to the subject: the same person, another, or not to be told. */
export function relation(person: Person, subject: Subject): "same" | "other" | "unsure" {
  const alike = subject.people.filter((own) => own.kind === person.kind && (own.kind === "name" || typeOf(own) === typeOf(person) || typeOf(own) === "id" || typeOf(person) === "id"));
  // another day of birth is another person, the same one proves nothing: twins share it
  if (person.kind === "birth") return alike.length > 0 && alike.every((own) => !own.parts.some((part) => person.parts.includes(part))) ? "other" : "unsure";
  if (subject.people.some((own) => own.key === person.key || (own.kind === "id" && person.kind === "id" && own.parts.join() === person.parts.join()))) return "same";
  if (alike.length === 0) return "unsure";
  if (person.kind === "id") return "other";
  for (const own of alike) {
    const shared = person.parts.filter((part) => own.parts.some((other) => part === other || (part.length === 1 && other.startsWith(part)) || (other.length === 1 && part.startsWith(other)))).length;
    if (shared === person.parts.length || shared === own.parts.length) {
      // only the family name, or only the given one: which of them it says is known when the given name leads both
      if (person.parts.length >= 2 || own.parts.length === 1) return "same";
      return person.parts[0] === own.parts[0] && own.parts.length > 1 ? "same" : "unsure";
    }
  }
  return "other";
}
const typeOf = (person: Person): string => (person.key.startsWith("id ") ? "id" : person.kind === "birth" ? "birth" : person.key.slice(0, person.key.indexOf(":")));

const label =
  /(?:^|[\n|;,.({["'])[ \t]*(?:(?:#+|[-*])[ \t]*)?(?:patient(?: name)?|name|full name|customer(?: name)?|client(?: name)?|member(?: name)?|resident|child|baby|infant|subject|employee|student|applicant|insured|account holder|passenger|guest|tenant|paciente|nombre|kunde|kundin|patientin|mieter|mieterin|mitarbeiter|mitarbeiterin|versicherter?|schüler|schülerin|bewohner|bewohnerin|inquilin[oa]|emplead[oa]|asegurad[oa]|locataire|salariée?|assurée?|name des patienten|nom|nome|cliente|mr|mrs|ms|miss|herr|frau|sr|sra|m|mme)\b\.?\s*[:=–-]?\s*"?((?:\p{Lu}[\p{L}'’-]+,\s*)?\p{Lu}[\p{L}'’-]+(?:[ \u00a0]+(?:de |da |del |van |von |der )?\p{Lu}(?:\.(?=[ ]\p{Lu})|[\p{L}'’-]*)){0,3})/giu;
const personWords = /\b(?:d\.?o\.?b|date of birth|born|birth ?date|patient|customer|mrn|years old|gender|geb(?:oren|\.)|geburtsdatum|nacid[oa]|nacimiento|né(?:e)? le|admitted|employee|tenant|policyholder)\b/i;
const nameKeys = /^(?:(?:full_?|patient_?|customer_?|client_?|user_?|member_?|display_?|employee_?|student_?|subject_?|account_?holder_?|owner_?|contact_?)?name|patient|customer|client|person|subject|member|employee|student|pupil|tenant|resident|applicant|candidate|guest|passenger|player|policy_?holder|nombre|nom|nome)$/i;
const idKeys = /^(?:mrn|patient_?(?:id|no|number)?|customer_?(?:id|no|number)|user_?id|member_?(?:id|no|number)|person_?id|subject(?:_?id)?|client_?(?:id|no|number)|employee_?(?:id|no|number)|account_?(?:id|no|number)|resident_?id|case_?(?:id|no)|nhs(?:_?number)?|ssn|student_?id|policy_?holder_?id|owner_?id|encounter_?patient|customer|user|member|patient_?mrn)$/i;
const givenKeys = /^(?:first_?name|given_?name|given|fname|vorname|nombre_pila|prenom)$/i;
const familyKeys = /^(?:last_?name|family_?name|surname|family|lname|nachname|apellidos?)$/i;

/** Who is named in a passage, in order, as far as it can be told that a person is meant. */
export function mentionsIn(passage: Passage, subject: Subject): Mention[] {
  const { text } = passage;
  const found = joined(pseudonymsIn(text), text);
  for (const own of subject.people) for (const [start, end] of occurrences(text, own)) if (!found.some((mention) => mention.start <= start && mention.end >= end)) found.push({ person: own, start, end });
  const taken = (start: number): boolean => found.some((mention) => start >= mention.start - 1 && start < mention.end);
  if (/^\s*[[{]/.test(text)) for (const mention of inRecord(text)) if (!taken(mention.start)) found.push(mention);
  if (!/^\s*[[{]/.test(text)) {
    for (const match of text.slice(0, 20_000).matchAll(label)) {
      const name = (match[1] ?? "").trim();
      const start = match.index + match[0].lastIndexOf(match[1] ?? "");
      if (isName(name) && !taken(start)) found.push({ person: plainName(name), start, end: start + name.length });
    }
    for (const { text: name, start, end } of companiesIn(text)) if (!taken(start)) found.push({ person: plainName(name), start, end });
    const opening = /^[\s#*\d.-]*(\p{Lu}[\p{L}'’-]+(?:,)? (?:(?:de|da|del|van|von|der) )?\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?)(?=\s*(?:[—–(,:;|\n-]|is\b|was\b|has\b))/u.exec(text);
    if (opening?.[1] !== undefined && personWords.test(text.slice(0, 240))) {
      const start = opening[0].lastIndexOf(opening[1]);
      if (!taken(start)) found.push({ person: plainName(opening[1]), start, end: start + opening[1].length });
    }
  }
  if (subject.people.some((own) => own.kind === "birth"))
    for (const match of text.slice(0, 100_000).matchAll(birthLabel)) {
      const written = match[1] ?? "";
      const start = match.index + match[0].length - written.length;
      for (const person of birthOf(written)) found.push({ person, start, end: start + written.length });
    }
  found.sort((a, b) => a.start - b.start);
  return /^\s*[[{]/.test(text) ? found.map((mention) => ({ ...mention, within: objectAround(text, mention.start) })) : found;
}

const nameParts = /^\{(?:\s*"(?:first_?name|last_?name|given(?:_?name)?|family(?:_?name)?|middle_?name|prefix|suffix|title|full|text|use)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|null|\[[^\]]*\])\s*,?)+\s*\}$/i;
const referenceParts = /^\{(?:\s*"(?:reference|display|type)"\s*:\s*"(?:[^"\\]|\\.)*"\s*,?)+\s*\}$/;
/** The innermost object around an offset of a JSON text; of an object that is nothing but a name or a reference, the one that has it. */
function objectAround(text: string, offset: number): readonly [number, number] {
  const open: number[] = [];
  let inString = false;
  for (let at = 0; at < offset; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b) open.push(at);
    else if (unit === 0x7d) open.pop();
  }
  for (let level = open.length - 1; level >= 0; level -= 1) {
    const start = open[level] ?? 0;
    const end = endOfObject(text, start);
    const object = text.slice(start, Math.min(end, start + 400));
    if (level > 0 && (nameParts.test(object) || referenceParts.test(object))) continue;
    return [start, end];
  }
  return [0, text.length];
}
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b) depth += 1;
    else if (unit === 0x7d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** A given and a family name in fields of their own, each taken by itself, are one person. */
function joined(mentions: readonly Mention[], text: string): Mention[] {
  const found: Mention[] = [];
  for (const mention of mentions) {
    const last = found.at(-1);
    const between = last ? text.slice(last.end, mention.start) : "";
    const both = last?.person.kind === "name" && mention.person.kind === "name" && last.person.parts.length === 1 && mention.person.parts.length === 1;
    if (last && both && between.length < 60 && familyBetween.test(between)) {
      const parts = [...last.person.parts, ...mention.person.parts];
      found[found.length - 1] = { person: { text: `${last.person.text} ${mention.person.text}`, key: `PERSON:${parts.join(".")}`, kind: "name", parts }, start: last.start, end: mention.end };
    } else found.push(mention);
  }
  return found;
}
const familyBetween = /^"\s*,\s*"(?:last_?name|family_?name|family|surname|lname)"\s*:\s*"$/i;

/** Name and id fields of a record, whatever its depth. */
function* inRecord(text: string): Iterable<Mention> {
  let given: { value: string; start: number } | null = null;
  let referredTo = -1_000;
  for (const match of text.slice(0, 100_000).matchAll(/"([^"\\]{1,40})"\s*:\s*"((?:[^"\\]|\\.){1,120})"/g)) {
    const key = match[1] ?? "";
    const value = match[2] ?? "";
    const start = match.index + match[0].length - 1 - value.length;
    if (pseudonymsIn(value).length > 0) continue;
    if (givenKeys.test(key)) given = { value, start };
    else if (familyKeys.test(key) && given !== null && start - given.start < 120) {
      yield { person: plainName(`${given.value} ${value}`), start: given.start, end: start + value.length };
      given = null;
    } else if (nameKeys.test(key) && isName(value)) yield { person: plainName(value), start, end: start + value.length };
    else if (idKeys.test(key) && /\d/.test(value)) yield { person: plainId(value), start, end: start + value.length };
    else if (key === "reference") {
      // FHIR says whom a resource is about by reference: {"subject": {"reference": "Patient/123", "display": "Ana García"}}
      const id = /^(?:Patient|RelatedPerson|Person)\/([\w.-]{2,64})$/.exec(value)?.[1];
      if (id !== undefined) {
        yield { person: plainId(id), start: start + value.length - id.length, end: start + value.length };
        referredTo = start + value.length;
      }
    } else if (key === "display" && start - referredTo < 40 && isName(value)) yield { person: plainName(value), start, end: start + value.length };
  }
}

/** Where a person of the subject is named in a text, whole: both names in either order, or the id. */
function* occurrences(text: string, person: Person): Iterable<[number, number]> {
  if (person.kind === "birth" || person.key.startsWith("PERSON:") || person.key.includes(":")) return;
  if (person.kind === "id") {
    const wanted = person.parts[0] ?? "";
    if (wanted.length < 3) return;
    const raw = person.text;
    for (let at = text.indexOf(raw); at >= 0; at = text.indexOf(raw, at + raw.length)) if (!/[\p{L}\p{N}]/u.test(text.charAt(at - 1)) && !/[\p{L}\p{N}]/u.test(text.charAt(at + raw.length))) yield [at, at + raw.length];
    return;
  }
  if (person.parts.length < 2) return;
  const { hashes, starts, ends } = wordsOf(text);
  const wanted = person.parts.map((part) => wordsOf(part).hashes[0] ?? 0);
  const first = wanted[0];
  const last = wanted.at(-1);
  for (let at = 0; at + 1 < hashes.length; at += 1) {
    const pair = (hashes[at] === first && (hashes[at + 1] === last || hashes[at + 2] === last)) || (hashes[at] === last && hashes[at + 1] === first);
    if (pair) yield [starts[at] ?? 0, ends[at + 1] ?? 0];
  }
}

/** Whom a chunk as a whole is about, by its metadata and source id: for chunks whose text names nobody. */
export function labelled(passage: Passage, view: TraceView, subject: Subject): Person[] {
  const found: Person[] = [];
  const { chunk, sourceId } = passage;
  if (chunk !== null) collect(chunk.metadata, "", found, 0);
  if (sourceId !== null && passage.kind === "chunk") {
    const inSource = pseudonymsIn(sourceId).map((mention) => mention.person);
    if (inSource.length > 0) found.push(...inSource);
    else {
      // the subject's id stands at this place in another chunk's source id, so what stands here is an id of the same kind
      for (const own of subject.people) {
        if (own.kind !== "id" || own.key.includes(":")) continue;
        if (sourceId.includes(own.text)) {
          found.push(own);
          continue;
        }
        for (const other of view.chunks) {
          const at = other.chunk.sourceId?.indexOf(own.text) ?? -1;
          if (at < 0 || other.chunk.sourceId === null || at === 0) continue;
          const before = other.chunk.sourceId.slice(0, at);
          if (!sourceId.startsWith(before)) continue;
          const id = /^[^#/?:]+/.exec(sourceId.slice(at))?.[0];
          if (id !== undefined && id.length >= 2) found.push(plainId(id));
          break;
        }
      }
    }
  }
  return found;
}
function collect(value: unknown, key: string, found: Person[], depth: number): void {
  if (depth > 3) return;
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    const names = pseudonymsIn(text).map((mention) => mention.person);
    const bare = key.replace(/([a-z])([A-Z])/g, "$1_$2");
    if (names.length > 0) found.push(...names);
    else if (nameKeys.test(bare) && isName(text)) found.push(plainName(text));
    else if (idKeys.test(bare) && text.length >= 2) found.push(isName(text) ? plainName(text) : plainId(text));
  } else if (Array.isArray(value)) for (const item of value) collect(item, key, found, depth + 1);
  else if (typeof value === "object" && value !== null) for (const [name, item] of Object.entries(value)) collect(item, name, found, depth + 1);
}

/** A person the user names in so many words, where a passage speaks of a person of that name. */
export function namedInQuestion(view: TraceView): Subject {
  const question = view.question;
  for (const passage of view.passages) {
    if (passage.kind !== "chunk" && passage.kind !== "tool-result") continue;
    const nobody: Subject = { people: [], declared: false };
    for (const person of [...mentionsIn(passage, nobody).map((mention) => mention.person), ...labelled(passage, view, nobody)]) {
      if (person.kind !== "name" || person.parts.length < 2 || person.key.includes(":")) continue;
      for (const _ of occurrences(question, person)) return { people: [person], declared: false };
    }
  }
  return { people: [], declared: false };
}
