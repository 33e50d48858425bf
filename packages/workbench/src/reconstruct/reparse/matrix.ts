/** Before × after: how each stored completion fared with the recorded parser and fares with the one given, and each rule alike. Pure. */
import type { Generation } from "@whysaid/recorder/format";
import type { Reparsed } from "./runner.ts";

export type Before = "parsed" | "failed" | "empty" | "not-recorded";
export interface Completion {
  readonly traceId: string;
  readonly raw: string;
  readonly before: Before;
  /** Rules by name; true where they held. */
  readonly rules: ReadonlyMap<string, boolean>;
}
export interface Cell {
  readonly before: string;
  readonly after: string;
  readonly traces: readonly string[];
}
export interface Matrix {
  readonly completions: number;
  readonly fixed: number;
  readonly broken: number;
  readonly unchanged: number;
  readonly parsed: readonly Cell[];
  readonly rules: readonly { readonly rule: string; readonly cells: readonly Cell[] }[];
}

/** null where there is nothing to parse. */
export function completionOf(traceId: string, { signals }: Generation): Completion | null {
  const { completion, parsed, validation } = signals;
  const input = parsed.state === "captured" ? parsed.value.input : null;
  const raw = input ?? (completion.state === "captured" ? completion.value.text : null);
  if (raw === null || (input === null && raw === "")) return null;
  const rules = new Map<string, boolean>();
  if (validation.state === "captured") for (const { rule, outcome } of validation.value) if (rule !== null && outcome !== "skipped") rules.set(rule, outcome === "passed" && rules.get(rule) !== false);
  return { traceId, raw, before: parsed.state === "missing" ? "not-recorded" : parsed.value.outcome === "failed" ? "failed" : isEmpty(parsed.value.result) ? "empty" : "parsed", rules };
}
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

export function matrixOf(completions: readonly Completion[], results: readonly Reparsed[]): Matrix {
  const parsed = new Cells();
  const rules = new Map<string, Cells>();
  let [fixed, broken] = [0, 0];
  for (const [index, completion] of completions.entries()) {
    const result = results[index];
    if (result === undefined) continue;
    parsed.add(completion.before, result.outcome, completion.traceId);
    const wasRight = completion.before === "parsed";
    const isRight = result.outcome === "parsed";
    const after = new Map([...result.passed.map((rule) => [rule, true] as const), ...result.failed.map((rule) => [rule, false] as const)]);
    let hasBroken = wasRight && !isRight;
    let hasFixed = !wasRight && isRight && completion.before !== "not-recorded";
    for (const rule of new Set([...completion.rules.keys(), ...after.keys()])) {
      const [held, holds] = [completion.rules.get(rule), after.get(rule)];
      // A rule the module does not have was not run: its absence breaks nothing.
      const cells = rules.get(rule) ?? new Cells();
      rules.set(rule, cells);
      cells.add(word(held), word(holds), completion.traceId);
      if (held === true && holds === false) hasBroken = true;
      if (held === false && holds === true) hasFixed = true;
    }
    if (hasBroken) broken += 1;
    else if (hasFixed) fixed += 1;
  }
  return { completions: completions.length, fixed, broken, unchanged: completions.length - fixed - broken, parsed: parsed.list(), rules: [...rules].map(([rule, cells]) => ({ rule, cells: cells.list() })) };
}
const word = (held: boolean | undefined): string => (held === undefined ? "not run" : held ? "passed" : "failed");

class Cells {
  readonly #cells = new Map<string, string[]>();
  add(before: string, after: string, traceId: string): void {
    const key = `${before}\n${after}`;
    const traces = this.#cells.get(key) ?? [];
    this.#cells.set(key, traces);
    traces.push(traceId);
  }
  list(): readonly Cell[] {
    return [...this.#cells].map(([key, traces]) => ({ before: key.slice(0, key.indexOf("\n")), after: key.slice(key.indexOf("\n") + 1), traces: [...new Set(traces)] })).sort((a, b) => b.traces.length - a.traces.length);
  }
}
