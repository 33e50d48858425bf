/**
 * One attempt of a generation being recorded: its request entry before it leaves, the bytes of its answer as the app reads them, its response entry
 * at the end, exactly once.
 */
import type { AttemptState, RequestEntry, ResponseEntry } from "../format/entries.ts";
import type { Core } from "../capture/core.ts";
import { errorEntry, holdError, type HeldError } from "../capture/errors.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { bodyEntry, noBody, type HeldBody } from "./body.ts";
import type { Attempt } from "./fetch-attempts.ts";
import { keptHeaders } from "./fetch-headers.ts";
import { splitResponse } from "./response-body.ts";
import type { Recognized } from "./recognize.ts";

export interface Outgoing {
  readonly attempt: Attempt;
  readonly recognized: Recognized;
  readonly method: string;
  /** Already without secrets. */
  readonly url: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: HeldBody;
  readonly scope: RedactionScope;
}

/** What an answer was, before its body: of a `Response`, or of a client with a stack of its own. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly contentType: string;
}

export class Exchange {
  readonly #core: Core;
  readonly #outgoing: Outgoing;
  readonly #maxBodyBytes: number;
  readonly #startedMs: number;
  readonly #onSettled: (exchange: Exchange) => void;
  #head: AnswerHead | undefined;
  #headersMs: number | null = null;
  #firstChunkMs: number | null = null;
  #bytes: Uint8Array = EMPTY;
  /** Bytes received; more than are kept when the body is over the limit. */
  #received = 0;
  #settled = false;

  /** Writes the request entry. */
  constructor(core: Core, outgoing: Outgoing, maxBodyBytes: number, onSettled: (exchange: Exchange) => void) {
    this.#core = core;
    this.#outgoing = outgoing;
    this.#maxBodyBytes = maxBodyBytes;
    this.#onSettled = onSettled;
    const { attempt, recognized, scope } = outgoing;
    const provider = scope.text(recognized.provider, { signal: "metadata" });
    const url = scope.text(outgoing.url, { signal: "url" });
    const headers = keptHeaders(outgoing.headers, scope);
    const model = recognized.model === null ? null : scope.text(recognized.model, { signal: "metadata" });
    const atMs = core.now();
    core.append((texts): RequestEntry => ({
      kind: "request",
      atMs,
      trace: attempt.trace,
      span: attempt.span,
      ...(attempt.parent === undefined ? {} : { parent: attempt.parent }),
      attempt: attempt.number,
      protocol: recognized.protocol,
      provider,
      method: scope.literal(outgoing.method),
      url,
      headers,
      model,
      body: bodyEntry(outgoing.body, texts),
    }));
    this.#startedMs = core.clock();
  }

  get attempt(): Attempt {
    return this.#outgoing.attempt;
  }
  get url(): string {
    return this.#outgoing.url;
  }
  /** Whether any byte of the answer's body has been read. */
  get hasBytes(): boolean {
    return this.#received > 0;
  }
  get settled(): boolean {
    return this.#settled;
  }

  /** The answer's head is there. */
  answered(head: AnswerHead): void {
    this.#head = head;
    this.#headersMs = this.#elapsedMs();
  }

  /** Bytes the app is about to get. They are copied: the app may change or transfer its own. */
  received(chunk: Uint8Array): void {
    if (this.#settled) return;
    this.#firstChunkMs ??= this.#elapsedMs();
    const length = this.#received + chunk.length;
    if (length <= this.#maxBodyBytes) {
      if (length > this.#bytes.length) {
        const grown = new Uint8Array(Math.max(length, Math.min(this.#bytes.length * 4, this.#maxBodyBytes)));
        if (this.#received > 0) grown.set(this.#bytes.subarray(0, this.#received));
        this.#bytes = grown;
      }
      this.#bytes.set(chunk, this.#received);
    } else this.#bytes = EMPTY;
    this.#received = length;
  }

  /**
   * It is over. `ended` is a body that ended by itself: whether that is complete or cut, the protocol's terminal event decides. Writes the response entry;
   * what comes after it is ignored.
   */
  settle(how: AttemptState | "ended", error?: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    const bytes = this.#bytes;
    this.#bytes = EMPTY;
    this.#core.safely("record a response", () => this.#write(how, error === undefined ? undefined : holdError(error, this.#outgoing.scope), bytes));
    this.#onSettled(this);
  }

  #write(how: AttemptState | "ended", error: HeldError | undefined, kept: Uint8Array): void {
    const { attempt, scope, recognized } = this.#outgoing;
    const head = this.#head;
    const durationMs = this.#elapsedMs();
    const headers = head === undefined ? {} : keptHeaders(head.headers, scope);
    let body: HeldBody = noBody;
    let ended = this.#received > 0 || recognized.protocol === "unknown" || !isStreamed(head);
    if (this.#received > this.#maxBodyBytes) body = { form: "dropped", bytes: this.#received, why: "too-large" };
    else if (this.#received > 0) ({ body, ended } = splitResponse(kept.subarray(0, this.#received), head?.contentType ?? "", recognized.protocol, scope));
    // An app that stops reading once it has seen the terminal event has it all.
    const state = how === "ended" ? (ended ? "complete" : "cut") : how === "cancelled" && this.#received > 0 && ended && isStreamed(head) ? "complete" : how;
    const atMs = this.#core.now();
    this.#core.append((texts): ResponseEntry => ({
      kind: "response",
      atMs,
      trace: attempt.trace,
      span: attempt.span,
      ...(attempt.parent === undefined ? {} : { parent: attempt.parent }),
      attempt: attempt.number,
      state,
      status: head?.status ?? null,
      headers,
      body: bodyEntry(body, texts),
      ...(error === undefined ? {} : { error: errorEntry(error, texts) }),
      headersMs: this.#headersMs,
      firstChunkMs: this.#firstChunkMs,
      durationMs,
    }));
  }

  #elapsedMs(): number {
    return Math.round(this.#core.clock() - this.#startedMs);
  }
}

const EMPTY = new Uint8Array(0);
const isStreamed = (head: AnswerHead | undefined): boolean => head !== undefined && /event-?stream|ndjson|jsonl/.test(head.contentType);
