/**
 * What the narrow columns and the full text need to know of a body. Bodies are read by protocol, which a store knows nothing of: ingest hands a
 * `DigestOf` in (`ingest/digest.ts`), and the store keeps what it says beside the entry.
 */
import type { GenerationEntry, Protocol, RequestEntry, ResponseEntry, TextOf, UserAction } from "@whysaid/recorder/format";

export interface Digest {
  readonly requestedModel: string | null;
  readonly answeredModel: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Of a generation that brought it; a response has its own clock. */
  readonly firstChunkMs: number | null;
  /** The answer's text, whole; null when there is none or the body can't be read. */
  readonly answer: string | null;
  /** Cut by a token limit or a full context window. */
  readonly truncated: boolean;
  /** Declined by the protocol's own word for it: a refusal part, a filter's finish reason. What declines in words only is left to diagnosis. */
  readonly refused: boolean;
  /** Of a generation recorded by hand: its parsed result, JSON. */
  readonly parsed: string | null;
  /** Of a generation recorded by hand with its own validation and action. */
  readonly failedRules: readonly string[];
  readonly passedRules: readonly string[];
  readonly action: UserAction | null;
}

/**
 * Pure: the same arguments give the same digest. Never throws; a body that can't be read says nothing.
 *
 * @param protocol  of the request with the entry's span; null when there is none
 */
export type DigestOf = (entry: RequestEntry | ResponseEntry | GenerationEntry, protocol: Protocol | null, textOf: TextOf) => Digest;

export const emptyDigest: Digest = { requestedModel: null, answeredModel: null, inputTokens: null, outputTokens: null, firstChunkMs: null, answer: null, parsed: null, truncated: false, refused: false, failedRules: [], passedRules: [], action: null };
