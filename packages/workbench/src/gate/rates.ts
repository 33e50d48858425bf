/** Shares and medians with their intervals, and the test of two shares. What drift's claims rest on; the logarithm of the gamma function is simple-statistics'. */
import { gammaln } from "simple-statistics";

/** A share of cases, with the Wilson interval at 95 %. */
export interface Share {
  readonly kind: "share";
  readonly count: number;
  readonly of: number;
  /** null of nothing. */
  readonly rate: number | null;
  readonly low: number;
  readonly high: number;
}
/** Milliseconds or tokens of many traces, from counts in buckets four to the octave: good to a tenth. */
export interface Size {
  readonly kind: "size";
  readonly of: number;
  readonly median: number | null;
  readonly p95: number | null;
  /** Interval of the median at 95 %. */
  readonly low: number | null;
  readonly high: number | null;
}
export type Figure = Share | Size;
/** Traces by bucket (`store/outcomes.ts`). */
export type Histogram = ReadonlyMap<number, number>;

/** The normal quantile at 97.5 %. */
const z95 = 1.959_963_984_540_054;

/** @see Wilson (1927); keeps its coverage where shares are small, as the plain interval does not */
export function shareOf(count: number, of: number): Share {
  if (of === 0) return { kind: "share", count, of, rate: null, low: 0, high: 1 };
  const rate = count / of;
  const centre = (rate + z95 ** 2 / (2 * of)) / (1 + z95 ** 2 / of);
  const half = (z95 / (1 + z95 ** 2 / of)) * Math.sqrt((rate * (1 - rate)) / of + z95 ** 2 / (4 * of ** 2));
  return { kind: "share", count, of, rate, low: count === 0 ? 0 : centre - half, high: count === of ? 1 : centre + half };
}

export function sizeOf(histogram: Histogram): Size {
  const of = [...histogram.values()].reduce((sum, n) => sum + n, 0);
  if (of === 0) return { kind: "size", of, median: null, p95: null, low: null, high: null };
  // ranks of the median's interval: binomial with a half, by its normal limit
  const half = (z95 * Math.sqrt(of)) / 2 / of;
  const at = (quantile: number): number => quantileOf(histogram, of, Math.min(1, Math.max(0, quantile)));
  return { kind: "size", of, median: at(0.5), p95: at(0.95), low: at(0.5 - half), high: at(0.5 + half) };
}

function quantileOf(histogram: Histogram, of: number, quantile: number): number {
  let before = 0;
  const buckets = [...histogram].sort(([a], [b]) => a - b);
  for (const [bucket, n] of buckets) {
    if (before + n >= quantile * of && n > 0) return 2 ** ((bucket + Math.min(1, Math.max(0, (quantile * of - before) / n))) / 4);
    before += n;
  }
  return 2 ** (((buckets.at(-1)?.[0] ?? 0) + 1) / 4);
}

/** The bucket that parts a histogram most evenly: so many lie in it or above. Where the median's own bucket holds most of them, that one begins the upper part or ends the lower. */
export function middleCut(histogram: Histogram): number {
  const bucket = medianBucket(histogram);
  let [within, above, of] = [0, 0, 0];
  for (const [at, n] of histogram) {
    of += n;
    if (at === bucket) within += n;
    else if (at > bucket) above += n;
  }
  return Math.abs(above + within - of / 2) < Math.abs(above - of / 2) ? bucket : bucket + 1;
}

/** The bucket the median lies in. */
function medianBucket(histogram: Histogram): number {
  const of = [...histogram.values()].reduce((sum, n) => sum + n, 0);
  let before = 0;
  for (const [bucket, n] of [...histogram].sort(([a], [b]) => a - b)) {
    before += n;
    if (before >= of / 2) return bucket;
  }
  return 0;
}

const lnChoose = (n: number, k: number): number => gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);

/**
 * Fisher's exact test of two shares, two-sided.
 *
 * @returns the chance of a difference at least so unlikely when both are the same; 1 when there is nothing to compare
 */
export function fisher(countA: number, ofA: number, countB: number, ofB: number): number {
  const count = countA + countB;
  const all = ofA + ofB;
  if (ofA === 0 || ofB === 0 || count === 0 || count === all) return 1;
  const whole = lnChoose(all, count);
  const ln = (k: number): number => lnChoose(ofA, k) + lnChoose(ofB, count - k) - whole;
  const seen = ln(countA) + 1e-7;
  const first = Math.max(0, count - ofB);
  const last = Math.min(ofA, count);
  const mode = Math.min(last, Math.max(first, Math.floor(((ofA + 1) * (count + 1)) / (all + 2))));
  // From the mode outwards the terms fall: what is below 1e-18 of the sum adds nothing.
  let p = 0;
  for (const step of [1, -1]) {
    for (let k = step === 1 ? mode : mode - 1; k >= first && k <= last; k += step) {
      const term = ln(k);
      if (term <= seen) p += Math.exp(term);
      if (term < -42 && term < seen) break;
    }
  }
  return Math.min(1, p);
}

/**
 * Which of many tests hold when all together may be wrong with the chance `alpha` (Holm 1979).
 *
 * @returns for each p whether its test holds, in the order given
 */
export function holm(ps: readonly number[], alpha: number): readonly boolean[] {
  const order = ps.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const holds = ps.map(() => false);
  for (const [rank, { p, at }] of order.entries()) {
    if (p > alpha / (ps.length - rank)) break;
    holds[at] = true;
  }
  return holds;
}

/** Shares of one measure by spans of time, oldest first. */
export type Shares = readonly { readonly count: number; readonly of: number }[];

/**
 * How much more shares scatter from one span of time to the next than chance lets them: 1 is chance. Traces of one conversation fail together, so that
 * a hundred of them say less than a hundred that know nothing of each other; tests take the counts divided by this.
 *
 * Compared are neighbours in time, within each of the series: a step between two of them does not count. What is estimated from few neighbours is put the higher, as Student's t
 * is wider than the normal: by as much as it is where a claim among some fifty comparisons is decided.
 *
 * @param seesAll  neighbours that agree in all or none do not scatter; else such a pair, of a share too small to be seen, tells nothing
 * @returns null when there are no neighbours to tell by
 */
export function scatter(series: readonly Shares[], seesAll: boolean = false): number | null {
  let sum = 0;
  let pairs = 0;
  for (const one of series)
    for (let at = 1; at < one.length; at += 1) {
      const [a, b] = [one[at - 1], one[at]];
      if (a === undefined || b === undefined || a.of < MIN_PAIRED || b.of < MIN_PAIRED) continue;
      const pooled = (a.count + b.count) / (a.of + b.of);
      const variance = pooled * (1 - pooled) * (1 / a.of + 1 / b.of);
      if (variance === 0 && !seesAll) continue;
      if (variance > 0) sum += (a.count / a.of - b.count / b.of) ** 2 / variance;
      pairs += 1;
    }
  return pairs === 0 ? null : Math.max(1, sum / pairs) * wider(pairs * INDEPENDENT);
}
const MIN_PAIRED = 5;
/** Each span stands in two pairs, so that n pairs say less than n that share none: two thirds of them by their variance. Fisher's test is stricter than Student's already; put as high as steady traffic lets it (`npm run bench drift`). */
const INDEPENDENT = 0.8;
/** The normal quantile at 1 in 1,000, two-sided. */
const z999 = 3.290_526_731_491_926;
/** (t / z)² at that quantile. @see Wallace (1959), whose approximation can be turned round */
const wider = (degrees: number): number => (degrees * Math.expm1((z999 * ((8 * degrees + 3) / (8 * degrees + 1))) ** 2 / degrees)) / z999 ** 2;
