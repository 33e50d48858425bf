/** Which sequence numbers of a writer have been seen, as ranges: one range as long as nothing is missing. Used by the segment reader. */
export interface SequenceRange {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

export class Sequences {
  readonly #ranges: { from: number; to: number }[] = [];

  /** @returns false when the number was here before. Cheap for numbers that come in order. */
  add(sequence: number): boolean {
    let at = this.#ranges.length;
    while (at > 0 && (this.#ranges[at - 1] as SequenceRange).from > sequence) at -= 1;
    const before = this.#ranges[at - 1];
    const after = this.#ranges[at];
    if (before !== undefined && sequence <= before.to) return false;
    const joinsBefore = before !== undefined && before.to + 1 === sequence;
    const joinsAfter = after !== undefined && after.from - 1 === sequence;
    if (joinsBefore && joinsAfter) {
      before.to = after.to;
      this.#ranges.splice(at, 1);
    } else if (joinsBefore) before.to = sequence;
    else if (joinsAfter) after.from = sequence;
    else this.#ranges.splice(at, 0, { from: sequence, to: sequence });
    return true;
  }

  /** What is missing between the first and the last number seen. */
  missing(): readonly SequenceRange[] {
    return this.#ranges.slice(1).map((range, index) => ({ from: (this.#ranges[index] as SequenceRange).to + 1, to: range.from - 1 }));
  }
}
