/** Seeded randomness (mulberry32), so that every run builds the same incidents. */
export interface Random {
  /** [0, 1) */
  next(): number;
  /** Integer in [0, below). */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  digits(length: number): string;
  letters(length: number): string;
}

export function seeded(seed: string): Random {
  let state = 0x811c9dc5;
  for (const unit of seed) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[below(from.length)];
    if (chosen === undefined) throw new RangeError("nothing to pick from");
    return chosen;
  };
  const draw = (alphabet: string, length: number): string => Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  return { next, below, pick, digits: (length) => String(1 + below(9)) + draw("0123456789", length - 1), letters: (length) => draw("BCDFGHJKLMNPQRSTVWXZ", length) };
}
