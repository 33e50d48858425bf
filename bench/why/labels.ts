/**
 * The causes that judge retrieval against what people said of the same answers. Conversations are split in two by their id: the first half was there to
 * look at, the second is what is reported. Labels are taken as they are.
 */
import { diagnose } from "../../packages/workbench/src/diagnose/diagnose.ts";
import { contentWords, shareOf } from "../../packages/workbench/src/diagnose/words.ts";
import { clapnq, mtrag, mtragun, ragTrace, type RagTurn } from "../incidents/records.ts";
import { percent, table } from "./tables.ts";

const reported = (turn: RagTurn): boolean => {
  let hash = 0;
  for (const unit of turn.id.split("<")[0] ?? "") hash = (Math.imul(hash, 31) + (unit.codePointAt(0) ?? 0)) | 0;
  return (hash & 1) === 1;
};
const has = (turn: RagTurn, cause: string): boolean => diagnose(ragTrace(turn)).findings.some((finding) => finding.cause === cause);

/** Baselines a person would write in a line. */
const strangeNumber = (turn: RagTurn): boolean => (turn.answer.match(/\d[\d.,]*\d/g) ?? []).some((number) => !turn.chunks.some((chunk) => chunk.text.includes(number)));
const fewSharedWords = (turn: RagTurn): boolean => shareOf(contentWords(turn.question), contentWords(turn.chunks.map((chunk) => chunk.text).join(" "))) < 0.5;

function rows(name: string, turns: readonly RagTurn[], positive: (turn: RagTurn) => boolean, flagged: (turn: RagTurn) => boolean): (string | number)[][] {
  return [true, false].map((half) => {
    const some = turns.filter((turn) => reported(turn) === half);
    const hits = some.filter((turn) => flagged(turn));
    const right = hits.filter((turn) => positive(turn)).length;
    const all = some.filter((turn) => positive(turn)).length;
    return [name, half ? "reported" : "looked at", some.length, all, hits.length, percent(right, hits.length, 0), percent(right, all, 0)];
  });
}

export function labelTable(): void {
  const faith = mtrag().filter((turn) => turn.faithfulness !== null);
  const unfaithful = (turn: RagTurn): boolean => (turn.faithfulness ?? 4) < 3;
  const un = mtragun().filter((turn) => turn.answer !== "" && (turn.answerability === "ANSWERABLE" || turn.answerability === "UNANSWERABLE"));
  const unanswerable = (turn: RagTurn): boolean => turn.answerability === "UNANSWERABLE";
  const declined = clapnq().map((turn): RagTurn => ({ ...turn, answer: "I don't know based on the documents." }));
  table(
    "Against people's labels",
    ["cause, set, label", "half", "turns", "labelled", "found", "precision", "recall"],
    [
      ...rows("unsupported-value · mtrag, faithfulness < 3", faith, unfaithful, (turn) => has(turn, "unsupported-value")),
      ...rows("  baseline: a number no chunk holds", faith, unfaithful, strangeNumber),
      ...rows("retrieval-weak · mtragun, unanswerable", un, unanswerable, (turn) => has(turn, "retrieval-weak")),
      ...rows("  baseline: under half of the words shared", un, unanswerable, fewSharedWords),
      ...rows("retrieval-weak · clapnq, unanswerable, answer declines", declined, unanswerable, (turn) => has(turn, "retrieval-weak")),
      ...rows("  baseline: under half of the words shared", declined, unanswerable, fewSharedWords),
      ...rows("retrieval-empty · mtragun, unanswerable", un, unanswerable, (turn) => has(turn, "retrieval-empty")),
      ...rows("  baseline: no chunks", un, unanswerable, (turn) => turn.chunks.length === 0),
    ],
  );
}
