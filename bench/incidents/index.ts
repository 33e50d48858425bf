/**
 * The labelled incident set: `incidents(perWay)` draws records with a seed per way and edits them; the same call gives the same set.
 *
 * The ways marked `held-out` were written before the rules of `workbench/src/diagnose/causes` and are run for the table only.
 */
import { answerWays } from "./answers.ts";
import { fourthAnswerWays } from "./fourth-answers.ts";
import { fourthSourceWays } from "./fourth-sources.ts";
import type { Incident, Records, Way } from "./incident.ts";
import { seeded } from "./random.ts";
import { agentRuns, clapnq, jsonAnswers, mtrag, mtragun, readLines } from "./records.ts";
import { moreWays } from "./more.ts";
import { runWays } from "./runs.ts";
import { sourceWays } from "./sources.ts";
import { thirdAnswerWays } from "./third-answers.ts";
import { thirdSourceWays } from "./third-sources.ts";
import { toolWays } from "./tools.ts";

export const ways: readonly Way[] = [...answerWays, ...toolWays, ...sourceWays, ...runWays, ...moreWays, ...thirdAnswerWays, ...thirdSourceWays, ...fourthAnswerWays, ...fourthSourceWays];

interface Malformed {
  readonly raw: string;
  readonly expected?: unknown;
  readonly already_valid?: boolean;
}
export function records(): Records {
  return {
    runs: agentRuns(),
    rag: mtrag().filter((turn) => (turn.faithfulness ?? 0) >= 3.5 && turn.answerability === "ANSWERABLE"),
    plain: [...mtragun(), ...clapnq()].filter((turn) => turn.answerability === "ANSWERABLE" && turn.answer !== ""),
    answers: jsonAnswers(),
    malformed: readLines<Malformed>("json/malformed_json.jsonl").flatMap((line) => (line.expected !== undefined && line.already_valid !== true ? [{ raw: line.raw, expected: line.expected }] : [])),
  };
}

/** `perWay` incidents of every way; fewer where the records do not suit. */
export function incidents(from: Records, perWay: number, chosen: (way: Way) => boolean = () => true): Incident[] {
  const made: Incident[] = [];
  if (from.runs.length === 0 || from.rag.length === 0) return made;
  for (const way of ways.filter(chosen)) {
    const random = seeded(`${way.cause}/${way.name}`);
    for (let drawn = 0, count = 0; count < perWay && drawn < 4_000; drawn += 1) {
      const incident = way.make(from, random);
      if (!incident) continue;
      made.push({ ...incident, cause: way.cause, way: way.name, half: way.half });
      count += 1;
    }
  }
  return made;
}
