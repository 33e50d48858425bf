/**
 * One protocol, one decoder: pure functions from the JSON of a request or response to our words. No clock, no I/O, no guessing; a
 * value the bytes do not carry is null. Used twice: by capture, to find where a streamed answer's text stands in its events and
 * whether it ended; by the workbench, to read the (redacted) bodies back.
 */
import type { Message, Part, Protocol, ToolDefinition, UsageSignal } from "../format/index.ts";
import type { Json } from "./json.ts";

export interface RequestContext {
  readonly url: string;
  /** Model named outside the body (`RequestEntry.model`). */
  readonly model: string | null;
}
export interface DecodedRequest {
  readonly model: string | null;
  readonly system: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
}
export interface DecodedChoice {
  readonly parts: readonly Part[];
  readonly finishReason: string | null;
}
export interface DecodedResponse {
  readonly model: string | null;
  readonly fingerprint: string | null;
  readonly responseId: string | null;
  readonly choices: readonly DecodedChoice[];
  /** null when the bytes carry no usage at all. */
  readonly usage: UsageSignal | null;
  /** The provider's error object, when the body is one. */
  readonly error: DecodedError | null;
}
export interface DecodedError {
  readonly type: string | null;
  readonly message: string;
  readonly code: string | null;
}

/**
 * One event of a stream: `name` is SSE's `event:` or the event stream's `:event-type` (or `:exception-type`); `json` its parsed
 * payload, undefined when that is no JSON; `raw` the payload's text, so that objects among it keep their exact text.
 */
export interface StreamEvent {
  readonly name: string | null;
  readonly json: unknown;
  readonly raw?: string;
}

/** Where the assembled text of a stream comes from. */
export interface StreamProtocol {
  /**
   * The channel the string at `path` of this event's JSON adds to, or null when it is not a delta. Channels are named by what they assemble, e.g. `text:0`, `arguments:0:1`, `reasoning:0`.
   * Called with every string of at least one character in an event, so it must be cheap. Never throws.
   */
  channelOf(event: StreamEvent, path: readonly (string | number)[]): string | null;
  /** True for the protocol's terminal event; for SSE also asked with `json: undefined` for a non-JSON payload such as `[DONE]`, in `name`. */
  isTerminal(event: StreamEvent): boolean;
  /** Assemble the events of a stream into what a non-streamed response would have said. */
  assemble(events: readonly StreamEvent[]): DecodedResponse;
}

export interface Decoder {
  readonly protocol: Protocol;
  /** Never throws, whatever the JSON. `Json.parse(text)` makes the argument; made by `Json.of(value)` without the text, exact argument strings are `JSON.stringify`'s. */
  decodeRequest(body: Json, context: RequestContext): DecodedRequest;
  decodeResponse(body: Json): DecodedResponse;
  readonly stream: StreamProtocol;
}
