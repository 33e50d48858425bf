/** How an answer is judged: by the feature's own rules, against what it should have been, by where its values came from. Each says why; one that has nothing to say of a case says null. */
import { distance } from "fastest-levenshtein";
import type { Provenance } from "@whysaid/recorder/format";
import { fieldChanges, structureOf } from "../edits.ts";
import type { Sample, Score, Scorer } from "./suite.ts";

const score = (name: string, value: number, passed: boolean, reason: string | null): Score => ({ name, score: Math.max(0, Math.min(1, value)), passed, reason });
const few = (words: readonly string[], most = 4): string => (words.length <= most ? words.join(", ") : `${words.slice(0, most).join(", ")} and ${words.length - most} more`);

/** The rules the run checked all pass, and none that was checked then is left out now. */
export const rules = (): Scorer => (sample) => {
  const now = checksOf(sample.story);
  const then = checksOf(sample.case.story);
  const gone = [...then.keys()].filter((rule) => !now.has(rule));
  const failed = [...now].filter(([, outcome]) => outcome === "failed").map(([rule]) => rule);
  const total = now.size + gone.length;
  if (total === 0) return null;
  const reason = failed.length > 0 ? `failed: ${few(failed)}` : gone.length > 0 ? `no longer checked: ${few(gone)}` : null;
  return score("rules", (total - failed.length - gone.length) / total, failed.length + gone.length === 0, reason);
};
function checksOf(story: Sample["story"]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const step of story.steps) {
    if (step.kind !== "validation") continue;
    for (const { rule, outcome } of step.checks) if (rule !== null && found.get(`${step.name}.${rule}`) !== "failed") found.set(`${step.name}.${rule}`, outcome);
  }
  return found;
}

/** The answer is the expected one, white space at its ends apart. */
export const exact = (): Scorer => ({ case: { expected }, text, input }) => {
  if (expected === null) return null;
  const isEqual = text.trim() === (input.expected ?? "").trim();
  return score("exact", isEqual ? 1 : 0, isEqual, isEqual ? null : "another text than the expected one");
};

export interface FieldsOptions {
  /** Only these paths, e.g. `["dose_mg", "patient.weight_kg"]`. Default: all. */
  readonly only?: readonly string[];
  readonly ignore?: readonly string[];
  /** Numbers may differ by this share of the expected one, e.g. 0.02. Default 0. */
  readonly tolerance?: number;
}
/** The answer's JSON has the expected values, field by field. Says nothing where one of the two is no JSON. */
export const fields = ({ only, ignore = [], tolerance = 0 }: FieldsOptions = {}): Scorer => ({ input, output, text }) => {
  const wanted = input.expected === null ? undefined : structureOf(input.expected);
  const got = typeof output === "object" && output !== null && structureOf(text) === undefined ? output : structureOf(text);
  if (wanted === undefined || got === undefined) return null;
  const counts = (at: string): boolean => (only === undefined || only.some((path) => isUnder(at, path))) && !ignore.some((path) => isUnder(at, path));
  const changes = fieldChanges(wanted, got, "").filter((change) => counts(change.at) && !(change.kind === "changed" && isClose(change.before, change.after, tolerance)));
  const total = leaves(wanted, "").filter(counts).length || 1;
  return score("fields", 1 - changes.length / total, changes.length === 0, changes.length === 0 ? null : `differ: ${few(changes.map(({ at }) => at))}`);
};
const isUnder = (at: string, path: string): boolean => at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`);
const isClose = (a: unknown, b: unknown, tolerance: number): boolean => typeof a === "number" && typeof b === "number" && Math.abs(a - b) <= Math.abs(a) * tolerance;
function leaves(value: unknown, at: string): readonly string[] {
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, Array.isArray(value) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`));
}

export interface NumbersOptions {
  /** Numbers may differ by this share of the expected one. Default 0. */
  readonly tolerance?: number;
  /** Whether dates and times count. Default true. */
  readonly dates?: boolean;
}
/** Every number of the expected answer stands in the answer with the same word behind it, and none that is not expected. Dates and times are compared as they are. */
export const numbers = ({ tolerance = 0, dates = true }: NumbersOptions = {}): Scorer => ({ input, text }) => {
  if (input.expected === null) return null;
  const counts = ({ value }: Amount): boolean => dates || value !== null;
  const wanted = amountsIn(input.expected).filter(counts);
  const got = amountsIn(text).filter(counts);
  if (wanted.length === 0 && got.length === 0) return null;
  const left = [...got];
  const absent = wanted.filter((one) => {
    const at = left.findIndex((other) => isSame(one, other, tolerance));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const extra = left.filter((one) => !wanted.some((other) => isSame(other, one, tolerance)));
  const reason = [absent.length === 0 ? null : `absent: ${few(absent.map(({ shown }) => shown))}`, extra.length === 0 ? null : `not expected: ${few(extra.map(({ shown }) => shown))}`].filter((part) => part !== null).join("; ");
  const total = wanted.length + extra.length;
  return score("numbers", 1 - (absent.length + extra.length) / Math.max(1, total), absent.length + extra.length === 0, reason === "" ? null : reason);
};
interface Amount {
  readonly value: number | null;
  readonly unit: string;
  readonly shown: string;
}
const AMOUNT = /(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\d+(?::\d\d)+|\d+(?:[.,]\d+)*)\s*([%°]?\p{L}[\p{L}/]*|%)?/gu;
function amountsIn(text: string): readonly Amount[] {
  return [...text.matchAll(AMOUNT)].map(([shown, digits = "", unit = ""]) => {
    const isPlain = /^\d+(?:[.,]\d+)?$/.test(digits);
    return { value: isPlain ? Number(digits.replace(",", ".")) : null, unit: isPlain ? unit.toLowerCase() : digits, shown: shown.trim() };
  });
}
const isSame = (a: Amount, b: Amount, tolerance: number): boolean => (a.value === null || b.value === null ? a.value === b.value && a.unit === b.unit : a.unit === b.unit && Math.abs(a.value - b.value) <= Math.abs(a.value) * tolerance + 1e-9);

/** As alike as this, 0 to 1, by edit distance; where nothing is expected, it must not be what was said then. */
export const similarity = ({ least = 0.9 }: { readonly least?: number } = {}): Scorer => ({ input, text }) => {
  if (input.expected === null) return null;
  const [a, b] = [text.trim(), input.expected.trim()];
  const alike = a === b ? 1 : 1 - distance(a, b) / Math.max(a.length, b.length, 1);
  return score("similarity", alike, alike >= least, alike >= least ? null : `${alike.toFixed(2)} alike, ${least} wanted`);
};

/**
 * No value of the answer may come from these sources alone: the sibling's weight, a stale result. Given none, those the diagnosis of the trace blamed.
 *
 * @param sources  source ids of chunks, or names of tools
 */
export const notFrom = (...sources: readonly string[]): Scorer => ({ case: { labels }, provenance }) => {
  const forbidden = new Set(sources.length > 0 ? sources : labels.filter(({ name }) => name.startsWith("source:")).map(({ name }) => name.slice("source:".length)));
  if (forbidden.size === 0) return null;
  const bad = provenance.filter((one) => isOnlyFrom(one, forbidden));
  const values = [...new Set(bad.map(({ value }) => value))];
  return score("notFrom", bad.length === 0 ? 1 : 0, bad.length === 0, bad.length === 0 ? null : `${values.length === 1 ? "a value comes" : `${values.length} values come`} from ${few([...new Set(bad.flatMap(({ origins }) => origins.map(({ sourceId }) => sourceId ?? "")).filter((id) => forbidden.has(id)))])}: ${few(values)}`);
};
function isOnlyFrom({ origins, type }: Provenance, forbidden: ReadonlySet<string>): boolean {
  const given = origins.filter(({ kind }) => kind === "chunk" || kind === "tool-result");
  // A chunk stands in the message too, where the app put it: that is no second source.
  const others = origins.filter(({ kind }) => kind === "question" || kind === "system" || kind === "derived");
  return type !== "quote" && given.length > 0 && others.length === 0 && given.every(({ sourceId }) => sourceId !== null && forbidden.has(sourceId));
}

/** Nothing of these kinds may be diagnosed in the run; given none, what was diagnosed of the trace must be gone. */
export const withoutCause = (...causes: readonly string[]): Scorer => (sample) => {
  const before = sample.case.labels.filter(({ name }) => name.startsWith("cause:")).map(({ name }) => name.slice("cause:".length));
  const unwanted = new Set(causes.length > 0 ? causes : before);
  if (unwanted.size === 0) return null;
  const found = sample.findings.filter(({ cause }) => unwanted.has(cause));
  return score("withoutCause", found.length === 0 ? 1 : 0, found.length === 0, found.length === 0 ? null : few(found.map(({ cause, title }) => `${cause}: ${title}`)));
};

/** What `autoevals` and its like are: a function of output and expected answer to a score. */
export type ForeignScorer = (args: { readonly input: string; readonly output: string; readonly expected?: string }) => ForeignScore | Promise<ForeignScore>;
export interface ForeignScore {
  readonly name: string;
  readonly score: number | null;
}
/** Any scorer of `autoevals`: `autoeval(Levenshtein, { least: 0.9 })`. One that gives no score says nothing. */
export const autoeval = (scorer: ForeignScorer, { least = 1 }: { readonly least?: number } = {}): Scorer => async ({ input, text }) => {
  const given = await scorer({ input: input.question, output: text, ...(input.expected === null ? {} : { expected: input.expected }) });
  if (given.score === null) return null;
  return score(given.name, given.score, given.score >= least, given.score >= least ? null : `${given.score.toFixed(2)}, ${least} wanted`);
};

/** Where a suite names none. */
export const defaultScorers: readonly Scorer[] = [rules(), notFrom(), numbers()];
