/** The request of one recorded call, ready to be sent again: between the store and `change.ts`. */
import { WhysaidError, renderBody, restoreBody, revealWith, type Generation, type Reconstruction, type RequestEntry } from "@whysaid/recorder/format";
import type { StoredTrace } from "../../store/store.ts";

/** The original for a `pseudonymKey`, or undefined where nobody may or can say. */
export type OriginalOf = (pseudonym: string) => string | undefined;

export interface RecordedRequest {
  /** Place in `generations` of the reconstruction. */
  readonly index: number;
  readonly generation: Generation;
  readonly entry: RequestEntry;
  /** Redacted JSON text. */
  readonly body: string;
  /** The body as it crossed the wire, as far as `originalOf` knows. */
  readonly restored: (originalOf: OriginalOf) => string;
}

/**
 * @param wanted  place in `generations`; null for the last complete one
 * @throws WhysaidError `USAGE`, `REPLAY_INPUT_MISSING`
 */
export function recordedRequest(trace: StoredTrace, story: Reconstruction, wanted: number | null): RecordedRequest {
  const { generations } = story;
  const last = generations.findLastIndex(({ state, status }) => state === "complete" && (status === null || status < 400));
  const index = wanted ?? (last === -1 ? generations.length - 1 : last);
  const generation = generations[index];
  if (generation === undefined) throw new WhysaidError("USAGE", generations.length === 0 ? "no call to a model is recorded in this trace" : `this trace has no generation ${index}: they are 0 to ${generations.length - 1}`, { fix: "`whysaid show` lists them." });
  const entry = trace.entries.map((one) => one.entry).filter((one) => one.kind === "request" && one.span === generation.spanId).at(-1) as RequestEntry | undefined;
  const body = entry?.body;
  if (entry === undefined || body === undefined || body.form !== "text") throw missingInput(`generation ${index} has no recorded request body`);
  const rendered = renderBody(body, trace.textOf);
  if (rendered.form !== "text") throw missingInput(`the request body of generation ${index} is not text`);
  return {
    index,
    generation,
    entry,
    body: rendered.text,
    restored: (originalOf) => Buffer.from(restoreBody(body, trace.textOf, (text) => revealWith(text, originalOf)) ?? []).toString("utf8"),
  };
}

const missingInput = (sentence: string): WhysaidError =>
  new WhysaidError("REPLAY_INPUT_MISSING", sentence, { fix: "Only calls recorded on the wire can be sent again; choose another with --generation." });
