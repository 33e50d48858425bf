/**
 * Records of one list beside each other in a tool's result: a value that stands in one record, where the question names another by its id or name. Read by `wrong-entity`.
 */
import type { Passage } from "./passages.ts";
import { isFields, type Fields } from "../reconstruct/json-fields.ts";
import { jsonPaths, valueAt } from "./provenance/json-path.ts";
import type { Hit } from "./provenance/sources.ts";

const isScalar = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

export interface OtherRow {
  /** The field by which records are told apart. */
  readonly key: string;
  /** What it says where the value stands, and where it should have been taken from. */
  readonly taken: string;
  readonly asked: string;
  /** The value in the record that was asked about. */
  readonly instead: string;
}

const MAX_UNITS = 200_000;
/** Longer texts are no names. */
const MAX_NAME_UNITS = 80;

/** @param asked  what the user asked: one record of the list must be named in it, and not the one the value stands in */
export function otherRow(hit: Hit, asked: string): OtherRow | null {
  const { passage } = hit;
  if (passage.kind !== "tool-result" || passage.text.length > MAX_UNITS) return null;
  const path = jsonPaths([{ passage, start: hit.start }]).get(passage)?.get(hit.start);
  const steps = path === undefined ? null : /^\$(.*)\[(\d+)\]\.([^.[\]]+)$/.exec(path);
  if (!steps) return null;
  const list = valueAt(jsonOf(passage), steps[1] ?? "");
  const field = steps[3] ?? "";
  if (!Array.isArray(list)) return null;
  const own: unknown = list[Number(steps[2])];
  if (!isFields(own)) return null;
  for (const [key, taken] of Object.entries(own)) {
    if (key === field || !isName(taken) || isNamed(asked, String(taken))) continue;
    const meant = list.filter((row): row is Fields => isFields(row) && isName(row[key]) && isNamed(asked, String(row[key])));
    const [only] = meant;
    const instead = only?.[field];
    if (only !== undefined && meant.length === 1 && isScalar(instead) && instead !== own[field]) return { key, taken: String(taken), asked: String(only[key]), instead: String(instead) };
  }
  return null;
}

/** An id with a digit or a name of two letters and more: not a count, not a flag. */
const isName = (value: unknown): boolean => typeof value === "string" && value.length >= 3 && value.length <= MAX_NAME_UNITS && /\p{L}|\d{3}/u.test(value);
const isNamed = (asked: string, name: string): boolean => new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "iu").test(asked);

const parsed = new WeakMap<Passage, unknown>();
function jsonOf(passage: Passage): unknown {
  if (!parsed.has(passage)) {
    let value: unknown;
    try {
      value = JSON.parse(passage.text);
    } catch {
      value = undefined;
    }
    parsed.set(passage, value);
  }
  return parsed.get(passage);
}
