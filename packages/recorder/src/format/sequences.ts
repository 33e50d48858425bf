/** Which sequence numbers of a writer have been seen: a few ranges as long as they come in order. Used by the segment reader. */
export interface SequenceRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

export class Sequences {
  /** Ascending: a number above all others extends the last range or begins one. */
  readonly #ranges: { readonly from: number; to: number }[] = [];
  /** Numbers that came after higher ones. Our writer makes none; bytes moved about in a damaged file may. */
  readonly #strays = new Set<number>();

  /** @returns false when the number was here before */
  add(sequence: number): boolean {
    const last = this.#ranges.at(-1);
    if (last === undefined || sequence > last.to + 1) this.#ranges.push({ from: sequence, to: sequence });
    else if (sequence === last.to + 1) last.to = sequence;
    else {
      if (this.#isInRange(sequence) || this.#strays.has(sequence)) return false;
      this.#strays.add(sequence);
    }
    return true;
  }

  /** What is missing between the first and the last number seen. */
  missing(): readonly SequenceRange[] {
    const strays = [...this.#strays].map((sequence) => ({ from: sequence, to: sequence }));
    const seen = strays.length === 0 ? this.#ranges : [...this.#ranges, ...strays].sort((a, b) => a.from - b.from);
    const missing: SequenceRange[] = [];
    for (let at = 1; at < seen.length; at += 1) {
      const from = (seen[at - 1] as SequenceRange).to + 1;
      const to = (seen[at] as SequenceRange).from - 1;
      if (from <= to) missing.push({ from, to });
    }
    return missing;
  }

  #isInRange(sequence: number): boolean {
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle] as SequenceRange;
      if (sequence < range.from) high = middle - 1;
      else if (sequence > range.to) low = middle + 1;
      else return true;
    }
    return false;
  }
}
