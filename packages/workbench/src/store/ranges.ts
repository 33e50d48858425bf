/** Which sequence numbers of a writer a store has: what makes an entry count once, and what proves that none is missing. */
export interface Range {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

export class Ranges {
  readonly #ranges: { from: number; to: number }[];

  private constructor(ranges: { from: number; to: number }[]) {
    this.#ranges = ranges;
  }
  static empty(): Ranges {
    return new Ranges([]);
  }
  /** @param text  what `toText` wrote */
  static parse(text: string): Ranges {
    return new Ranges((JSON.parse(text) as readonly [number, number][]).map(([from, to]) => ({ from, to })));
  }
  toText(): string {
    return JSON.stringify(this.#ranges.map(({ from, to }) => [from, to]));
  }

  has(value: number): boolean {
    const range = this.#ranges[this.#after(value) - 1];
    return range !== undefined && value <= range.to;
  }
  /** @returns false when it was here already */
  add(value: number): boolean {
    return this.addRange(value, value) > 0;
  }
  /** @returns how many of them were not here yet */
  addRange(from: number, to: number): number {
    const ranges = this.#ranges;
    let first = this.#after(from) - 1;
    // Joins the range before when it reaches or touches it.
    if (first < 0 || (ranges[first] as Range).to < from - 1) first += 1;
    let last = first;
    let merged = { from, to };
    let known = 0;
    for (; last < ranges.length && (ranges[last] as Range).from <= to + 1; last += 1) {
      const range = ranges[last] as Range;
      known += Math.max(0, Math.min(range.to, to) - Math.max(range.from, from) + 1);
      merged = { from: Math.min(merged.from, range.from), to: Math.max(merged.to, range.to) };
    }
    ranges.splice(first, last - first, merged);
    return to - from + 1 - known;
  }
  /** In order, none touching the next. */
  get all(): readonly Range[] {
    return this.#ranges;
  }
  /** What is not here between `first` and the last number that is. */
  missing(first: number): readonly Range[] {
    const missing: Range[] = [];
    let next = first;
    for (const { from, to } of this.#ranges) {
      if (from > next) missing.push({ from: next, to: from - 1 });
      next = Math.max(next, to + 1);
    }
    return missing;
  }
  get last(): number | undefined {
    return this.#ranges.at(-1)?.to;
  }

  /** Index of the first range that begins after `value`. */
  #after(value: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as Range).from <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
