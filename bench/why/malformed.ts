/** The malformed JSON set: what `recoverJson` reads beside the right parse, and beside the library alone. */
import { isDeepStrictEqual } from "node:util";
import { jsonrepair } from "jsonrepair";
import { recoverJson } from "../../packages/workbench/src/diagnose/recover.ts";
import { readLines } from "../incidents/records.ts";
import { percent, table } from "./tables.ts";

interface Case {
  readonly raw: string;
  readonly origin: string;
  readonly expected?: unknown;
  readonly target_type?: unknown;
}
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;
const library = (raw: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(jsonrepair(raw)) as unknown };
  } catch {
    return null;
  }
};
const ours = (raw: string): { readonly value: unknown } | null => {
  const recovery = recoverJson(raw);
  return recovery.outcome === "none" ? null : recovery;
};

/** @returns share right over the cases whose right parse follows from the text alone, and whether all must-fail ones of them are refused */
export function malformedTable(): number {
  const cases = readLines<Case>("json/malformed_json.jsonl");
  // json_repair says "" where it found nothing to recover; here that is an answer of its own
  const nothing = (one: Case): boolean => one.origin === "json_repair" && one.expected === "";
  const right = (one: Case, read: (raw: string) => { readonly value: unknown } | null): boolean => {
    const value = read(one.raw);
    return "expected" in one && !(nothing(one) && value === null) ? value !== null && isDeepStrictEqual(asJson(value.value), asJson(one.expected)) : value === null;
  };
  const groups: [string, readonly Case[]][] = [...new Set(cases.map((one) => one.origin))].toSorted().flatMap((origin): [string, readonly Case[]][] => {
    const own = cases.filter((one) => one.origin === origin);
    const good = own.filter((one) => "expected" in one);
    const refused = own.filter((one) => !("expected" in one));
    return [[`${origin}${origin === "baml" ? " (the right parse needs the target type)" : ""}`, good], ...(refused.length > 0 ? ([[`${origin}, to be refused`, refused]] as [string, readonly Case[]][]) : [])];
  });
  table("Malformed JSON: recovered as the right parse", ["cases of", "cases", "recovered", "jsonrepair alone"], groups.map(([name, some]) => [name, some.length, percent(some.filter((one) => right(one, ours)).length, some.length), percent(some.filter((one) => right(one, library)).length, some.length)]));
  const plain = cases.filter((one) => "expected" in one && one.origin !== "baml");
  return plain.length === 0 ? 1 : plain.filter((one) => right(one, ours)).length / plain.length;
}
