/**
 * What happens to a value because of where it stands: by signal, by JSON path, by key at any depth. Compiled once; asked for every value of every body.
 */
import { foldWords } from "../declared/fold.ts";
import type { Where } from "../redactor.ts";

/**
 * - `keep`          stays as it is; only declared values in it are taken
 * - `drop`          nothing of it is kept: a marker with its length
 * - `deny`          dropped unless it is a number, boolean or null: for fields nobody has looked at
 * - `detect`        what declared values and detectors find in it
 * - `{ take }`      the whole value is an identifier of this type
 */
export type Rule = "keep" | "drop" | "deny" | "detect" | { readonly take: string };

export type Signal = Where["signal"];

export interface Policy {
  readonly name: string;
  /** What happens where nothing below says otherwise; `deny` turns the policy into an allow-list. */
  readonly otherwise?: "detect" | "deny" | "keep";
  readonly signals?: Readonly<Partial<Record<Signal, Rule>>>;
  /** Keys at any depth, compared without case, spaces, `_` and `-`. The nearest key with a rule decides for everything under it. */
  readonly keys?: Readonly<Record<string, Rule>>;
  /** JSON paths such as `messages[*].content`, `$.patient.**`, `rows[0].name`: `*` is one step, `**` any number. The first that fits decides, before keys. */
  readonly paths?: Readonly<Record<string, Rule>>;
  /** Document formats whose own rules apply where one is recognized. */
  readonly packs?: readonly Pack[];
  /** Images, sound and documents in base64: `drop` (default) leaves type, size and keyed hash; `keep` records them, unredacted. */
  readonly media?: "drop" | "keep";
  /** Identifier types to take; all when absent. */
  readonly types?: readonly string[];
  /** Only secrets are detected. */
  readonly secretsOnly?: boolean;
}
export type Pack = "fhir" | "hl7" | "messages";

export interface CompiledPolicy {
  readonly name: string;
  readonly packs: ReadonlySet<Pack>;
  readonly types: ReadonlySet<string> | undefined;
  readonly dropsMedia: boolean;
  /** Persons are taken where structure tells them. */
  readonly takesPeople: boolean;
  /** Whether rules depend on the whole path, so that what stands inside a JSON text depends on where the text stands. */
  readonly byPath: boolean;
  /** The first path rule that fits. */
  pathRule(path: readonly (string | number)[]): Rule | undefined;
  /** The rule of the nearest key that has one. */
  keyRule(path: readonly (string | number)[]): Rule | undefined;
  signalRule(signal: Signal): Rule;
}

export function compilePolicy(policy: Policy): CompiledPolicy {
  const keys = new Map(Object.entries(policy.keys ?? {}).map(([key, rule]) => [normalKey(key), rule]));
  const memo = new Map<string, Rule | null>();
  const paths = Object.entries(policy.paths ?? {}).map(([path, rule]) => ({ steps: stepsOf(path), rule }));
  const otherwise = policy.otherwise ?? "detect";
  const byKey = (key: string): Rule | null => {
    let rule = memo.get(key);
    if (rule === undefined) {
      rule = keys.get(normalKey(key)) ?? null;
      // Keys can be data (records by id): what is remembered is bounded.
      if (memo.size < 10_000) memo.set(key, rule);
    }
    return rule;
  };
  return {
    name: policy.name,
    packs: new Set(policy.packs ?? []),
    types: policy.types === undefined ? undefined : new Set(policy.types),
    dropsMedia: policy.media !== "keep",
    takesPeople: policy.secretsOnly !== true && policy.otherwise !== "keep" && (policy.types === undefined || policy.types.includes("PERSON")),
    byPath: paths.length > 0,
    pathRule(path) {
      if (path.length <= MAX_PATH) for (const one of paths) if (fits(one.steps, path)) return one.rule;
      return undefined;
    },
    keyRule(path) {
      for (let index = path.length - 1; index >= 0 && index > path.length - 1 - MAX_STEPS; index -= 1) {
        const step = path[index];
        if (typeof step !== "string") continue;
        const rule = byKey(step);
        if (rule === null) continue;
        // In a JSON schema `email` is the description of a field, not somebody's address.
        if (typeof rule === "object" && path[index - 1] === "properties" && index < path.length - 1) return undefined;
        return rule;
      }
      return undefined;
    },
    signalRule: (signal) => policy.signals?.[signal] ?? otherwise,
  };
}

/** Keys further out than this do not decide, and deeper paths fit no rule: looking at each would cost the square of the depth. */
export const MAX_STEPS = 48;
const MAX_PATH = 256;

const normalKey = (key: string): string => foldWords(key).replaceAll(" ", "");

type Step = string | number;
/** `$.messages[*].content` → `["messages", "*", "content"]`. */
export function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/\[(?:(\d+)|(\*)|["']([^"']*)["'])\]|([^.[\]$]+)/g)].map((match) => (match[1] === undefined ? (match[2] ?? match[3] ?? match[4] ?? "") : Number(match[1])));
}
function fits(steps: readonly Step[], path: readonly Step[], step = 0, at = 0): boolean {
  for (; step < steps.length; step += 1, at += 1) {
    if (steps[step] === "**") {
      for (let skip = at; skip <= path.length; skip += 1) if (fits(steps, path, step + 1, skip)) return true;
      return false;
    }
    if (at >= path.length || (steps[step] !== "*" && steps[step] !== path[at])) return false;
  }
  return at === path.length;
}
