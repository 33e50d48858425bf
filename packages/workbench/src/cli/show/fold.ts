/**
 * Long texts are shown by their beginning, with the path that unfolds them. A path is a place in `show --json`; the words `signals` and
 * `value` in between may be left out.
 */
export interface FoldLimits {
  readonly chars: number;
  readonly lines: number;
}
export interface Folded {
  readonly text: string;
  /** Characters left out, 0 when it is whole. */
  readonly more: number;
}

/** Leaving out less than this would cost more room than it saves. */
const WORTHWHILE = 120;

export class Folding {
  readonly #isFull: boolean;
  readonly #open: readonly string[];

  constructor(isFull: boolean, unfold: readonly string[]) {
    this.#isFull = isFull;
    this.#open = unfold.map(shortPath);
  }

  fold(text: string, path: string, limits: FoldLimits): Folded {
    if (this.#isFull || this.isOpen(path)) return { text, more: 0 };
    let cut = Math.min(text.length, limits.chars);
    let lineEnd = -1;
    for (let line = 0; line < limits.lines; line += 1) {
      lineEnd = text.indexOf("\n", lineEnd + 1);
      if (lineEnd < 0 || lineEnd >= cut) break;
      if (line === limits.lines - 1) cut = lineEnd;
    }
    if (text.length - cut <= WORTHWHILE) return { text, more: 0 };
    const blank = Math.max(text.lastIndexOf(" ", cut), text.lastIndexOf("\n", cut));
    if (blank > cut * 0.8) cut = blank;
    return { text: text.slice(0, cut).trimEnd(), more: text.length - cut };
  }

  /** True for the path itself and everything below it. */
  isOpen(path: string): boolean {
    const wanted = shortPath(path);
    return this.#isFull || this.#open.some((open) => wanted === open || wanted.startsWith(`${open}.`) || wanted.startsWith(`${open}[`));
  }
}

export const shortPath = (path: string): string => path.replaceAll(/\.signals\.(\w+)(?:\.value(?=[.[]|$))?/g, ".$1");
