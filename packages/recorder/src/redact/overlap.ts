/** Layers claim stretches of the same text; this says what is taken in the end: sorted, disjoint, and nothing that was claimed stays readable. */
import { layers, type Taken } from "./taken.ts";

const rank = (one: Taken): number => layers.indexOf(one.layer);

/** Types whose value is one thing: a name inside an address line or a mail address is taken with it, and the whole is that person's. */
const WHOLE = new Set(["EMAIL", "URL", "SECRET", "IBAN", "CARD", "LOCATION", "ID", "SSN", "PHONE"]);

/**
 * @param keep  stretches that stay readable although a detector would take them
 */
export function resolve(all: readonly Taken[], keep: readonly { readonly start: number; readonly end: number }[] = []): Taken[] {
  const isKept = keep.length === 0 ? undefined : within(keep);
  const candidates = isKept === undefined ? all : all.filter((one) => one.layer !== "detected" || !isKept(one.start, one.end));
  if (candidates.length < 2) return [...candidates];
  const sorted = [...candidates].sort((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b));
  const resolved: Taken[] = [];
  for (const one of sorted) push(resolved, one);
  return resolved;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Whether a stretch touches one of many. */
export function within(stretches: readonly Stretch[]): (start: number, end: number) => boolean {
  const sorted = [...stretches].sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return (start, end) => {
    // The last one that starts before `end`.
    let low = 0;
    let high = merged.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((merged[middle] as Stretch).start < end) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (merged[low - 1] as Stretch).end > start;
  };
}

/** Add a stretch that starts at or after all that are there. */
function push(resolved: Taken[], one: Taken): void {
  const last = resolved.at(-1);
  if (last === undefined || last.end <= one.start) {
    if (one.start < one.end) resolved.push(one);
    return;
  }
  // `last` starts first or is longer.
  if (one.end <= last.end) {
    if (one.start === last.start && one.end === last.end && last.layer === "structure" && one.layer === "declared" && last.dropped === undefined) {
      // A field that structure takes and whose value is declared: the declaration knows whose it is.
      resolved[resolved.length - 1] = last.quote === undefined ? one : { ...one, quote: last.quote };
      return;
    }
    if (yields(last, one)) {
      resolved.pop();
      push(resolved, cut(last, last.start, one.start));
      push(resolved, one);
      push(resolved, cut(last, one.end, last.end));
    } else if (last.identity === undefined && one.identity !== undefined) resolved[resolved.length - 1] = { ...last, identity: one.identity };
    return;
  }
  // They cross: the stronger keeps its stretch, the other what is left.
  if (rank(one) < rank(last) || (rank(one) === rank(last) && one.end - one.start > last.end - last.start)) {
    resolved.pop();
    push(resolved, cut(last, last.start, one.start));
    push(resolved, one);
  } else push(resolved, cut(one, last.end, one.end));
}

/** Whether the wider stretch is broken up so that the one inside stands by itself. */
function yields(wider: Taken, inner: Taken): boolean {
  if (wider.dropped !== undefined || wider.quote !== undefined) return false;
  if (rank(inner) >= rank(wider)) return false;
  if (inner.start === wider.start && inner.end === wider.end) return true;
  // "Sofía Young" was found whole: a bare "Young" of somebody declared is not that person.
  if (wider.type === "PERSON") return inner.type !== "PERSON" || inner.rule === "declared.name";
  // "chart/01791786" with a declared 01791786: the declared id is what joins.
  return !WHOLE.has(wider.type) || (inner.layer === "declared" && inner.type === wider.type);
}

/** A rest keeps its type; what it was made from is no longer its value. */
function cut(one: Taken, start: number, end: number): Taken {
  const { value: _, parts: __, ...rest } = one;
  return { ...rest, start, end };
}
