/** Texts hidden in base64 runs: decoded, so that they can be searched like any other. Linear: each run is decoded once, and only when its beginning is text. */
import { isPrintable } from "../structure/media.ts";

export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Shorter runs must end in padding to be worth a try. */
const MIN_UNITS = 12;
const MIN_PADDED_UNITS = 8;

const kinds = { none: 0, lower: 1, upper: 2, other: 3 } as const;
const kindOf = new Uint8Array(128);
for (let code = 0x30; code < 0x7b; code += 1) kindOf[code] = code < 0x3a ? kinds.other : code < 0x41 ? kinds.none : code < 0x5b ? kinds.upper : code < 0x61 ? kinds.none : kinds.lower;
for (const mark of "+/_-") kindOf[mark.charCodeAt(0)] = kinds.other;

/**
 * Base64 and base64url runs whose bytes are UTF-8 text. Words, numbers and snake_case are not worth a try: a run must have small letters and a capital after its
 * first character, or padding.
 */
export function encodedRuns(text: string): readonly EncodedRun[] {
  let runs: EncodedRun[] | undefined;
  let start = 0;
  let lower = false;
  let inner = false;
  for (let at = 0; at <= text.length; at += 1) {
    // A run ends no sooner than MIN_PADDED_UNITS after its start: when that place holds no digit of base64, none begins before it.
    while (at === start && at + MIN_PADDED_UNITS - 1 < text.length) {
      const last = lastOutside(text, at, at + MIN_PADDED_UNITS - 1);
      if (last < 0) break;
      at = start = last + 1;
    }
    const code = at < text.length ? text.charCodeAt(at) : 0;
    const kind = code < 128 ? (kindOf[code] as number) : kinds.none;
    if (kind === kinds.lower) lower = true;
    else if (kind === kinds.upper) inner ||= at > start;
    else if (kind === kinds.none) {
      const isPadded = code === 0x3d;
      if (at - start >= (isPadded ? MIN_PADDED_UNITS : MIN_UNITS) && ((lower && inner) || isPadded)) {
        let end = at;
        while (end < at + 2 && text.charCodeAt(end) === 0x3d) end += 1;
        const decoded = decode(text.slice(start, at));
        if (decoded !== undefined) (runs ??= []).push({ start, end, text: decoded });
      }
      start = at + 1;
      lower = false;
      inner = false;
    }
  }
  return runs ?? NONE;
}
const NONE: readonly EncodedRun[] = [];

/** The last unit of a stretch that is no digit of base64; -1 when all are. */
function lastOutside(text: string, from: number, to: number): number {
  for (let at = to; at >= from; at -= 1) {
    const code = text.charCodeAt(at);
    if (code >= 128 || kindOf[code] === kinds.none) return at;
  }
  return -1;
}

function decode(run: string): string | undefined {
  // A run cut out of a longer one does not start at a multiple of four.
  for (let phase = 0; phase < 4 && run.length - phase >= 8; phase += 1) {
    if (!beginsAsText(run, phase)) continue;
    const bytes = Buffer.from(phase === 0 ? run : run.slice(phase), "base64");
    if (isPrintable(bytes)) return bytes.toString("utf8");
  }
  return undefined;
}

const sextets = new Uint8Array(128);
for (const [value, digit] of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".split("").entries()) sextets[digit.charCodeAt(0)] = value;
sextets[0x2d] = 62;
sextets[0x5f] = 63;
const head = new Uint8Array(6);

/** Whether the first six bytes can be text: rules out most ids and keys without decoding them. */
function beginsAsText(run: string, phase: number): boolean {
  for (let group = 0; group < 2; group += 1) {
    const at = phase + group * 4;
    const bits = ((sextets[run.charCodeAt(at)] as number) << 18) | ((sextets[run.charCodeAt(at + 1)] as number) << 12) | ((sextets[run.charCodeAt(at + 2)] as number) << 6) | (sextets[run.charCodeAt(at + 3)] as number);
    head[group * 3] = bits >> 16;
    head[group * 3 + 1] = bits >> 8;
    head[group * 3 + 2] = bits;
  }
  return isPrintable(head);
}
