/** Names of persons: titles and fields first, then every run of capitalised words by its weight; what is sure is then taken wherever the text repeats it. Without lists, only titles, labels and nouns speak for a name. */
import type { Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { context, isCode, isProgram } from "./context.ts";
import { labelled, lowerField, titled } from "./fields.ts";
import { lowerCase } from "./lower.ts";
import { person } from "./person.ts";
import { gather } from "./run.ts";
import { weigh } from "./weigh.ts";
import { guessFacts, isName, startsName } from "./words.ts";

const placeholder = /^(?:John|Jane|Joe) (?:Doe|Bloggs|Public|Roe)\b/;

/**
 * Finds every name of the text.
 *
 * @param busy      tokens that other finds already cover; those of names are added
 * @param repeated  hashes of the parts of sure names, from the text before this one; those found here are added
 */
export function findNames(reading: Reading, busy: Uint8Array, repeated: Set<number>): void {
  const { scan, text } = reading;
  guessFacts(reading);
  const strict = isProgram(reading);
  for (let at = 0; at < scan.count; at++) {
    if (busy[at] !== 0 || scan.kind[at] !== kind.word) continue;
    const roles = scan.roles[at] ?? 0;
    if ((roles & role.title) !== 0) {
      const end = titled(reading, at, busy, repeated);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (scan.shape[at] === shape.lower) {
      const end = lowerField(reading, at, busy, repeated) || lowerCase(reading, at, busy, repeated);
      if (end > 0) at = end;
      continue;
    }
    // in program text nobody is called John Doe
    if (strict && placeholder.test(text.slice(scan.start[at], (scan.end[at] ?? 0) + 8))) {
      at += 1;
      continue;
    }
    const labelledEnd = labelled(reading, at, busy, repeated);
    if (labelledEnd > 0) {
      at = labelledEnd;
      continue;
    }
    if (!isName(reading, at) && !startsName(reading, at)) continue;
    const run = gather(reading, at, busy);
    weigh(reading, run, busy, repeated, strict);
    at = run.last;
  }
  if (repeated.size > 0) repeat(reading, busy, repeated);
}

/** Takes the words of names found with certainty wherever else they stand with a capital. */
function repeat(reading: Reading, busy: Uint8Array, repeated: ReadonlySet<number>): void {
  const { scan } = reading;
  for (let at = 0; at < scan.count; at++) {
    if (busy[at] !== 0 || scan.kind[at] !== kind.word || scan.shape[at] === shape.lower || scan.shape[at] === shape.initial || !repeated.has(scan.hash[at] ?? 0)) continue;
    if (isCode(reading, at, at) || context(reading, at, at).weight <= -2) continue;
    let last = at;
    while (last + 1 < scan.count && scan.gap[last + 1] === gap.space && scan.shape[last + 1] !== shape.lower && repeated.has(scan.hash[last + 1] ?? 0) && busy[last + 1] === 0) last += 1;
    person(reading, at, last, "name.repeated", 0.7, busy);
    at = last;
  }
}
