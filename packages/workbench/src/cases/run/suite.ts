/** What a user writes once: how a case's input goes into their feature, what is served, how the answer is judged. Read by the vitest runner, `whysaid cases run` and tests by hand. */
import type { ChunkSignal, Finding, Provenance, Reconstruction } from "@whysaid/recorder/format";
import type { Case } from "../case.ts";

export type Source = "recorded" | "live";
export interface Serve {
  /** What `trace.retrieve` gives; `live` runs the app's own search. Default `recorded`. */
  readonly retrieval?: Source;
  /** What `trace.tool` gives. Default `recorded`. */
  readonly tools?: Source;
  /** What calls of a model through `recorder.fetch` (or the global `fetch`) get. Default `recorded`. */
  readonly model?: Source;
  /**
   * When a recorded completion answers a call: `request` (default) when the app asks what it asked then; `order` whatever it asks, the first call gets the first answer.
   */
  readonly match?: "request" | "order";
  /** Names of steps whose function returns its value itself and no promise of it. */
  readonly sync?: readonly string[];
  /** Recorded chunks in the shape your search returns. Default: a list of `{sourceId, text, score, …metadata}`. */
  readonly chunks?: (chunks: readonly ChunkSignal[], name: string) => unknown;
  /** A recorded tool result as your tool returns it. Default: parsed where it is JSON, else the text. */
  readonly toolResult?: (text: string, name: string) => unknown;
}

/** What a case gives to the feature. Pseudonyms where nobody reveals. */
export interface CaseInput {
  readonly id: string;
  readonly feature: string;
  /** The declared subject, e.g. `{mrn, name, dob}`. */
  readonly subject: Readonly<Record<string, string>>;
  /** Variables of the recorded prompt. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly prompt: Reconstruction["prompt"];
  readonly tags: Readonly<Record<string, string>>;
  readonly conversationId: string | null;
  /** Queries of the retrievals, in order. */
  readonly queries: readonly string[];
  /** Text of the last message of a user, and of all. */
  readonly question: string;
  readonly userMessages: readonly string[];
  readonly said: string;
  readonly expected: string | null;
  readonly story: Reconstruction;
}

export interface Sample {
  /** What the feature returned; undefined when it threw. */
  readonly output: unknown;
  /** The answer as text. */
  readonly text: string;
  readonly error: unknown;
  /** The run as it was recorded, with where its values came from. */
  readonly story: Reconstruction;
  readonly findings: readonly Finding[];
  readonly provenance: readonly Provenance[];
  readonly input: CaseInput;
  readonly case: Case;
}
export interface Score {
  readonly name: string;
  /** 0 to 1. */
  readonly score: number;
  readonly passed: boolean;
  readonly reason: string | null;
}
/** null: has nothing to say of this case. */
export type Scorer = (sample: Sample) => Score | null | Promise<Score | null>;

export interface CaseSuite {
  readonly feature: string;
  /** Runs your own feature function with a case's input. Inside it, the seams of your recorder are served. */
  readonly run: (input: CaseInput) => unknown;
  /** The answer's text in what `run` returned. Default: itself when it is a string, its `text` when that is one, else its JSON. */
  readonly textOf?: (output: unknown) => string;
  readonly serve?: Serve;
  readonly scorers?: readonly Scorer[];
  /** Runs of each case. Default 1. */
  readonly samples?: number;
  /** Share of samples that must pass, 0 to 1. Default 1. */
  readonly passRate?: number;
  /** Milliseconds one sample may take. Default 30,000. */
  readonly timeoutMs?: number;
  /** Gives the originals back before they are served, where the vault's key is at hand; the reason stands in the audit log. Nothing printed or kept holds them. */
  readonly reveal?: string;
  /** Which cases: the confirmed ones (default), or those that wait for review too. */
  readonly cases?: "confirmed" | "all";
  readonly release?: string;
}

export const defineCases = (suite: CaseSuite): CaseSuite => suite;
