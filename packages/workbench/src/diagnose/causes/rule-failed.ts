/**
 * `rule-failed` — a validator's rule or schema failed on this answer.
 *
 * Sees: failed checks in the signal and in the steps, the last run of each validator. Can't see: whether the rule or the answer is wrong; causes that explain the
 * value rank above it.
 * Next: reparse the feature with the rule changed to see how many answers it catches.
 */
import type { ValidationSignal } from "@whysaid/recorder/format";
import { excerptOf, named, type Candidate, type Case, type Evidence } from "../finding.ts";

interface Failed {
  readonly check: ValidationSignal | null;
  readonly validator: string;
  readonly at: string;
}

export function ruleFailed(seen: Case): readonly Candidate[] {
  const failures = failedChecks(seen);
  if (failures.length === 0) return [];
  const first = failures.find(({ check }) => check?.rule != null && check.rule !== "schema") ?? failures[0];
  if (!first) return [];
  const { check } = first;
  const rule = check?.rule ?? first.validator;
  const where = check?.path ? ` on ${check.path}` : "";
  const value = check === null || check.value === null || check.value === undefined ? "" : ` (${named(show(check.value))}${check.expected === null ? "" : `, expected ${named(check.expected)}`})`;
  const evidence = failures.map(({ check: one, validator, at }): Evidence => ({ at, sourceId: null, excerpt: excerptOf(`${validator}: ${one?.rule ?? "failed"}${one?.path ? ` on ${one.path}` : ""}${one?.value == null ? "" : ` = ${show(one.value)}`}${one?.expected == null ? "" : `, expected ${one.expected}`}${one?.message == null ? "" : ` — ${one.message}`}`) }));
  const feature = seen.view.trace.feature;
  return [
    {
      cause: "rule-failed",
      title: `${failures.length > 1 ? `${failures.length} rules failed, first ` : "The rule "}${named(rule)}${failures.length > 1 ? "" : " failed"}${where}${value}`,
      confidence: 0.92,
      evidence: evidence.slice(0, 6),
      next: feature === null ? `whysaid show ${seen.view.trace.traceId}` : `whysaid list --feature ${feature} --rule ${rule}`,
    },
  ];
}

const show = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** Failed checks of each validator's last run, signal first; a check that stands in both is named once. */
export function failedChecks({ view }: Case): readonly Failed[] {
  const last = new Map<string, Failed[]>();
  view.trace.generations.forEach((generation, g) => {
    const { validation } = generation.signals;
    if (validation.state !== "captured") return;
    const byValidator = new Map<string, Failed[]>();
    validation.value.forEach((check, index) => {
      const list = byValidator.get(check.validator) ?? [];
      if (check.outcome === "failed") list.push({ check, validator: check.validator, at: `generations[${g}].signals.validation.value[${index}]` });
      byValidator.set(check.validator, list);
    });
    for (const [validator, failures] of byValidator) last.set(validator, failures);
  });
  view.trace.steps.forEach((step, s) => {
    if (step.kind !== "validation" || last.has(step.name)) return;
    const failures = step.checks.flatMap((check, index) => (check.outcome === "failed" ? [{ check, validator: step.name, at: `steps[${s}].checks[${index}]` }] : []));
    if (failures.length > 0) last.set(step.name, failures);
    else if (step.outcome === "failed") last.set(step.name, [{ check: null, validator: step.name, at: `steps[${s}]` }]);
  });
  return [...last.values()].flat();
}
