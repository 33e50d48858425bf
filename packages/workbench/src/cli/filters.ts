/** Options of `list` and `export` to a filter of the store. */
import { WhysaidError, type UserAction } from "@whysaid/recorder/format";
import type { TraceFilter } from "../store/store.ts";
import type { CommandOptions } from "./command.ts";

const actions: readonly string[] = ["accept", "edit", "retry", "abandon"] satisfies readonly UserAction[];
const states: readonly string[] = ["complete", "cancelled", "aborted", "cut", "unread", "failed", "open"];

/** @throws WhysaidError `USAGE` for a value that cannot be meant */
export function filterOf(options: CommandOptions, limit: number, nowMs: number = Date.now()): TraceFilter {
  const action = oneOf(options, "action", actions) as UserAction | undefined;
  const state = oneOf(options, "state", states);
  const since = options.text("since");
  const until = options.text("until");
  const tag = options.text("tag");
  return {
    limit,
    ...given("feature", options.text("feature")),
    ...given("model", options.text("model")),
    ...given("promptVersion", options.text("prompt")),
    ...given("rule", options.text("rule")),
    ...given("conversation", options.text("conversation")),
    ...given("after", options.text("after")),
    ...given("action", action),
    ...given("state", state),
    ...given("sinceMs", since === undefined ? undefined : timeOf("since", since, nowMs)),
    ...given("untilMs", until === undefined ? undefined : timeOf("until", until, nowMs)),
    ...given("tag", tag === undefined ? undefined : tagOf(tag)),
  };
}

/** @returns the number, `otherwise` when the option is not given */
export function countOption(options: CommandOptions, name: string, otherwise: number): number {
  const text = options.text(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new WhysaidError("USAGE", `--${name} is a whole number above 0, not ${JSON.stringify(text)}`, { fix: `For example --${name} ${otherwise}.` });
  return value;
}

const given = <Key extends string, T>(key: Key, value: T | undefined): Partial<Record<Key, T>> => (value === undefined ? {} : ({ [key]: value } as Record<Key, T>));

function oneOf(options: CommandOptions, name: string, words: readonly string[]): string | undefined {
  const value = options.text(name);
  if (value === undefined || words.includes(value)) return value;
  throw new WhysaidError("USAGE", `--${name} is one of ${words.join(", ")}, not ${JSON.stringify(value)}`, { fix: `For example --${name} ${words[0]}.` });
}

function tagOf(text: string): { readonly key: string; readonly value: string } {
  const equals = text.indexOf("=");
  if (equals < 1) throw new WhysaidError("USAGE", `--tag is KEY=VALUE, not ${JSON.stringify(text)}`, { fix: "For example --tag ward=nicu." });
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

const unitsMs: Readonly<Record<string, number>> = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `2h` ago, or a date. A date without a time zone is UTC, as everything printed is. */
function timeOf(name: string, text: string, nowMs: number): number {
  const ago = /^(\d+)(s|min|m|h|d|w)$/.exec(text);
  if (ago !== null) return nowMs - Number(ago[1]) * (unitsMs[ago[2] ?? ""] ?? 0);
  const isDated = /^\d{4}-\d\d-\d\d/.test(text);
  const parsed = isDated ? Date.parse(/^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text) ? `${text.replace(" ", "T")}Z` : text) : Number.NaN;
  if (Number.isNaN(parsed)) throw new WhysaidError("USAGE", `--${name} is a time, not ${JSON.stringify(text)}`, { fix: `For example --${name} 2h, --${name} 7d, --${name} 2026-11-21 or --${name} 2026-11-21T10:00Z.` });
  return parsed;
}
