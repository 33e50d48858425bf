/**
 * One list out of what the causes found, likeliest first: a finding that explains another stands above it and takes some of its weight. A refusal explains an empty parse; a tool
 * result that was cut explains a value that stands nowhere.
 *
 * Confidence stays what the cause's own signs are worth (calibrated on the incident set, docs/why.md); explained findings are lowered.
 */
import type { Candidate, Cause } from "./finding.ts";

/** What a cause accounts for when both are found. */
const explains: Readonly<Partial<Record<Cause, readonly Cause[]>>> = {
  "provider-error": ["incomplete-recording", "empty-completion", "output-truncated", "invalid-json", "parser-bug", "rule-failed", "retry-loop", "validation-gap", "refusal", "slow-first-token", "slow-generation"],
  refusal: ["provider-error", "empty-completion", "invalid-json", "parser-bug", "rule-failed", "validation-gap", "retrieval-weak", "retry-loop", "output-truncated"],
  "empty-completion": ["invalid-json", "parser-bug", "rule-failed", "validation-gap", "retry-loop"],
  "output-truncated": ["invalid-json", "parser-bug", "rule-failed", "validation-gap", "empty-completion", "unsupported-value", "incomplete-recording"],
  "invalid-json": ["unsupported-value", "rule-failed", "validation-gap", "retry-loop", "tool-error"],
  "parser-bug": ["rule-failed", "validation-gap", "retry-loop", "unsupported-value"],
  "retrieval-empty": ["unsupported-value", "retrieval-weak", "rule-failed", "validation-gap", "tool-arguments-invented"],
  "retrieval-weak": ["unsupported-value", "rule-failed", "validation-gap", "wrong-chunk"],
  "context-truncated": ["unsupported-value", "retrieval-weak", "rule-failed", "validation-gap", "tool-arguments-invented", "wrong-chunk", "tool-error", "invalid-json"],
  "tool-error": ["unsupported-value", "tool-arguments-invented", "rule-failed", "validation-gap", "retry-loop", "tool-empty", "retrieval-weak", "wrong-entity"],
  "tool-empty": ["unsupported-value", "tool-arguments-invented", "rule-failed", "validation-gap", "retry-loop", "retrieval-weak"],
  "tool-stale": ["rule-failed", "validation-gap", "unsupported-value", "wrong-chunk", "retry-loop"],
  "tool-arguments-invented": ["tool-empty", "tool-error", "unsupported-value", "rule-failed", "validation-gap", "wrong-entity"],
  "wrong-entity": ["tool-arguments-invented", "wrong-chunk", "unsupported-value", "rule-failed", "validation-gap", "retrieval-weak", "tool-stale"],
  "instruction-from-data": ["wrong-chunk", "wrong-entity", "unsupported-value", "tool-arguments-invented", "rule-failed", "validation-gap", "refusal", "retrieval-weak"],
  "wrong-chunk": ["rule-failed", "validation-gap", "unsupported-value"],
  "unsupported-value": ["rule-failed", "validation-gap"],
  "retry-loop": ["validation-gap", "slow-tool", "slow-generation"],
  "rule-failed": ["validation-gap"],
  "model-drift": ["rule-failed", "validation-gap"],
  "prompt-changed": ["rule-failed", "validation-gap"],
  "slow-retrieval": ["validation-gap"],
  "slow-first-token": ["validation-gap"],
  "slow-generation": ["validation-gap"],
  "slow-tool": ["validation-gap"],
};
/** A weaker finding explains nothing. */
const EXPLAINS_FROM = 0.6;
const KEPT_OF_EXPLAINED = 0.55;

export function rank(candidates: readonly Candidate[]): Candidate[] {
  const strongest = new Map<Cause, Candidate>();
  for (const candidate of candidates) {
    const known = strongest.get(candidate.cause);
    if (!known || candidate.confidence > known.confidence) strongest.set(candidate.cause, candidate);
  }
  const found = [...strongest.values()];
  const isExplained = (candidate: Candidate): boolean =>
    found.some((other) => other !== candidate && other.confidence >= EXPLAINS_FROM && (explains[other.cause]?.includes(candidate.cause) ?? false) && !((explains[candidate.cause]?.includes(other.cause) ?? false) && candidate.confidence >= other.confidence));
  return found
    .map((candidate) => {
      const explained = isExplained(candidate);
      return { candidate: explained ? { ...candidate, confidence: round(candidate.confidence * KEPT_OF_EXPLAINED) } : { ...candidate, confidence: round(candidate.confidence) }, explained };
    })
    .sort((a, b) => Number(a.explained) - Number(b.explained) || b.candidate.confidence - a.candidate.confidence)
    .map(({ candidate }) => candidate);
}
const round = (value: number): number => Math.round(value * 100) / 100;
