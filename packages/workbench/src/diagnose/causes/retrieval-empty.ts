/**
 * `retrieval-empty` — the search returned nothing, so the answer rests on nothing.
 *
 * Sees: retrievals without chunks or with blank ones, searches that threw. Can't see: a search whose results were dropped before they were recorded.
 * Next: run the query against the index; look at its filters.
 */
import { saysNothing } from "../words.ts";
import { named, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";

export function retrievalEmpty(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const { trace, final, finalIndex } = view;
  const retrievals = trace.steps.flatMap((step, index) => (step.kind === "retrieval" ? [{ step, index }] : []));
  const empty = retrievals.filter(({ step }) => step.chunks.every((chunk) => isNothing(chunk.text)));
  const signalled = final?.signals.chunks.state === "captured" ? final.signals.chunks.value : null;
  const something = view.chunks.some(({ chunk }) => !isNothing(chunk.text));
  const threw = empty.find(({ step }) => step.error !== null);
  const noneSignalled = signalled !== null && signalled.every((chunk) => isNothing(chunk.text));
  if (something && !threw) {
    // one of several searches came back empty: the answer may do without it
    return [];
  }
  if (empty.length === 0 && !(noneSignalled && (retrievals.length === 0 || !something))) return [];
  const first = threw ?? empty[0];
  const blank = signalled !== null && signalled.length > 0;
  const evidence: Evidence[] = [];
  if (first) evidence.push({ at: `steps[${first.index}]`, sourceId: null, excerpt: `${first.step.name}${first.step.query === null ? "" : ` “${named(first.step.query)}”`}: ${first.step.error === null ? `${first.step.chunks.length} chunks${first.step.chunks.length > 0 ? ", nothing in them" : ""}` : `${first.step.error.name}: ${first.step.error.message}`}` });
  if (signalled !== null) evidence.push({ at: `generations[${finalIndex}].signals.chunks`, sourceId: signalled[0]?.sourceId ?? null, excerpt: blank ? `${signalled.length} chunks, nothing in them` : "no chunks" });
  if (view.answer) evidence.push(pointAtText(view.answer.at, view.answer.text));
  const what = first ? named(first.step.name) : "The retrieval";
  return [
    {
      cause: "retrieval-empty",
      title: threw ? `${what} failed: ${named(threw.step.error?.message ?? "")}` : blank || first?.step.chunks.length ? `${what} returned chunks without text` : `${what} found nothing`,
      confidence: threw ? 0.94 : 0.95,
      evidence,
      next: `whysaid show ${trace.traceId}`,
    },
  ];
}

/** Blank, an empty list, or the search's own words for no result. */
const isNothing = (text: string): boolean => /^[\s[\]{}()"']*$/.test(text) || saysNothing(text.trim());
