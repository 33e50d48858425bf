/** What happened after a tool call: which answers and calls could rest on its result, and what in them has no origin. Read by the tool causes. */
import type { CallView, TraceView } from "./passages.ts";
import { DERIVED_BY_CHANCE, type TracedValue } from "./provenance/provenance.ts";
import { admitsLack, contentWords, shareOf } from "./words.ts";

export interface Aftermath {
  /** Values that stand nowhere, in what was said between this result and the next of its kind. */
  readonly orphans: readonly TracedValue[];
  /** The model did something about it: the same tool again, or words to the user that it failed. */
  readonly reacted: boolean;
  /** Nothing was called or said by the user after it: the final answer follows. */
  readonly last: boolean;
  /** The next words to the user say what the result said. */
  readonly passedOn: boolean;
  /** What the final answer says about it: it lacks something. */
  readonly admitted: boolean;
}

export function aftermath(view: TraceView, values: readonly TracedValue[], call: CallView): Aftermath {
  const order = call.resultOrder || call.order;
  const laterCalls = view.calls.filter((candidate) => candidate.order > call.order && candidate.turn !== call.turn);
  const again = laterCalls.find((candidate) => candidate.name === call.name);
  const until = again?.order ?? Infinity;
  // where ids were taken out of results, one that was missed in the answer has its origin there for all that can be told
  const taken = view.passages.some((passage) => passage.kind === "tool-result" && passage.text.includes("⟦ID:"));
  const orphans = values.filter((value) => !(taken && value.value.type === "identifier") && value.order > order && value.order < until && value.in === "completion" && isOrphan(value));
  const next = view.passages.find((passage) => passage.kind === "completion" && passage.order > order && passage.text.trim() !== "");
  const movedOn = view.passages.some((passage) => (passage.kind === "question" || passage.kind === "message") && passage.order > order);
  const last = laterCalls.length === 0 && !movedOn;
  const final = view.answer?.text ?? "";
  const soon = again !== undefined && laterCalls.indexOf(again) <= 1;
  const passedOn = next !== undefined && conveys(next.text, call.error ?? call.result ?? "");
  // words of regret beside a value from nowhere are about something else
  const regrets = next !== undefined && admitsLack(next.text) && !orphans.some((orphan) => next.text.slice(orphan.value.start, orphan.value.end) === orphan.value.text);
  return { orphans, reacted: soon || passedOn || regrets, last, admitted: last && admitsLack(final), passedOn };
}

/** A short result whose words the text repeats. */
function conveys(text: string, result: string): boolean {
  if (result.length > 400) return false;
  const words = contentWords(result);
  for (const noise of ["error", "fail", "message"]) words.delete(noise);
  return words.size >= 2 && shareOf(words, contentWords(text)) >= 0.4;
}

/** A value with something to it that no input explains. */
export function isOrphan(traced: TracedValue): boolean {
  const { value } = traced;
  if (traced.hits.length > 0) return false;
  if (traced.derived !== null && traced.derived.byChance < DERIVED_BY_CHANCE * 4) return false;
  switch (value.type) {
    case "number":
      return (value.number.significant >= 3 || value.number.decimals > 0 || value.number.value >= 100 || (value.unit !== null && value.number.value >= 10)) && !(value.unit === null && isRound(value.number.value));
    case "date":
      return true;
    case "pseudonym":
      return telling.test(value.key) || (value.key.startsWith("PERSON:") && value.key.includes("."));
    case "identifier":
      // file names and paths are made up as one goes
      return !value.key.startsWith("clock:") && (/\d/.test(value.key) || isMailbox(value.text)) && value.key.length >= 5 && !isPath(value.text);
    case "url":
      return true;
    case "name":
      return value.words.length >= 2 && traced.strangeWords === value.words.length && titled.test(value.text);
    case "quote":
      return false;
    default:
      return value satisfies never;
  }
}
/** Kinds of pseudonyms found by their form, here as there; others a detector may take in one place and miss in another. */
const telling = /^(?:PHONE|EMAIL|URL|IBAN|SSN|CARD|MRN|DATE)/;
const titled = /^(?:Dr|Prof|Professor|Mr|Mrs|Ms|Herr|Frau|Sra?|Mme|M)\b\.?\s/;
/** A mail address that is not one for show. */
const isMailbox = (text: string): boolean => /^[\w.+-]{2,}@[\w-]+(?:\.[\w-]+)+$/.test(text) && !/^(?:name|user|you|your[\w.]*|someone|me|john\.?doe|jane\.?doe|email|test)@|@(?:example|domain|company|email)\.(?:com|org|net)$/i.test(text);
export const isPath = (text: string): boolean => /[/\\]|\.[a-z][a-z0-9]{0,4}$/i.test(text) && !text.includes("@");
const isRound = (value: number): boolean => Number.isInteger(value) && value % 100 === 0 && value <= 1000;
