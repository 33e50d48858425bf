/**
 * A query laid beside a document: the run of both in which most of the weight matches (Smith-Waterman over words). What is around it, in a screenshot the
 * buttons and the clock, costs nothing; what is in it and does not match does.
 */

/** A pair of places: query word `query` is document word `document`. */
export interface Pair {
  readonly query: number;
  readonly document: number;
}
export interface Alignment {
  readonly score: number;
  /** Matching places, in order. */
  readonly pairs: readonly Pair[];
  /** Places that face each other and differ. */
  readonly differing: readonly Pair[];
}

/** Less than two gaps cost: what differs faces each other. */
const MISMATCH = -0.25;
const GAP = -0.15;
const nothing: Alignment = { score: 0, pairs: [], differing: [] };

/**
 * @param query     numbers of the query's words
 * @param document  for each word of the document the number of the query word it is, -1 for none
 * @param weights   by number; above 0
 */
export function align(query: readonly number[], document: readonly number[], weights: readonly number[]): Alignment {
  const width = document.length + 1;
  const scores = new Float32Array(width * (query.length + 1));
  const from = new Uint8Array(scores.length);
  let best = 0;
  let bestAt = 0;
  for (let i = 1; i <= query.length; i += 1) {
    const number = query[i - 1] as number;
    const gain = weights[number] ?? 0;
    const row = i * width;
    for (let j = 1; j < width; j += 1) {
      const at = row + j;
      const isMatch = document[j - 1] === number;
      let score = 0;
      let step = 0;
      const diagonal = (scores[at - width - 1] as number) + (isMatch ? gain : MISMATCH);
      if (diagonal > score) {
        score = diagonal;
        step = isMatch ? 1 : 2;
      }
      const up = (scores[at - width] as number) + GAP;
      if (up > score) {
        score = up;
        step = 3;
      }
      const left = (scores[at - 1] as number) + GAP;
      if (left > score) {
        score = left;
        step = 4;
      }
      scores[at] = score;
      from[at] = step;
      if (score > best) {
        best = score;
        bestAt = at;
      }
    }
  }
  if (best === 0) return nothing;
  const pairs: Pair[] = [];
  const differing: Pair[] = [];
  for (let at = bestAt; from[at] !== 0; ) {
    const pair = { query: Math.floor(at / width) - 1, document: (at % width) - 1 };
    const step = from[at];
    if (step === 1) pairs.push(pair);
    else if (step === 2) differing.push(pair);
    at -= step === 3 ? width : step === 4 ? 1 : width + 1;
  }
  return { score: best, pairs: pairs.toReversed(), differing: differing.toReversed() };
}
