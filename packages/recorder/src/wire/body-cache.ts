/**
 * The last request bodies with the pieces they were cut into. A conversation's next body begins like its last one, so only what is new is cut and
 * redacted; the rest costs a comparison of memory.
 */
import { scanJson } from "../format/json-scan.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { noPieces, type HeldPieces } from "./body.ts";
import { JsonSplitter, wholeText, type Boundary } from "./body-json.ts";

interface Kept {
  readonly text: string;
  /** Redacts as the scope the pieces were made with. */
  readonly key: unknown;
  readonly pieces: HeldPieces;
  readonly boundaries: readonly Boundary[];
}

/** Bodies kept: about as many conversations as one process has going at a time. */
const BODIES = 24;
const MAX_UNITS = 8 * 1024 * 1024;
/** A larger body is cut anew each time. */
const MAX_BODY_UNITS = 2 * 1024 * 1024;

export class BodyCache {
  /** Latest first. */
  readonly #kept: Kept[] = [];
  #units = 0;

  /** Cut a request's JSON body; a text that is none is one piece. */
  split(text: string, scope: RedactionScope): HeldPieces {
    const key = scope.cacheKey;
    const found = this.#longestShared(text, key);
    const shared = found === undefined ? undefined : found.kept.boundaries[found.boundary];
    const from = shared === undefined ? { pieces: noPieces(), offset: 0 } : { pieces: firstPieces((found as Found).kept.pieces, shared.pieces), offset: shared.state.offset - 1 };
    const boundaries = shared === undefined ? [] : (found as Found).kept.boundaries.slice(0, (found as Found).boundary + 1);
    const splitter = new JsonSplitter(text, scope, "input", from, boundaries);
    if (scanJson(text, splitter.visitor, shared?.state) >= 0) return wholeText(text, scope, "input");
    const pieces = splitter.end(text.length);
    if (text.length <= MAX_BODY_UNITS && boundaries.length > 0) this.#keep({ text, key, pieces, boundaries }, found);
    return pieces;
  }

  #longestShared(text: string, key: unknown): Found | undefined {
    let best: Found | undefined;
    let bestOffset = 0;
    for (const kept of this.#kept) {
      if (kept.key !== key) continue;
      const boundary = lastShared(text, kept, bestOffset);
      if (boundary < 0) continue;
      best = { kept, boundary };
      bestOffset = offsetOf(kept, boundary);
      // All of it but its very end: this is the conversation's last body.
      if (boundary === kept.boundaries.length - 1) break;
    }
    return best;
  }

  /** A body that goes on from another takes its place. */
  #keep(body: Kept, from: Found | undefined): void {
    if (from !== undefined && from.boundary === from.kept.boundaries.length - 1) this.#forget(this.#kept.indexOf(from.kept));
    this.#kept.unshift(body);
    this.#units += body.text.length;
    while (this.#kept.length > BODIES || this.#units > MAX_UNITS) this.#forget(this.#kept.length - 1);
  }

  #forget(at: number): void {
    const [body] = this.#kept.splice(at, 1);
    this.#units -= body?.text.length ?? 0;
  }
}

interface Found {
  readonly kept: Kept;
  readonly boundary: number;
}
const offsetOf = (kept: Kept, boundary: number): number => (kept.boundaries[boundary] as Boundary).state.offset;
const firstPieces = ({ texts, codes, json }: HeldPieces, count: number): HeldPieces => ({ texts: texts.slice(0, count), codes: codes.slice(0, count), json: json.slice(0, count) });

/** The last boundary of a kept body up to which the text is the same, if it lies behind `after`; else -1. Compares each unit about once. */
function lastShared(text: string, kept: Kept, after: number): number {
  let low = 0;
  let high = kept.boundaries.length - 1;
  while (low <= high && offsetOf(kept, low) <= after) low += 1;
  if (low > high || !isSame(text, kept.text, 0, offsetOf(kept, low))) return -1;
  let same = offsetOf(kept, low);
  while (low < high) {
    // A conversation shares all but its end, another one little: look at the end first, then halve.
    const middle = high === kept.boundaries.length - 1 ? high : (low + high + 1) >> 1;
    if (isSame(text, kept.text, same, offsetOf(kept, middle))) {
      low = middle;
      same = offsetOf(kept, low);
    } else high = middle - 1;
  }
  return low;
}
/** The last unit first: it tells most bodies of one template apart for nothing. */
const isSame = (one: string, other: string, start: number, end: number): boolean => one.length >= end && one.charCodeAt(end - 2) === other.charCodeAt(end - 2) && one.slice(start, end) === other.slice(start, end);
