/**
 * `wrong-entity` — a value of the answer comes from a record about somebody else than the request.
 *
 * Sees: the declared subject (or the person the question names) against whom each stretch of a chunk or tool result is about, by pseudonyms, names, ids, record fields, metadata and
 * source ids; and a tool that returned another record than it was asked for. Can't see: a wrong person in a passage that names nobody.
 * Next: replay without that chunk, and see where the value goes.
 */
import { isCompany } from "../companies.ts";
import { excerptOf, named, pointAt, pointAtCall, pointAtHit, pointAtResult, pointAtValue, replay, type Candidate, type Case, type Evidence } from "../finding.ts";
import type { CallView, Passage } from "../passages.ts";
import { labelled, mentionsIn, namedInQuestion, relation, subjectOf, type Mention, type Person, type Subject } from "../people.ts";
import { codeKey } from "../provenance/lexer.ts";
import { otherRow } from "../rows.ts";
import type { TracedValue } from "../provenance/provenance.ts";
import type { Hit } from "../provenance/sources.ts";

export function wrongEntity(seen: Case): readonly Candidate[] {
  const byValue = valuesOfOthers(seen);
  if (byValue.length > 0) return byValue;
  const byRow = otherRowTaken(seen);
  return byRow.length > 0 ? byRow : otherRecordReturned(seen);
}

interface About {
  readonly relation: "same" | "other" | "unsure";
  readonly person: Person | null;
  readonly mention: Mention | null;
}

function valuesOfOthers(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  let subject = subjectOf(view);
  if (subject.people.length === 0) subject = namedInQuestion(view);
  if (subject.people.length === 0) return [];
  const reader = new Reader(seen, subject);
  const wrong: { traced: TracedValue; hit: Hit; about: About }[] = [];
  for (const traced of values) {
    if (traced.in === "tool-arguments" || traced.generation !== view.finalIndex || !tells(traced)) continue;
    if (traced.evidence.length === 0 || traced.hits.length > traced.evidence.length) continue;
    const abouts = traced.evidence.map((hit) => ({ hit, about: reader.about(hit) }));
    if (!abouts.every(({ about }) => about.relation === "other")) continue;
    // a name in a question is the subject only where there are records, one of them that person's
    if (!subject.declared && !(reader.hasOwn && abouts.every(({ about }) => about.mention === null || isHead(about.mention)))) continue;
    const first = abouts[0];
    if (!first || spokenOf(seen, traced, abouts.map(({ about }) => about.person), reader)) continue;
    wrong.push({ traced, hit: first.hit, about: first.about });
  }
  const first = wrong.toSorted((a, b) => worth(b.traced) - worth(a.traced))[0];
  if (!first || view.answer === null) return [];
  const { traced, hit, about } = first;
  const own = subject.people.find((person) => person.kind === about.person?.kind) ?? subject.people[0];
  const source = hit.passage.sourceId ?? "the input";
  const isChunk = hit.passage.kind === "chunk";
  const evidence: Evidence[] = [pointAtHit(hit)];
  if (about.mention) evidence.push({ ...pointAt(hit.passage, about.mention.start, about.mention.end) });
  else if (about.person) evidence.push({ at: hit.passage.at.replace(/\.text$/, ""), sourceId: hit.passage.sourceId, excerpt: `about ${about.person.text}` });
  evidence.push(pointAtValue(traced, traced.in === "completion" ? view.answer.text : traced.value.text));
  evidence.push({ at: subject.declared ? "subject" : `generations[${view.finalIndex}].signals.input.value.messages`, sourceId: null, excerpt: `the request is about ${subject.people.map((person) => person.text).join(", ")}` });
  return [
    {
      cause: "wrong-entity",
      title: `${named(traced.value.text)} comes from ${isChunk ? `chunk ${named(source)}` : `the result of ${named(hit.passage.call?.name ?? source)}`}, which is about ${named(about.person?.text ?? "somebody else")}; the request is about ${named(own?.text ?? "")}`,
      confidence: traced.value.type === "name" ? 0.85 : subject.declared ? 0.97 : 0.93,
      evidence,
      next: replay(view.trace.traceId, isChunk ? `--without chunk:${source}` : `--without tool:${source}`),
    },
  ];
}

const MAX_ROWS_LOOKED_UP = 100;
/** A value from one record of a list, where the question names another of them. */
function otherRowTaken({ view, values }: Case): readonly Candidate[] {
  if (view.answer === null) return [];
  let looked = 0;
  for (const traced of values) {
    if (looked >= MAX_ROWS_LOOKED_UP) break;
    if (traced.in === "tool-arguments" || traced.generation !== view.finalIndex || !tells(traced) || traced.evidence.length === 0 || traced.hits.length > traced.evidence.length) continue;
    looked += traced.evidence.length;
    const rows = traced.evidence.map((hit) => otherRow(hit, view.question));
    const [row] = rows;
    const [hit] = traced.evidence;
    if (row === undefined || row === null || hit === undefined || rows.includes(null)) continue;
    // an answer that tells of both compares them
    if (view.answer.text.includes(row.taken) || view.answer.text.includes(row.instead)) continue;
    return [
      {
        cause: "wrong-entity",
        title: `${named(traced.value.text)} stands in the record of ${row.key} ${named(row.taken)}; the question is about ${named(row.asked)}, whose record says ${named(row.instead)}`,
        confidence: 0.93,
        evidence: [pointAtHit(hit), pointAtValue(traced, traced.in === "completion" ? view.answer.text : traced.value.text), { at: `generations[${view.finalIndex}].signals.input.value.messages`, sourceId: null, excerpt: `the question names ${row.asked}` }],
        next: replay(view.trace.traceId, `--without tool:${hit.passage.sourceId ?? hit.passage.call?.name ?? ""}`),
      },
    ];
  }
  return [];
}

/** A value that says something about a person: not who it is, not a count. */
function tells(traced: TracedValue): boolean {
  const { value } = traced;
  if (value.type === "number") return value.number.value >= 10 || value.number.decimals > 0 || value.unit !== null;
  if (value.type === "identifier") return !value.key.startsWith("clock:");
  if (value.type === "pseudonym") return !/^(?:PERSON|NAME|PATIENT|USER|CUSTOMER)/.test(value.key);
  return value.type === "date" || value.type === "quote" || (value.type === "name" && value.words.length >= 2);
}
const worth = (traced: TracedValue): number => (traced.value.type === "number" && (traced.value.unit !== null || traced.value.number.decimals > 0) ? 4 : traced.value.type === "number" ? 3 : traced.value.type === "name" ? 1 : 2);

/** The answer itself says of whom the value is. */
function spokenOf(seen: Case, traced: TracedValue, people: readonly (Person | null)[], reader: Reader): boolean {
  const answer = seen.view.answer;
  if (answer === null || traced.in !== "completion") return false;
  const before = answer.text.slice(Math.max(0, traced.value.start - 400), traced.value.end + 120);
  return people.some((person) => person !== null && reader.names(before, person));
}

class Reader {
  readonly #seen: Case;
  readonly #subject: Subject;
  readonly #mentions = new Map<Passage, Mention[]>();
  #own: boolean | undefined;
  constructor(seen: Case, subject: Subject) {
    this.#seen = seen;
    this.#subject = subject;
  }
  /** Whom the place of a hit is about: the last person named before it in its paragraph or record, else the passage's first, else its labels. */
  about(hit: Hit): About {
    const { passage } = hit;
    if (passage.kind !== "chunk" && passage.kind !== "tool-result" && passage.kind !== "message") return { relation: "unsure", person: null, mention: null };
    const mentions = this.#mentionsOf(passage).filter((mention) => !(hit.start >= mention.start && hit.end <= mention.end));
    const told = mentions.filter((mention) => mention.within === undefined || (hit.start >= mention.within[0] && hit.start < mention.within[1])).map((mention) => ({ mention, relation: relation(mention.person, this.#subject) }));
    // the innermost record that names somebody decides
    told.sort((a, b) => (b.mention.within?.[0] ?? 0) - (a.mention.within?.[0] ?? 0) || a.mention.start - b.mention.start);
    const innermost = told[0]?.mention.within;
    if (innermost) {
      const inside = told.filter((one) => one.mention.within?.[0] === innermost[0]);
      const decided = inside.find((one) => one.mention.person.kind === "birth" && one.relation === "other") ?? inside.find((one) => one.relation === "same") ?? inside.find((one) => one.relation === "other");
      if (decided) return { relation: decided.relation, person: decided.mention.person, mention: decided.mention };
    }
    const labels = labelled(passage, this.#seen.view, this.#subject).map((person) => ({ person, relation: relation(person, this.#subject) }));
    if (labels.some((label) => label.relation === "same") && !told.some((one) => one.relation === "other")) return { relation: "same", person: null, mention: null };
    const before = told.filter((one) => one.mention.end <= hit.start && one.relation !== "unsure");
    const near = before.findLast((one) => sameStretch(passage.text, one.mention.end, hit.start)) ?? (before.length > 0 ? before.at(-1) : told.find((one) => one.relation !== "unsure"));
    if (near) {
      // an id of another kind of thing, or a company, in the middle of somebody's record does not make it another's
      if (near.relation === "other" && (near.mention.person.kind === "id" || isCompany(near.mention.person.text)) && told.some((one) => one.relation === "same")) return { relation: "same", person: null, mention: null };
      return { relation: near.relation, person: near.mention.person, mention: near.mention };
    }
    const label = labels.find((one) => one.relation === "other");
    return label ? { relation: "other", person: label.person, mention: null } : { relation: "unsure", person: null, mention: null };
  }
  /** Some passage has the subject's name at its head. */
  get hasOwn(): boolean {
    this.#own ??= this.#seen.view.passages.some((passage) => (passage.kind === "chunk" || passage.kind === "tool-result") && (this.#mentionsOf(passage).some((mention) => relation(mention.person, this.#subject) === "same" && isHead(mention)) || labelled(passage, this.#seen.view, this.#subject).some((person) => relation(person, this.#subject) === "same")));
    return this.#own;
  }
  names(text: string, person: Person): boolean {
    if (person.key.includes(":")) return text.includes(person.parts.join("."));
    return person.kind === "id" ? text.includes(person.text) : person.parts.length > 0 && new RegExp(`(?<![\\p{L}\\d._@-])${person.parts[0]}(?![\\p{L}\\d._@-])`, "iu").test(text);
  }
  #mentionsOf(passage: Passage): Mention[] {
    let mentions = this.#mentions.get(passage);
    if (!mentions) {
      mentions = mentionsIn(passage, this.#subject);
      this.#mentions.set(passage, mentions);
    }
    return mentions;
  }
}
const isHead = (mention: Mention): boolean => mention.within !== undefined || mention.start < 120;
const sameStretch = (text: string, from: number, to: number): boolean => !/\n\s*\n/.test(text.slice(from, to));

const nameKey = /^(?:(?:company|customer|patient|product|drug|hotel|airline|city|person|employee|supplier|vendor|account|organi[sz]ation)_?(?:name)?|name)$/i;
const lettersOf = (text: string): string[] => text.toLowerCase().normalize("NFD").match(/[\p{L}\p{N}]{2,}/gu) ?? [];
/** Two names without a word in common, neither of them the other's initials. */
function otherName(asked: string, got: string): boolean {
  const [left, right] = [lettersOf(asked), lettersOf(got)];
  if (left.length === 0 || right.length === 0 || left.some((word) => right.some((other) => word.startsWith(other) || other.startsWith(word)))) return false;
  const initials = (words: readonly string[]): string => words.map((word) => word.charAt(0)).join("");
  return left.join("") !== initials(right) && right.join("") !== initials(left);
}
const idKey = /(?:^|_)(?:id|no|nr|number|mrn|key|code|ref|reference|sku|isbn|iban|ticker|symbol|email|login|username|handle)$/i;
/** A lookup by id whose result bears another id under the same name. */
function otherRecordReturned(seen: Case): readonly Candidate[] {
  for (const call of seen.view.calls) {
    const mismatch = mismatchOf(call);
    if (!mismatch) continue;
    // an id nobody gave is the model's fault, not the tool's
    if (seen.values.some((traced) => traced.call === call.index && traced.hits.length === 0 && traced.value.text === mismatch.asked)) continue;
    const used = seen.values.filter((traced) => traced.order > call.order && traced.evidence.length > 0 && traced.evidence.every((hit) => hit.passage.call === call) && tells(traced));
    // names are spelled in many ways: only where the answer rests on what came back
    if (mismatch.byName && used.length === 0) continue;
    return [
      {
        cause: "wrong-entity",
        title: `${named(call.name)} was asked for ${mismatch.key} ${named(mismatch.asked)} and returned ${named(mismatch.got)}`,
        confidence: mismatch.byName ? 0.86 : used.length > 0 ? 0.92 : 0.82,
        evidence: [{ ...pointAtResult(call), excerpt: excerptOf(call.result ?? "", Math.max(0, (call.result ?? "").indexOf(mismatch.got)), Math.max(0, (call.result ?? "").indexOf(mismatch.got)) + mismatch.got.length) }, pointAtCall(call)],
        next: replay(seen.view.trace.traceId, `--without tool:${call.callId ?? call.name}`),
      },
    ];
  }
  return [];
}
function mismatchOf(call: CallView): { readonly key: string; readonly asked: string; readonly got: string; readonly byName: boolean } | null {
  if (call.result === null || !/^\s*\{/.test(call.result) || call.result.length > 400_000) return null;
  let asked: unknown;
  let got: unknown;
  try {
    asked = JSON.parse(call.arguments);
    got = JSON.parse(call.result);
  } catch {
    return null;
  }
  if (typeof asked !== "object" || asked === null || typeof got !== "object" || got === null) return null;
  for (const [key, value] of Object.entries(asked)) {
    const snake = key.replace(/([a-z])([A-Z])/g, "$1_$2");
    if (typeof value === "string" && nameKey.test(snake)) {
      const other = fieldNamed(got as Record<string, unknown>, key) ?? fieldNamed(got as Record<string, unknown>, "name");
      if (typeof other === "string" && !call.result.toLowerCase().includes(value.toLowerCase()) && otherName(value, other)) return { key, asked: value, got: other, byName: true };
    }
    if ((typeof value !== "string" && typeof value !== "number") || !idKey.test(snake)) continue;
    const returned = fieldNamed(got as Record<string, unknown>, key);
    if (returned === undefined || (typeof returned !== "string" && typeof returned !== "number")) continue;
    if (codeKey(String(returned)) !== codeKey(String(value)) && !call.result.includes(String(value))) return { key, asked: String(value), got: String(returned), byName: false };
  }
  return null;
}
function fieldNamed(record: Readonly<Record<string, unknown>>, key: string): unknown {
  const wanted = key.replace(/[_-]/g, "").toLowerCase();
  for (const [name, value] of Object.entries(record)) if (name.replace(/[_-]/g, "").toLowerCase() === wanted) return value;
  for (const value of Object.values(record)) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [name, inner] of Object.entries(value)) if (name.replace(/[_-]/g, "").toLowerCase() === wanted) return inner;
  }
  return undefined;
}
