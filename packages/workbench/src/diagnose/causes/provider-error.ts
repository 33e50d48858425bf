/**
 * `provider-error` — the provider answered with an error, or not at all, and nothing later made up for it.
 *
 * Sees: error statuses, error objects in the body or in the middle of a stream, network failures. Can't see: an error the app's client swallowed and never
 * sent. A call that failed and was answered on a later attempt is no finding.
 * Next: replay; for 4xx the message says what to change.
 */
import type { Generation } from "@whysaid/recorder/format";
import { excerptOf, named, replay, type Candidate, type Case, type Evidence } from "../finding.ts";

export function providerError({ view }: Case): readonly Candidate[] {
  const { generations, traceId } = view.trace;
  const index = generations.length - 1;
  const generation = generations[index];
  if (!generation || generation.state === "open") return [];
  const problem = problemOf(generation);
  if (problem === null) return [];
  const root = `generations[${index}]`;
  const evidence: Evidence[] = [];
  if (generation.error !== null) evidence.push({ at: `${root}.error`, sourceId: null, excerpt: excerptOf(`${generation.error.name}: ${generation.error.message}`) });
  if (generation.status !== null && generation.status >= 400) evidence.push({ at: `${root}.status`, sourceId: null, excerpt: `HTTP ${generation.status}` });
  generation.attemptList.forEach((attempt, at) => {
    if (attempt.state !== "complete" || (attempt.status ?? 0) >= 400) evidence.push({ at: `${root}.attemptList[${at}]`, sourceId: null, excerpt: `attempt ${attempt.attempt}: ${attempt.status ?? attempt.state}${attempt.error === null ? "" : `, ${attempt.error.message}`}` });
  });
  if (evidence.length === 0) evidence.push({ at: `${root}.state`, sourceId: null, excerpt: generation.state });
  return [{ cause: "provider-error", title: problem.title, confidence: problem.confidence, evidence: evidence.slice(0, 5), next: replay(traceId) }];
}

function problemOf(generation: Generation): { readonly title: string; readonly confidence: number } | null {
  const { status, error, state } = generation;
  const who = generation.provider ?? "The provider";
  const said = error === null ? "" : `: ${named(error.message === "" ? error.name : error.message)}`;
  if (status !== null && status >= 400) return { title: `${who} answered with HTTP ${status}${said}`, confidence: 0.96 };
  if (state === "failed") return { title: `No response from ${who}${said}`, confidence: 0.95 };
  const completion = generation.signals.completion;
  const silent = completion.state === "missing" || completion.value.text.trim() === "";
  if (state === "aborted") return silent ? { title: `The app gave up waiting for ${who}${said}`, confidence: 0.85 } : null;
  if (error !== null) return { title: silent ? `${who} answered with an error${said}` : `${who} broke off its answer with an error${said}`, confidence: 0.95 };
  if (state === "cut" && silent) return { title: `The connection to ${who} broke before anything was said`, confidence: 0.85 };
  return null;
}
