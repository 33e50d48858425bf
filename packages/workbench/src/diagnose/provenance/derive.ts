/**
 * Values nobody wrote but somebody could have worked out: sums, differences, products, ratios and percentages of two numbers of the input, sums
 * of one field over a list, days a little before or after a day of the input.
 *
 * Bounded, and wary of coincidence: among many numbers some pair gives almost any value, so the more numbers there are to choose from, the more
 * digits the result must have.
 */
import { daysBetween, type Day } from "./dates.ts";
import type { DayHit, Operand } from "./sources.ts";
import { tidy, type Unit } from "./units.ts";
import type { Value } from "./values.ts";

export interface Derivation {
  readonly note: string;
  readonly from: readonly Operand[];
  /** How often chance alone would give such a result from this many numbers; below 0.3 it is taken for a derivation. */
  readonly byChance: number;
}

const MAX_OPERANDS = 240;
/** Ways to combine two numbers that are tried. */
const OPERATIONS = 6;

type NumberValue = Extract<Value, { type: "number" }>;

/** The best explanation of a number by arithmetic; null when there is none. @param operands numbers the answer could rest on, nearest last */
export function deriveNumber(value: NumberValue, operands: readonly Operand[]): Derivation | null {
  const wanted = value.number.value;
  if (wanted === 0) return null;
  const near = distinct(operands).slice(-MAX_OPERANDS);
  const rounding = 0.5 * 10 ** -value.number.decimals;
  const equals = (result: number): boolean => Math.abs(result - wanted) < Math.max(rounding * (value.number.decimals > 0 ? 1 : 1e-6), Math.abs(wanted) * 1e-9) || tidy(result) === wanted;
  const digits = Math.max(value.number.significant, String(Math.trunc(wanted)).length);
  const chance = (choices: number): number => (choices * choices * OPERATIONS) / 2 / 10 ** digits;
  let best: Derivation | null = null;
  const keep = (note: string, from: readonly Operand[], choices: number): void => {
    const byChance = chance(choices);
    if (best === null || byChance < best.byChance) best = { note, from, byChance };
  };
  const inPassage = new Map<Operand["passage"], number>();
  for (const operand of near) inPassage.set(operand.passage, (inPassage.get(operand.passage) ?? 0) + 1);
  const choicesOf = (left: Operand, right: Operand): number => (left.passage === right.passage ? (inPassage.get(left.passage) ?? near.length) : near.length);

  const byValue = new Map(near.map((operand) => [tidy(operand.value), operand] as const));
  for (const left of near) {
    for (const [other, note] of [
      [wanted - left.value, "sum"],
      [left.value - wanted, "difference"],
      [wanted + left.value, "difference"],
      [wanted / left.value, "product"],
    ] as const) {
      const right = byValue.get(tidy(other));
      if (right && right !== left && right.value !== 0 && Math.abs(right.value) !== 1) keep(note, [left, right], choicesOf(left, right));
    }
  }
  if (near.length <= 120) {
    const percent = value.unit?.name === "%";
    for (const left of near)
      for (const right of near) {
        if (left === right || right.value === 0) continue;
        const ratio = left.value / right.value;
        if (percent && (equals(ratio * 100) || equals((ratio - 1) * 100) || equals((1 - ratio) * 100))) keep("percentage", [left, right], choicesOf(left, right));
        else if (!percent && Math.abs(right.value) > 1 && equals(ratio)) keep("ratio", [left, right], choicesOf(left, right));
        if (left.unit?.name !== "%") continue;
        if (equals((left.value / 100) * right.value)) keep("percentage", [left, right], choicesOf(left, right));
        else if (equals((1 + left.value / 100) * right.value) || equals((1 - left.value / 100) * right.value)) keep(`${right.value} and ${left.value} % of it`, [left, right], choicesOf(left, right));
      }
  }
  for (const group of fields(near)) {
    const found = sumOf(wanted, group);
    if (found) keep(`sum of ${found.length}`, found, Math.sqrt(2 ** Math.min(group.length, 12) / OPERATIONS));
  }
  for (const operand of near) {
    const times = wanted / operand.value;
    if (Number.isInteger(times) && times >= 2 && times <= 9 && digits >= 3) keep(`${times} times`, [operand], Math.sqrt(near.length));
  }
  for (const operand of near) {
    const written = value.unit === null || operand.unit === null ? null : converted(operand.value, operand.unit, value.unit);
    if (written === null || operand.unit === null) continue;
    const off = Math.abs(written - wanted);
    if (off > roundingOf(value, wanted)) continue;
    const alike = near.filter((other) => other.unit?.dimension === operand.unit?.dimension).length;
    const byChance = (alike * 2 * roundingOf(value, wanted)) / wanted;
    if (best === null || byChance < best.byChance) best = { note: `${tidy(operand.value)} ${operand.unit.name} converted`, from: [operand], byChance };
  }
  return best;
}
/** Half of the last digit that is written, at most three in a hundred: 26.2 miles are 42 km, and about 100 km are 62 miles. */
const roundingOf = ({ number }: NumberValue, wanted: number): number => Math.min(0.03 * Math.abs(wanted), 0.6 * 10 ** (Math.floor(Math.log10(Math.abs(wanted))) + 1 - Math.max(number.significant, 1)) + 1e-9) || 0;
/** The same quantity in another unit; null where the units measure other things. */
function converted(value: number, from: Unit, to: Unit): number | null {
  if (from === to) return null;
  if (from.dimension === to.dimension) return (value * from.factor) / to.factor;
  if (from.dimension === "temperature C" && to.dimension === "temperature F") return value * 1.8 + 32;
  if (from.dimension === "temperature F" && to.dimension === "temperature C") return (value - 32) / 1.8;
  return null;
}

function distinct(operands: readonly Operand[]): Operand[] {
  const byValue = new Map<string, Operand>();
  for (const operand of operands) {
    const key = `${operand.value} ${operand.unit?.dimension ?? ""}`;
    byValue.delete(key);
    byValue.set(key, operand);
  }
  return [...byValue.values()];
}

const fieldBefore = /"([^"]{1,40})"\s*:\s*"?[$€£]?$/;
/** Numbers of one field in one passage, in order: the prices of a list of flights. */
function fields(operands: readonly Operand[]): Operand[][] {
  const groups = new Map<string, Operand[]>();
  for (const operand of operands) {
    const field = fieldBefore.exec(operand.passage.text.slice(Math.max(0, operand.start - 48), operand.start))?.[1];
    if (field === undefined) continue;
    const key = `${operand.passage.index} ${field}`;
    const group = groups.get(key);
    if (group) group.push(operand);
    else groups.set(key, [operand]);
  }
  return [...groups.values()].filter((group) => group.length >= 3);
}
/** Three or more of a field's numbers that add up to the value: neighbours first, then any of the first twelve. */
function sumOf(wanted: number, group: readonly Operand[]): Operand[] | null {
  for (let from = 0; from < group.length; from += 1) {
    let sum = 0;
    for (let to = from; to < group.length && to < from + 40; to += 1) {
      sum = tidy(sum + (group[to]?.value ?? 0));
      if (to - from >= 2 && sum === wanted) return group.slice(from, to + 1);
    }
  }
  const few = group.slice(0, 12);
  for (let mask = 1; mask < 1 << few.length; mask += 1) {
    const chosen = few.filter((_, index) => (mask & (1 << index)) !== 0);
    if (chosen.length >= 3 && chosen.length <= 5 && tidy(chosen.reduce((sum, operand) => sum + operand.value, 0)) === wanted) return chosen;
  }
  return null;
}

/** The day of the input nearest to the one asked about, and how many days lie between. */
export function deriveDay(days: readonly Day[], known: readonly DayHit[]): { readonly from: DayHit; readonly distance: number; readonly note: string } | null {
  let best: { from: DayHit; distance: number } | null = null;
  for (const hit of known)
    for (const day of days) {
      const distance = daysBetween(hit.day.year === null ? { ...hit.day, year: day.year } : hit.day, day);
      if (distance !== null && (best === null || Math.abs(distance) < Math.abs(best.distance))) best = { from: hit, distance };
    }
  return best === null ? null : { from: best.from, distance: Math.abs(best.distance), note: `${Math.abs(best.distance)} day${Math.abs(best.distance) === 1 ? "" : "s"} ${best.distance < 0 ? "before" : "after"}` };
}
