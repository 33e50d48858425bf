/** What a person changed of an answer: character by character, and field by field where both are JSON. By the `diff` library. */
import { diffArrays } from "diff/lib/diff/array.js";
import { diffChars } from "diff/lib/diff/character.js";

export interface CharacterChange {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}
/** `at` is a path in the answer's JSON, empty for the whole of it. */
export interface FieldChange {
  readonly at: string;
  readonly kind: "changed" | "added" | "removed";
  readonly before?: unknown;
  readonly after?: unknown;
}
export interface Edit {
  /** null when the texts have so little in common that comparing them would take long. */
  readonly characters: readonly CharacterChange[] | null;
  /** null when one of the two is no JSON object or list. */
  readonly fields: readonly FieldChange[] | null;
}

const MOST_CHANGES = 4000;

export function editBetween(before: string, after: string): Edit {
  const changes = diffChars(before, after, { maxEditLength: MOST_CHANGES });
  const characters = changes?.map(({ added, removed, value }): CharacterChange => ({ kind: added ? "added" : removed ? "removed" : "same", text: value })) ?? null;
  const [a, b] = [structureOf(before), structureOf(after)];
  return { characters, fields: a === undefined || b === undefined ? null : fieldChanges(a, b, "") };
}

/** The object or list a text is, also inside a Markdown fence; undefined for anything else. */
export function structureOf(text: string): object | undefined {
  const inner = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    const value: unknown = JSON.parse(inner);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists are aligned by equal elements, so that one put in front does not change all that follow. */
export function fieldChanges(a: unknown, b: unknown, at: string): readonly FieldChange[] {
  if (isPlain(a) && isPlain(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => fieldChanges(a[key], b[key], at === "" ? key : `${at}.${key}`));
  if (Array.isArray(a) && Array.isArray(b)) return listChanges(a, b, at);
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (a === undefined) return [{ at, kind: "added", after: b }];
  return b === undefined ? [{ at, kind: "removed", before: a }] : [{ at, kind: "changed", before: a, after: b }];
}

function listChanges(a: readonly unknown[], b: readonly unknown[], at: string): readonly FieldChange[] {
  const found: FieldChange[] = [];
  let [placeA, placeB] = [0, 0];
  const changes = diffArrays(a.map((one) => JSON.stringify(one)), b.map((one) => JSON.stringify(one)));
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index];
    const next = changes[index + 1];
    if (change === undefined) continue;
    const { length } = change.value;
    if (change.removed && next?.added === true) {
      const most = Math.max(length, next.value.length);
      for (let offset = 0; offset < most; offset += 1) {
        found.push(...fieldChanges(offset < length ? a[placeA + offset] : undefined, offset < next.value.length ? b[placeB + offset] : undefined, `${at}[${placeB + offset}]`));
      }
      placeA += length;
      placeB += next.value.length;
      index += 1;
    } else if (change.removed) {
      for (let offset = 0; offset < length; offset += 1) found.push({ at: `${at}[${placeA + offset}]`, kind: "removed", before: a[placeA + offset] });
      placeA += length;
    } else if (change.added) {
      for (let offset = 0; offset < length; offset += 1) found.push({ at: `${at}[${placeB + offset}]`, kind: "added", after: b[placeB + offset] });
      placeB += length;
    } else {
      placeA += length;
      placeB += length;
    }
  }
  return found;
}
