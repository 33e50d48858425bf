/** Texts hidden in base64 runs: decoded, so that they can be searched like any other. Linear: each run is decoded once, and only when its beginning is text. */
import { isPrintable } from "../structure/media.ts";

export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const RUN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
const HEAD_UNITS = 24;

/** Base64 and base64url runs whose bytes are UTF-8 text. */
export function* encodedRuns(text: string): Generator<EncodedRun> {
  for (const match of text.matchAll(RUN)) {
    const run = match[0];
    if (!isCandidate(run)) continue;
    const decoded = decode(run);
    if (decoded !== undefined) yield { start: match.index, end: match.index + run.length, text: decoded };
  }
}

/** Words, numbers and snake_case are no base64 worth a try: capitals inside, mixed with small letters, or padding. */
function isCandidate(run: string): boolean {
  if (run.endsWith("=")) return true;
  if (run.length < 12) return false;
  let lower = false;
  let inner = false;
  for (let at = 0; at < run.length && at < 64; at += 1) {
    const code = run.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) lower = true;
    else if (at > 0 && code >= 0x41 && code <= 0x5a) inner = true;
  }
  return lower && inner;
}

function decode(run: string): string | undefined {
  // A run cut out of a longer one does not start at a multiple of four.
  for (let phase = 0; phase < 4 && run.length - phase >= 8; phase += 1) {
    const head = Buffer.from(run.slice(phase, phase + HEAD_UNITS), "base64");
    if (!isPrintable(head)) continue;
    const bytes = Buffer.from(phase === 0 ? run : run.slice(phase), "base64");
    if (isPrintable(bytes)) return bytes.toString("utf8");
  }
  return undefined;
}
