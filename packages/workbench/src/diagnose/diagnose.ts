/**
 * Why this one answer was said: where each of its values came from, and the likely causes of what is wrong with it, with evidence.
 *
 * Pure: no clock, no disk, no network, no model. The command `why`, the top of `show`, the pages and the cases read it. docs/why.md explains every cause.
 */
import type { Finding, Provenance, Reconstruction } from "@whysaid/recorder/format";
import { contextTruncated } from "./causes/context-truncated.ts";
import { emptyCompletion } from "./causes/empty-completion.ts";
import { incompleteRecording } from "./causes/incomplete-recording.ts";
import { instructionFromData } from "./causes/instruction-from-data.ts";
import { invalidJson } from "./causes/invalid-json.ts";
import { modelDrift } from "./causes/model-drift.ts";
import { outputTruncated } from "./causes/output-truncated.ts";
import { parserBug } from "./causes/parser-bug.ts";
import { promptChanged } from "./causes/prompt-changed.ts";
import { providerError } from "./causes/provider-error.ts";
import { refusal } from "./causes/refusal.ts";
import { retrievalEmpty } from "./causes/retrieval-empty.ts";
import { retrievalWeak } from "./causes/retrieval-weak.ts";
import { retryLoop } from "./causes/retry-loop.ts";
import { ruleFailed } from "./causes/rule-failed.ts";
import { slow } from "./causes/slow.ts";
import { toolArgumentsInvented } from "./causes/tool-arguments-invented.ts";
import { toolEmpty } from "./causes/tool-empty.ts";
import { toolError } from "./causes/tool-error.ts";
import { toolStale } from "./causes/tool-stale.ts";
import { unsupportedValue } from "./causes/unsupported-value.ts";
import { validationGap } from "./causes/validation-gap.ts";
import { wrongChunk } from "./causes/wrong-chunk.ts";
import { wrongEntity } from "./causes/wrong-entity.ts";
import type { Baseline, Case, CauseRule } from "./finding.ts";
import { viewOf } from "./passages.ts";
import { toProvenance, traceValues } from "./provenance/provenance.ts";
import { rank } from "./rank.ts";

export interface Context {
  /** Earlier traces of the same feature or conversation, oldest first; three to twenty are enough. */
  readonly previous?: readonly Reconstruction[];
  /** Usual durations of the feature; worked out from `previous` where it is not given. */
  readonly baseline?: Baseline;
}
export interface Diagnosis {
  /** Likeliest first; empty for a trace with nothing wrong. */
  readonly findings: readonly Finding[];
  readonly provenance: readonly Provenance[];
}

const rules: readonly CauseRule[] = [
  providerError,
  incompleteRecording,
  refusal,
  emptyCompletion,
  outputTruncated,
  contextTruncated,
  parserBug,
  invalidJson,
  toolError,
  toolEmpty,
  toolStale,
  toolArgumentsInvented,
  retrievalEmpty,
  retrievalWeak,
  wrongEntity,
  wrongChunk,
  instructionFromData,
  unsupportedValue,
  retryLoop,
  ruleFailed,
  validationGap,
  modelDrift,
  promptChanged,
  slow,
];
/** Findings below this are not worth a reader's time. */
const LEAST = 0.5;

export function diagnose(reconstruction: Reconstruction, context: Context = {}): Diagnosis {
  const view = viewOf(reconstruction);
  const values = traceValues(view);
  const seen: Case = { view, values, previous: context.previous ?? [], baseline: context.baseline ?? null };
  const findings = rank(rules.flatMap((rule) => rule(seen))).filter((finding) => finding.confidence >= LEAST);
  return { findings, provenance: toProvenance(values) };
}
