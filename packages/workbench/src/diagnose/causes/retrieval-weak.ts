/**
 * `retrieval-weak` — the search found something, but nothing that has to do with the question.
 *
 * Sees: how many of the question's words (with the turns before it, when it leans on them) stand in the chunks, how much of the answer does, scores near zero, an answer that says it found nothing. Can't see: passages on the
 * topic that happen not to hold the answer, unless the answer says so; paraphrase and other languages look weak, so an answer that takes values from the chunks is left alone.
 * Next: run the query against the index; look at its wording, filters and embedding.
 */
import { excerptOf, named, pointAt, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";
import { admitsLack, contentWords, shareOf, wordsIn } from "../words.ts";

export function retrievalWeak(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const chunks = view.chunks.filter(({ chunk }) => chunk.text.trim() !== "");
  if (chunks.length === 0 || view.answer === null || view.answer.text.trim() === "") return [];
  const weakness = weaknessOf(seen);
  const confidence = confidenceOf(weakness);
  if (confidence === 0) return [];
  const step = view.trace.steps.findIndex((candidate) => candidate.kind === "retrieval");
  const evidence: Evidence[] = chunks.slice(0, 3).map(({ passage, chunk, at }) => ({ ...pointAt(passage), at, excerpt: `${chunk.score === null ? "" : `score ${Number(chunk.score.toPrecision(3))}: `}${excerptOf(chunk.text)}` }));
  if (step >= 0) evidence.push({ at: `steps[${step}]`, sourceId: null, excerpt: `asked: ${named(view.question)}` });
  evidence.push(pointAtText(view.answer.at, view.answer.text));
  const share = Math.round(weakness.question * 100);
  return [
    {
      cause: "retrieval-weak",
      title: weakness.admits ? `Nothing retrieved answers the question (${share} % of its words stand in the ${chunks.length} chunks), and the answer says so` : `The ${chunks.length} retrieved chunk${chunks.length === 1 ? " is" : "s are"} about something else: ${share} % of the question's words stand in ${chunks.length === 1 ? "it" : "them"}`,
      confidence,
      evidence,
      next: `whysaid show ${view.trace.traceId}`,
    },
  ];
}

export interface Weakness {
  /** Share of the question's content words that stand in the chunks. */
  readonly question: number;
  readonly questionWords: number;
  /** With the turns before it. */
  readonly context: number;
  /** Share of the answer's content words that stand in the chunks. */
  readonly answer: number;
  readonly answerWords: number;
  readonly admits: boolean;
  /** Best score where scores lie between 0 and 1; null elsewhere. */
  readonly score: number | null;
  /** Figures and names the answer has from the chunks. */
  readonly values: number;
}
export function weaknessOf({ view, values }: Case): Weakness {
  const titles = contentWords(view.chunks.map(({ chunk }) => titleOf(chunk.metadata)).join(" "));
  const there = { has: (word: string): boolean => titles.has(word) || view.chunks.some(({ passage }) => wordsIn(passage).has(word)) };
  const question = contentWords(view.question);
  const before = view.passages.filter((passage) => (passage.kind === "question" || passage.kind === "completion") && passage.order < (view.answer?.order ?? 0) && passage !== view.passages.findLast((candidate) => candidate.kind === "question"));
  const context = contentWords(before.slice(-3).map((passage) => passage.text.slice(0, 2_000)).join(" "));
  const answerText = view.answer?.text ?? "";
  const answer = contentWords(answerText);
  // what the answer merely repeats from the question says nothing about the chunks
  for (const word of question) answer.delete(word);
  const scores = view.chunks.flatMap(({ chunk }) => (chunk.score === null ? [] : [chunk.score]));
  const unit = scores.length === view.chunks.length && scores.every((score) => score >= 0 && score <= 1);
  const grounded = values.filter((traced) => traced.generation === view.finalIndex && traced.in === "completion" && traced.value.type !== "quote" && traced.hits.length > 0 && traced.hits.every((hit) => hit.passage.kind === "chunk"));
  return {
    question: shareOf(question, there),
    questionWords: question.size,
    context: context.size === 0 ? 1 : shareOf(context, there),
    answer: shareOf(answer, there),
    answerWords: answer.size,
    admits: admitsLack(answerText) && answerText.length < 700,
    score: unit && scores.length > 0 ? Math.max(...scores) : null,
    values: grounded.length,
  };
}
const titleOf = (metadata: unknown): string => (typeof metadata === "object" && metadata !== null ? Object.values(metadata).filter((value) => typeof value === "string" && value.length < 300).join(" ") : "");

function confidenceOf(weakness: Weakness): number {
  const { question, questionWords, context, answer, answerWords, admits, score, values } = weakness;
  const low = score !== null && score < 0.2;
  if (admits && values === 0) {
    if (questionWords >= 1 && question <= (questionWords >= 2 ? 0.34 : 0)) return 0.93;
    if (low) return 0.92;
    // a short question leans on what was said before it: that must be missing too
    if (questionWords >= 2 && question <= 0.5 && answer < 0.5) return context < 0.3 ? 0.85 : 0.75;
    return question < 0.67 && questionWords >= 3 && answer < 0.5 ? 0.55 : 0;
  }
  if (answerWords >= 6 && answer < 0.2 && values <= (answer < 0.1 ? 1 : 0) && ((questionWords >= 2 && question <= 0.34) || (question <= 0.5 && (context < 0.3 || answer < 0.1)))) return low || answer < 0.1 ? 0.92 : 0.85;
  if (low && (question < 0.5 || answer < 0.45)) return 0.9;
  return 0;
}
