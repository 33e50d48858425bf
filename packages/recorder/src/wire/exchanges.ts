/**
 * The exchanges of one recorder: begins each attempt, tells retries from new calls, keeps those that are open. `fetch` and the adapters of clients with a
 * stack of their own record through it.
 */
import type { Core } from "../capture/core.ts";
import { seamsHere } from "../capture/seams.ts";
import { unreachable } from "../format/entries.ts";
import type { TraceId } from "../format/ids.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { noBody, type HeldBody } from "./body.ts";
import { base64Body, textOf } from "./body-bytes.ts";
import { BodyCache } from "./body-cache.ts";
import { Attempts, isRetryable, retryCountOf, type Asked, type Attempt } from "./fetch-attempts.ts";
import { Exchange, type AnswerHead } from "./fetch-exchange.ts";
import { sentPairs } from "./fetch-headers.ts";
import { keptUrl, type Target } from "./fetch-target.ts";
import { OpenExchanges } from "./open-exchanges.ts";
import type { SentBody } from "./request-body.ts";

export interface Started {
  readonly exchange: Exchange;
  readonly asked: Asked;
  readonly isAborted: () => boolean;
}

/** Bodies up to this length are compared to find a retry. */
const COMPARED_UNITS = 1 << 20;

export class Exchanges {
  readonly maxBodyBytes: number;
  readonly open: OpenExchanges = new OpenExchanges();
  /** Told of the trace of each exchange that begins: adapters record by hand only what crossed no wire. */
  readonly onBegin: Set<(trace: TraceId) => void> = new Set();
  readonly #core: Core;
  readonly #attempts = new Attempts();
  readonly #bodies = new BodyCache();
  readonly #onSettled = (exchange: Exchange): void => this.open.delete(exchange);

  constructor(core: Core, maxBodyBytes: number) {
    this.#core = core;
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Write the request entry. Undefined when it could not be recorded: the call goes out all the same. */
  begin(target: Target, sent: SentBody): Started | undefined {
    return this.#core.safely("record a request", () => {
      // Whoever reads the body, and wherever: an exchange of a replay stays one.
      const seams = seamsHere();
      const core = seams === undefined ? this.#core : { ...this.#core, append: seams.append };
      const ambient = core.ambient();
      const { scope } = ambient;
      const text = sent.form === "text" ? sent.text : sent.form === "bytes" ? textOf(sent.bytes) : undefined;
      const asked: Asked = { url: target.url, body: text !== undefined && text.length <= COMPARED_UNITS ? text : undefined, owner: ambient.owner };
      const retryCount = retryCountOf(target.header);
      const earlier = this.#attempts.take(asked, retryCount, core.clock());
      const attempt: Attempt =
        earlier === undefined ? { trace: ambient.trace, span: core.newSpanId(), parent: ambient.parent, number: (retryCount ?? 0) + 1 } : { trace: earlier.trace, span: earlier.span, parent: earlier.parent, number: earlier.number + 1 };
      const body = this.#held(sent, text, scope);
      const exchange = new Exchange(core, { attempt, recognized: target.recognized, method: target.method, url: keptUrl(target.url), headers: sentPairs(target.headers), body, scope }, this.maxBodyBytes, this.#onSettled);
      this.open.add(exchange);
      for (const told of this.onBegin) told(attempt.trace);
      const { signal } = target;
      return { exchange, asked, isAborted: () => signal?.aborted === true };
    });
  }

  /** The answer's head is there; a status that clients retry makes the next equal call an attempt of this generation. */
  answered({ exchange, asked }: Started, head: AnswerHead): void {
    exchange.answered(head);
    if (isRetryable(head.status)) this.#attempts.failed(asked, exchange.attempt, this.#core.clock(), false);
  }

  /** No answer came. */
  failed({ exchange, asked }: Started, error: unknown, isAborted: boolean): void {
    this.#core.safely("record a failure", () => {
      this.#attempts.failed(asked, exchange.attempt, this.#core.clock(), isAborted);
      exchange.settle(isAborted ? "aborted" : "failed", error);
    });
  }

  #held(sent: SentBody, text: string | undefined, scope: RedactionScope): HeldBody {
    switch (sent.form) {
      case "none":
        return noBody;
      case "unknown":
        return { form: "dropped", bytes: 0, why: "policy" };
      case "too-large":
        return { form: "dropped", bytes: sent.byteLength, why: "too-large" };
      case "bytes":
        if (sent.bytes.length > this.maxBodyBytes) return { form: "dropped", bytes: sent.bytes.length, why: "too-large" };
        if (text === undefined) return base64Body(sent.bytes, scope, "input");
        return { form: "text", bytes: sent.bytes.length, pieces: this.#bodies.split(text, scope), channels: [] };
      case "text": {
        const byteLength = Buffer.byteLength(sent.text);
        if (byteLength > this.maxBodyBytes) return { form: "dropped", bytes: byteLength, why: "too-large" };
        return { form: "text", bytes: byteLength, pieces: this.#bodies.split(sent.text, scope), channels: [] };
      }
      default:
        return unreachable(sent);
    }
  }
}
