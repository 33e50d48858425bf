/** A pattern of a declared value where it stands in the stream, and what is taken of the raw text for it. */
import type { Taken } from "../taken.ts";
import type { Knowledge, Pattern } from "./knowledge.ts";
import type { Stream } from "./stream.ts";

/** One name part or value in the stream: units `start` to `end`. */
export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly pattern: Pattern;
}

export interface What {
  readonly type: string;
  readonly rule: string;
  readonly parts: readonly string[];
  readonly persons: readonly number[];
}

/** What is taken for the units `start` to `end`. */
export function takeOf(stream: Stream, knowledge: Knowledge, start: number, end: number, what: What): Taken {
  const identity = what.persons.length === 1 ? knowledge.persons[what.persons[0] as number]?.identity : undefined;
  return {
    start: stream.from[start] as number,
    end: stream.to[end - 1] as number,
    type: what.type,
    layer: "declared",
    rule: what.rule,
    score: 1,
    parts: what.parts,
    ...(identity === undefined ? {} : { identity }),
  };
}

export const ruleOf = (pattern: Pattern): string => (pattern.kind === "text" ? "declared.text" : pattern.type === "PHONE" ? "declared.phone" : "declared.id");
