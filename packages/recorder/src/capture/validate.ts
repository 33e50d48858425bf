/**
 * Checks of one value: a schema of any library that speaks Standard Schema v1 (zod, valibot, arktype), then rules by name. Says what passed and
 * what failed; never throws.
 *
 * @see https://standardschema.dev
 */

export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}
export type StandardResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type RuleVerdict = boolean | { readonly ok: boolean; readonly path?: string; readonly expected?: string; readonly message?: string };
export type Rule<T> = (value: T) => RuleVerdict | Promise<RuleVerdict>;
export interface Checks<T> {
  readonly schema?: StandardSchema;
  readonly rules?: Readonly<Record<string, Rule<T>>>;
}

export interface Check {
  readonly outcome: "passed" | "failed" | "skipped";
  /** `schema`, or the rule's name. */
  readonly rule: string;
  readonly path: string | null;
  /** What stands at the path. */
  readonly value: unknown;
  readonly expected: string | null;
  readonly message: string | null;
}
export interface FailedCheck extends Check {
  readonly outcome: "failed";
}
export interface ValidationResult {
  readonly ok: boolean;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly checks: readonly Check[];
  readonly failed: readonly FailedCheck[];
}

/** Rules are skipped when the schema failed, for they count on its shape; everything is skipped when there is no value to check. */
export async function runChecks<T>(value: T, checks: Checks<T>): Promise<ValidationResult> {
  const rules = Object.entries(checks.rules ?? {});
  const done: Check[] = [];
  const absent = value === undefined;
  if (checks.schema !== undefined) done.push(...(absent ? [skipped("schema", "nothing to check")] : await schemaChecks(checks.schema, value)));
  const isSound = !absent && done.every(({ outcome }) => outcome === "passed");
  for (const [name, rule] of rules) done.push(isSound ? await ruleCheck(name, rule, value) : skipped(name, absent ? "nothing to check" : "the schema failed"));
  const failed = done.filter((check): check is FailedCheck => check.outcome === "failed");
  const outcome = failed.length > 0 ? "failed" : done.some((check) => check.outcome === "passed") ? "passed" : "skipped";
  return { ok: failed.length === 0, outcome, checks: done, failed };
}

const skipped = (rule: string, message: string): Check => ({ outcome: "skipped", rule, path: null, value: undefined, expected: null, message });

async function schemaChecks(schema: StandardSchema, value: unknown): Promise<Check[]> {
  try {
    const result = await schema["~standard"].validate(value);
    if (result.issues === undefined) return [{ outcome: "passed", rule: "schema", path: null, value: undefined, expected: null, message: null }];
    return result.issues.map((issue) => {
      const path = (issue.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
      return { outcome: "failed", rule: "schema", path: path.map(String).join("."), value: valueAt(value, path), expected: expectedOf(issue), message: issue.message };
    });
  } catch (error) {
    return [{ outcome: "failed", rule: "schema", path: null, value: undefined, expected: null, message: `the schema threw: ${messageOf(error)}` }];
  }
}

async function ruleCheck<T>(name: string, rule: Rule<T>, value: T): Promise<Check> {
  try {
    const verdict = await rule(value);
    if (typeof verdict === "boolean") return { outcome: verdict ? "passed" : "failed", rule: name, path: null, value: verdict ? undefined : value, expected: null, message: null };
    const path = verdict.path ?? null;
    return {
      outcome: verdict.ok ? "passed" : "failed",
      rule: name,
      path,
      value: verdict.ok ? undefined : path === null ? value : valueAt(value, path.split(".")),
      expected: verdict.expected ?? null,
      message: verdict.message ?? null,
    };
  } catch (error) {
    return { outcome: "failed", rule: name, path: null, value, expected: null, message: `the rule threw: ${messageOf(error)}` };
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (at === null || typeof at !== "object") return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
/** zod, valibot and arktype each say what they expected in a field of their own. */
const expectedOf = (issue: StandardIssue): string | null => {
  const { expected } = issue as { expected?: unknown };
  return typeof expected === "string" ? expected : null;
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
