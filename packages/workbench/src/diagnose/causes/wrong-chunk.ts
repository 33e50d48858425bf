/**
 * `wrong-chunk` — the answer's value stands in a retrieved passage that is the wrong one: an older version, a draft, a passage about another thing, beside one that says otherwise.
 *
 * Sees: values whose only passage fits the answer's sentence badly while another passage fits it well and has another value; passages that say the same with different values;
 * citations that point elsewhere. Can't see: which of two contradicting sources is right, unless one says it is outdated: the replay without it decides.
 * Another person's record is `wrong-entity`.
 */
import type { Passage } from "../passages.ts";
import { fit, wordsAround } from "../align.ts";
import { named, pointAt, pointAtHit, pointAtValue, replay, type Candidate, type Case, type Evidence } from "../finding.ts";
import { wordsOf } from "../provenance/fold.ts";
import { dayKey } from "../provenance/dates.ts";
import { lex } from "../provenance/lexer.ts";
import { readNumber } from "../provenance/numbers.ts";
import type { TracedValue } from "../provenance/provenance.ts";
import type { Hit } from "../provenance/sources.ts";
import type { Unit } from "../provenance/units.ts";
import { contentWords, shareOf, wordsIn } from "../words.ts";

const outdated = /\b(?:superseded|obsolete|deprecated|outdated|archived?|draft|withdrawn|expired|no longer (?:valid|in force|current)|previous version|old version|former|legacy|replaced by|valid (?:until|through) \w+|retired|void|veraltet|ersetzt|entwurf|obsoleto|borrador|périmé|abrogé|brouillon)\b/i;

interface Rival {
  readonly passage: Passage;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly fit: number;
}

export function wrongChunk(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  if (view.chunks.length < 2 || view.answer === null) return [];
  const found: Candidate[] = [];
  for (const traced of values) {
    if (traced.in !== "completion" || traced.generation !== view.finalIndex || !isFigure(traced)) continue;
    const chunks = new Set(traced.evidence.filter((hit) => hit.passage.kind === "chunk").map((hit) => hit.passage));
    const [only] = chunks;
    if (!only || chunks.size > 4 || traced.hits.some((hit) => hit.passage.kind === "question" || hit.passage.kind === "tool-result" || hit.passage.kind === "completion")) continue;
    const candidate = judge(seen, traced, bestOf(view.answer.text, traced, [...chunks]));
    if (candidate) found.push(candidate);
  }
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}
/** Of several passages that hold the value the one whose words around it fit the sentence best: the others hold it by chance. */
function bestOf(answer: string, traced: TracedValue, passages: readonly Passage[]): Passage {
  const sentence = wordsAround(answer, traced.value.start, traced.value.end);
  const fits = passages.map((passage) => Math.max(...traced.evidence.filter((hit) => hit.passage === passage).map((hit) => fit(sentence, passage.text, hit.start, hit.end))));
  return passages[fits.indexOf(Math.max(...fits))] as Passage;
}
const isFigure = (traced: TracedValue): boolean => (traced.value.type === "number" && (traced.value.number.value >= 10 || traced.value.number.decimals > 0 || traced.value.unit !== null)) || traced.value.type === "date";

function judge(seen: Case, traced: TracedValue, passage: Passage): Candidate | null {
  const { view } = seen;
  const answer = view.answer?.text ?? "";
  const sentence = wordsAround(answer, traced.value.start, traced.value.end);
  const hits = traced.evidence.filter((hit) => hit.passage === passage);
  const own = hits.reduce<{ hit: Hit; fit: number } | null>((best, hit) => {
    const score = fit(sentence, passage.text, hit.start, hit.end);
    return best === null || score > best.fit ? { hit, fit: score } : best;
  }, null);
  if (!own) return null;
  const twinned = twinOf(seen, passage, own.hit, answer);
  if ((!twinned && sentence.size < 3) || sumsUp(seen, passage)) return null;
  const found = twinned ?? bestRival(seen, traced, passage, sentence, own.fit > 0);
  // passages that overlap hold both figures, and do not contradict each other
  const rival = found && !passage.text.includes(found.text) && !found.passage.text.includes(traced.value.text) && !nearly(traced, found.text) ? found : null;
  const cited = citedElsewhere(seen, traced, passage);
  const says = outdatedMark(passage);
  const about = topic(seen, passage, rival?.passage ?? null);
  const make = (title: string, confidence: number): Candidate => {
    const evidence: Evidence[] = [pointAtHit(own.hit), pointAtValue(traced, answer)];
    if (rival) evidence.push(pointAt(rival.passage, rival.start, rival.end));
    if (says !== null) evidence.push(pointAt(passage, says.start, says.end));
    return { cause: "wrong-chunk", title, confidence, evidence, next: replay(view.trace.traceId, `--without chunk:${passage.sourceId ?? passage.chunk?.position ?? ""}`) };
  };
  const source = named(passage.sourceId ?? `${passage.chunk?.position ?? ""}`);
  const other = named(rival?.passage.sourceId ?? "another passage");
  if (rival) {
    const twin = twinned && rival === twinned ? 1 : similar(passage, own.hit, rival);
    if (says !== null && (twinned || rival.fit >= 0.4)) return make(`${named(traced.value.text)} comes from chunk ${source}, which says it is outdated (${named(passage.text.slice(says.start, says.end))}); ${other} says ${named(rival.text)}`, 0.94);
    if (own.fit < 0.25 && rival.fit >= 0.45 && rival.fit >= own.fit + 0.3) return make(`${named(traced.value.text)} stands only in chunk ${source}, about something else; ${other} says ${named(rival.text)}`, 0.92);
    if (twin >= 0.6 && (twinned || rival.fit >= 0.35)) {
      const newer = newerOf(passage, rival.passage);
      // the answer took the one in force, the newest, or the one that is about what was asked
      if ((says === null && outdatedMark(rival.passage) !== null) || newer === passage || topic(seen, rival.passage, passage)) return null;
      const wanted = wantedByUser(seen, traced.value.text, rival.text);
      if (wanted === "this") return null;
      const sure = newer !== null || wanted === "other" ? 0.94 : about || cited !== null ? 0.93 : isSeries(passage, rival.passage) ? 0.6 : 0.86;
      return make(`Chunks ${source} and ${other} say the same with different values (${named(traced.value.text)}, ${named(rival.text)}); the answer took the ${newer === null ? "first" : "older"}`, sure);
    }
    const lacking = distinguishing(seen, passage, rival.passage, sentence);
    if (lacking !== null && rival.fit >= 0.99 && own.fit < rival.fit) return make(`${named(traced.value.text)} comes from chunk ${source}, which does not speak of ${named(lacking)}; ${other} does, and says ${named(rival.text)}`, 0.88);
    if (cited !== null && rival.passage === cited && rival.fit >= 0.4) return make(`The answer cites ${other}, which says ${named(rival.text)}; ${named(traced.value.text)} stands in ${source}`, 0.9);
  }
  // A figure from a passage that has nothing to do with the sentence. A line of a few words says too little of its own topic.
  if (own.fit === 0 && wordsIn(passage).size >= MIN_TOPIC_WORDS && sentence.size >= 5 && (rival === null || rival.fit > 0.3) && topicShare(seen, passage) < 0.12 && view.chunks.some((chunk) => topicShare(seen, chunk.passage) > 0.4))
    return make(`${named(traced.value.text)} stands only in chunk ${source}, which is about something else than the question`, 0.85);
  return null;
}

/** Content words a passage must have to be called off topic. */
const MIN_TOPIC_WORDS = 8;
const MAX_RIVALS = 400;
/** A number of the same kind in another chunk, in words that fit the answer's sentence, which the answer does not say. */
function bestRival(seen: Case, traced: TracedValue, passage: Passage, sentence: ReadonlySet<string>, sameKind: boolean): Rival | null {
  let best: Rival | null = null;
  let budget = MAX_RIVALS;
  const answer = seen.view.answer?.text ?? "";
  for (const { passage: other } of seen.view.chunks) {
    if (other === passage) continue;
    const consider = (unit: Unit | null, start: number, end: number): void => {
      if ((budget -= 1) < 0) return;
      const text = other.text.slice(start, end).trim();
      const wanted = traced.value.type === "number" ? traced.value.unit : null;
      if (wanted !== null && unit !== null && wanted.dimension !== unit.dimension) return;
      if (answer.includes(text) || text.length < 1) return;
      const score = fit(sentence, other.text, start, end);
      if (best === null || score > best.fit) best = { passage: other, text, start, end, fit: score };
    };
    lex(other.text, {
      word() {},
      number(reading, unit, start, end, within) {
        if (traced.value.type === "number" && !within && reading.value !== traced.value.number.value && (!sameKind || kindOf(reading.value, unit) === kindOf(traced.value.number.value, traced.value.unit))) consider(unit, start, end);
      },
      day(_day, start, end) {
        if (traced.value.type === "date") consider(null, start, end);
      },
      code() {},
    });
  }
  return best;
}
/** The word or figure that begins at an offset, with its decimals. */
const figureAt = (text: string, start: number): string => /^[\p{L}\p{N}]+(?:[.,]\d+)*/u.exec(text.slice(start, start + 40))?.[0] ?? "";
/** How many words a figure is: "2.9" is two. */
function wordsWithin({ starts }: ReturnType<typeof wordsOf>, at: number, figure: string): number {
  const end = (starts[at] ?? 0) + figure.length;
  let count = 1;
  while ((starts[at + count] ?? Number.POSITIVE_INFINITY) < end) count += 1;
  return count;
}
const AROUND_WORDS = 6;
/** The same words in another chunk with something else where the value stands. */
function twinOf(seen: Case, passage: Passage, hit: Hit, answer: string): Rival | null {
  const mine = wordsOf(passage.text);
  const at = mine.starts.findIndex((start, index) => start <= hit.start && (mine.ends[index] ?? 0) > hit.start);
  if (at < 0) return null;
  const written = figureAt(passage.text, mine.starts[at] ?? 0);
  const after = at + wordsWithin(mine, at, written);
  for (const { passage: other } of seen.view.chunks) {
    if (other === passage) continue;
    const theirs = wordsOf(other.text);
    for (let index = 0; index < theirs.hashes.length; index += 1) {
      if (theirs.hashes[index] === mine.hashes[at] && figureAt(other.text, theirs.starts[index] ?? 0) === written) continue;
      const said = figureAt(other.text, theirs.starts[index] ?? 0);
      const next = index + wordsWithin(theirs, index, said);
      const before = theirs.hashes[index - 1] === mine.hashes[at - 1] && theirs.hashes[index - 2] === mine.hashes[at - 2];
      if (!before && !(theirs.hashes[next] === mine.hashes[after] && theirs.hashes[next + 1] === mine.hashes[after + 1])) continue;
      let shared = 0;
      let there = 0;
      for (let step = 0; step < AROUND_WORDS; step += 1) {
        for (const [own, others] of [[mine.hashes[at - 1 - step], theirs.hashes[index - 1 - step]], [mine.hashes[after + step], theirs.hashes[next + step]]]) {
          if (own === undefined && others === undefined) continue;
          there += 1;
          if (own === others) shared += 1;
        }
      }
      const start = theirs.starts[index] ?? 0;
      const end = start + said.length;
      // of two short lines nearly all words are shared
      const isTwin = /\d/.test(said) && (shared >= 8 || (shared >= 4 && there <= 10 && differInFigures(passage.text, other.text)));
      if (isTwin && !answer.includes(said)) return { passage: other, text: said, start, end, fit: 0.5 };
    }
  }
  return null;
}

/** Two short lines with the same words: only their figures and dates differ. A line with another name in it is about another thing. */
const differInFigures = (left: string, right: string): boolean => left.length <= 200 && wordsOnly(left) === wordsOnly(right);
const wordsOnly = (text: string): string => (text.toLowerCase().replace(/(?:⟦|\[\[)date:[^⟧\]]*(?:⟧|\]\])/g, " ").match(/\p{L}+/gu) ?? []).join(" ");

/** Values of other entries of the same series stand in the answer too: it tells of all of them. */
function sumsUp({ view, values }: Case, passage: Passage): boolean {
  const series = view.chunks.map((chunk) => chunk.passage).filter((other) => other !== passage && differInFigures(passage.text, other.text));
  return series.length > 0 && values.some((traced) => traced.in === "completion" && traced.generation === view.finalIndex && isFigure(traced) && !traced.hits.some((hit) => hit.passage.kind === "question") && traced.evidence.some((hit) => series.includes(hit.passage)) && !traced.evidence.some((hit) => hit.passage === passage));
}

/** The same amount, one of them rounded. */
function nearly(traced: TracedValue, text: string): boolean {
  if (traced.value.type !== "number") return false;
  const other = readNumber(/\d+(?:[.,]\d+)*/.exec(text)?.[0] ?? "");
  const own = traced.value.number.value;
  return other !== null && own >= 1_000 && Math.abs(other.value - own) < own * 0.01 && kindOf(own, traced.value.unit) !== "year";
}
/** A year is not rivalled by an amount. */
const kindOf = (value: number, unit: Unit | null): string => (unit === null && Number.isInteger(value) && value >= 1800 && value <= 2100 ? "year" : "amount");

/** Shared words close around the two values, as a share of the fewer: near 1 for copies of one text. */
function similar(passage: Passage, hit: Hit, rival: Rival): number {
  const left = wordsAround(passage.text, hit.start, hit.end, 120);
  const right = wordsAround(rival.passage.text, rival.start, rival.end, 120);
  if (Math.min(left.size, right.size) < 4) return 0;
  return left.size < right.size ? shareOf(left, right) : shareOf(right, left);
}
/** Of two passages that each bear a date, the one whose latest is later. Dates that were redacted tell no order. */
function newerOf(left: Passage, right: Passage): Passage | null {
  const [a, b] = [latestDay(left.text), latestDay(right.text)];
  return a === null || b === null || a === b ? null : a > b ? left : right;
}
function latestDay(text: string): number | null {
  let latest: number | null = null;
  const head = text.slice(0, 240);
  lex(head, { word() {}, number() {}, code() {}, day: (day) => void (day.year !== null && (latest = Math.max(latest ?? 0, dayKey(day)))) });
  if (latest !== null) return latest;
  const years = [...head.matchAll(/(?<![\d.,-])(?:19|20)\d\d(?![\d.,-]\d|\d)/g)].map(([year]) => Number(year) * 10_000);
  return years.length === 0 ? null : Math.max(...years);
}
/** Entries of one series, each with a day of its own that was redacted. */
const isSeries = (left: Passage, right: Passage): boolean => redactedDay.test(left.text.slice(0, 160)) && redactedDay.test(right.text.slice(0, 160));
const redactedDay = /(?:⟦|\[\[)DATE:/;
/** What the user did with the answer says which of two values was right. */
function wantedByUser(seen: Case, own: string, other: string): "this" | "other" | null {
  const last = seen.view.trace.actions.at(-1);
  if (last?.action === "accept") return "this";
  return last?.action === "edit" && last.after !== null && last.after.includes(other) && !last.after.includes(own) ? "other" : null;
}
function outdatedMark(passage: Passage): { readonly start: number; readonly end: number } | null {
  const found = outdated.exec(passage.text.slice(0, 240));
  return found ? { start: found.index, end: found.index + found[0].length } : null;
}
/** The rival's passage names what the question is about, this one something more or else. */
function topic(seen: Case, passage: Passage, rival: Passage | null): boolean {
  if (rival === null) return false;
  const question = contentWords(seen.view.question);
  return shareOf(question, contentWords(rival.text.slice(0, 160))) > shareOf(question, contentWords(passage.text.slice(0, 160)));
}
/** A word of the question and of the answer's sentence that only the rival's passage has: what the question is about. */
function distinguishing(seen: Case, passage: Passage, rival: Passage, sentence: ReadonlySet<string>): string | null {
  const asked = contentWords(seen.view.question);
  const [own, others] = [wordsIn(passage), wordsIn(rival)];
  const missing = [...sentence].filter((word) => !own.has(word));
  return missing.length > 0 && missing.every((word) => asked.has(word) && others.has(word)) ? (missing[0] ?? null) : null;
}
const topicShare = (seen: Case, passage: Passage): number => shareOf(contentWords(`${seen.view.question} ${seen.view.answer?.text ?? ""}`), wordsIn(passage));

/** The chunk a citation mark right after the sentence points at, when it is another than the value's. */
function citedElsewhere(seen: Case, traced: TracedValue, passage: Passage): Passage | null {
  const rest = (seen.view.answer?.text ?? "").slice(traced.value.end, traced.value.end + 200);
  const mark = /\[(\d{1,2})\]/.exec(rest);
  if (!mark) return null;
  const cited = seen.view.chunks[Number(mark[1]) - 1]?.passage;
  return cited && cited !== passage ? cited : null;
}
