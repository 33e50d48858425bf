/**
 * `find`: a text somebody saw → the traces that answered it, how sure that is, and why. Reads the store's text index; used by the command, the server and MCP.
 *
 * query (redacted) → candidates → the family of the best → each laid beside the query → a judgement.
 */
import type { Candidate, SearchFilter, SearchPlace } from "../store/search/search.ts";
import type { Store } from "../store/store.ts";
import { compare, type Compared } from "./compare.ts";
import { excerptOf } from "./excerpt.ts";
import { judge, type Certainty, type Judgement } from "./judge.ts";
import { familyOf, poolOf } from "./pool.ts";
import { repaired } from "./repaired.ts";
import { queryOf, type Query, type QueryText, type Redact } from "./query.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface FindOptions {
  readonly filter?: SearchFilter;
  /** At most so many matches (default 10). */
  readonly limit?: number;
}
export interface Match {
  readonly traceId: string;
  /** 0 to 1, falling: how much of the query is there, in order. */
  readonly score: number;
  /** True for a match the query decides for, false for all others. */
  readonly certain: boolean;
  readonly excerpt: string;
  /** What of the excerpt matches, UTF-16 offsets. */
  readonly marks: readonly { readonly start: number; readonly end: number }[];
  /** `answer`: what a person saw; `input`: messages, passages, tool results. */
  readonly where: SearchPlace;
  readonly feature: string | null;
  readonly model: string | null;
  readonly startedAtMs: number;
}
export interface Found {
  /** Redacted. */
  readonly query: string;
  readonly answer: {
    readonly kind: Certainty;
    readonly of: number;
    readonly isOfAtLeast: boolean;
    readonly differingIn: readonly string[];
    readonly contradicted: readonly string[];
    /** The same for people. */
    readonly sentence: string;
  };
  readonly matches: readonly Match[];
}

const LIMIT = 10;
/** What stands in an input was not said by the model: behind every answer. */
const INPUT_SHARE = 0.5;

/** @param redact  the recordings' redactor, so that a name finds its pseudonym; nothing else of the text reaches the store */
export async function find(store: Store, given: QueryText, redact: Redact, options: FindOptions = {}): Promise<Found> {
  return (await findQuery(store, given, redact, options)).found;
}

/** @returns how many words of the query the best has, in order, beside what was found */
export async function findQuery(store: Store, given: QueryText, redact: Redact, options: FindOptions = {}): Promise<{ readonly found: Found; readonly strength: number }> {
  const query = queryOf(given, redact);
  const limit = options.limit ?? LIMIT;
  const filter = options.filter ?? {};
  const judged = await search(store, "answer", query, redact, filter);
  const strength = judged.ranked[0]?.alignment.pairs.length ?? 0;
  const matches = matchesOf(judged, "answer", query).slice(0, limit);
  if (judged.kind === "match" || judged.kind === "one-of" || matches.length >= limit) return { found: { query: query.redacted, answer: answerOf(judged, "answer"), matches }, strength };
  const inputs = await search(store, "input", query, redact, filter);
  // A weak likeness in some input is worth no line of its own.
  const isInInput = inputs.kind === "match" || inputs.kind === "one-of";
  const merged = firstOfEach([...matches, ...(isInInput ? matchesOf(inputs, "input", query) : [])].sort((a, b) => b.score - a.score)).slice(0, limit);
  const answer = merged[0]?.where === "input" ? answerOf({ ...inputs, kind: "weak" }, "input") : answerOf(judged, "answer");
  return { found: { query: query.redacted, answer, matches: merged }, strength };
}

async function search(store: Store, place: SearchPlace, given: Query, redact: Redact, filter: SearchFilter): Promise<Judgement> {
  let query = given;
  let vocabulary = new Vocabulary(query.words);
  let { documents, known } = await poolOf(store.search, place, query, vocabulary, filter);
  const again = repaired(query, vocabulary.respellings, redact);
  if (again !== query) {
    query = again;
    vocabulary = new Vocabulary(query.words);
    ({ documents, known } = await poolOf(store.search, place, query, vocabulary, filter));
  }
  let compared = compare(query, vocabulary, documents, known);
  const [best] = compared;
  if (best !== undefined && place === "answer" && best.alignment.pairs.length >= 2) {
    const pool = new Map<string, Candidate>(compared.map(({ candidate }) => [candidate.traceId, candidate]));
    const before = pool.size;
    for (const one of await familyOf(store.search, place, best.candidate, filter)) pool.set(one.traceId, one);
    // Rarity is counted among all of them, so all are weighed again.
    if (pool.size > before) compared = compare(query, vocabulary, [...pool.values()], known);
  }
  return judge(query, vocabulary, compared, new Map(known.map(({ word, count }) => [word, count])));
}

function matchesOf({ kind, ranked, differingIn }: Judgement, where: SearchPlace, query: Query): Match[] {
  const [best] = ranked;
  if (best === undefined) return [];
  const around = new Set(differingIn.flatMap((value) => value.toLowerCase().split(/\s+/)));
  const share = covered(best, query) * (where === "input" ? INPUT_SHARE : 1);
  return ranked.map((one, n): Match => {
    const { text, marks } = excerptOf(one, around);
    const { traceId, feature, model, startedAtMs } = one.candidate;
    return { traceId, score: Math.round(share * Math.min(1, one.score / best.score) * 1000) / 1000, certain: n === 0 && kind === "match" && where === "answer", excerpt: text, marks, where, feature, model, startedAtMs };
  });
}

/** Of what stands between the first and the last matching word, on both sides, the part that matches. */
function covered({ alignment, words }: Compared, query: Query): number {
  const { pairs } = alignment;
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const inQuery = last.query - first.query + 1;
  const inDocument = last.document - first.document + 1;
  const whole = Math.max(pairs.length / Math.max(1, query.words.length), pairs.length / Math.max(1, words.length));
  return ((2 * pairs.length) / (inQuery + inDocument)) * (0.5 + 0.5 * Math.min(1, whole));
}

function firstOfEach(matches: readonly Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter(({ traceId }) => !seen.has(traceId) && seen.add(traceId));
}

function answerOf({ kind, of, isOfAtLeast, differingIn, contradicted }: Judgement, where: SearchPlace): Found["answer"] {
  return { kind, of, isOfAtLeast, differingIn, contradicted, sentence: sentenceOf(kind, of, isOfAtLeast, differingIn, contradicted, where) };
}
function sentenceOf(kind: Certainty, of: number, isAtLeast: boolean, differingIn: readonly string[], contradicted: readonly string[], where: SearchPlace): string {
  const many = `${isAtLeast ? "at least " : ""}${of}`;
  const against = contradicted.length === 0 ? "" : `; none has ${contradicted.join(", ")} where it was read`;
  switch (kind) {
    case "match":
      return "match";
    case "one-of":
      return differingIn.length === 0 ? `one of ${many} answers the query does not tell apart${against}` : `one of ${many} near-identical answers, differing in ${differingIn.join(", ")}${of > differingIn.length ? ", …" : ""}${against}`;
    case "weak":
      return where === "input" ? "no answer; it stands in what went into a call" : contradicted.length === 0 ? "weak: something like it" : `weak: like it, but without ${contradicted.join(", ")}`;
    case "not-found":
      return "not found";
    default:
      return kind satisfies never;
  }
}
