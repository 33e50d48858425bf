/**
 * Detectors an app brings along. They run inside the emit call and cannot be interrupted, so each call is timed: one that throws costs this text; one that is
 * too slow costs this text and, for a while, every text it would have had to see. Nothing passes unseen.
 */
export interface OwnSpan {
  readonly start: number;
  readonly end: number;
  /** Capital letters, digits and `_`: becomes the pseudonym's type. */
  readonly type: string;
  readonly rule?: string;
  readonly score?: number;
}
/** Pure and synchronous: offsets are UTF-16 units, `end` exclusive. */
export type OwnDetector = (text: string) => readonly OwnSpan[];

/** Why a text is dropped: the redactor turns it into a marker. */
export class RedactionStopped extends Error {
  readonly why: "redaction-failed" | "over-budget";
  constructor(why: "redaction-failed" | "over-budget", sentence: string) {
    super(sentence);
    this.why = why;
  }
}

export interface OwnDetectorOptions {
  /** Of one detector on one text of up to 64 KB; longer texts get more in proportion. */
  readonly budgetMs: number;
  readonly nowMs: () => number;
}

const MOST_SPANS = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

export class OwnDetectors {
  readonly #all: { readonly detect: OwnDetector; readonly name: string; pausedUntilMs: number; pauseMs: number }[];
  readonly #options: OwnDetectorOptions;

  constructor(detectors: readonly OwnDetector[], options: OwnDetectorOptions) {
    this.#all = detectors.map((detect, index) => ({ detect, name: detect.name === "" ? `own ${index + 1}` : detect.name, pausedUntilMs: 0, pauseMs: FIRST_PAUSE_MS }));
    this.#options = options;
  }

  /** @throws RedactionStopped when a detector threw, was too slow, is paused because it was, or gave spans outside the text */
  run(text: string): readonly OwnSpan[] {
    if (this.#all.length === 0) return NONE;
    const found: OwnSpan[] = [];
    for (const one of this.#all) {
      const startedMs = this.#options.nowMs();
      if (startedMs < one.pausedUntilMs) throw new RedactionStopped("over-budget", `the detector ${one.name} is paused after it was too slow`);
      try {
        let count = 0;
        for (const span of one.detect(text)) {
          // More spans than places they could begin and end at: an iterator that does not end.
          if ((count += 1) > text.length * 2 + MOST_SPANS) throw new RangeError("too many spans");
          found.push(checked(span, text.length));
        }
      } catch {
        throw new RedactionStopped("redaction-failed", `the detector ${one.name} threw or gave no spans`);
      }
      const tookMs = this.#options.nowMs() - startedMs;
      if (tookMs > this.#options.budgetMs * Math.max(1, text.length / 65_536)) {
        one.pausedUntilMs = startedMs + tookMs + one.pauseMs;
        one.pauseMs = Math.min(LONGEST_PAUSE_MS, one.pauseMs * 2);
        throw new RedactionStopped("over-budget", `the detector ${one.name} took longer than ${this.#options.budgetMs} ms`);
      }
    }
    return found;
  }
}
const NONE: readonly OwnSpan[] = [];

function checked(span: OwnSpan, length: number): OwnSpan {
  // Read once: what a getter says the second time is nobody's business.
  const { start, end, type, rule, score } = span;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > length || start >= end || typeof type !== "string") throw new RangeError("a span outside its text");
  return { start, end, type, ...(typeof rule === "string" ? { rule } : {}), ...(typeof score === "number" ? { score } : {}) };
}
