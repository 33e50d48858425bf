/** Recorded provider exchanges as traces: bodies read by the recorder's own decoders, one exchange one generation. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { decodeRequestBody, decodeResponseBody, recognize } from "@whysaid/recorder/wire";
import { type DraftGeneration, generation, reconstruction } from "../../packages/workbench/src/diagnose/testing/build.ts";
import { readLines } from "./records.ts";

interface Exchange {
  readonly id: string;
  readonly host: string;
  readonly path: string;
  readonly request_body: string;
  readonly response_status: number;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response_body_raw: string;
  readonly response_body_encoding: "utf8" | "base64";
}
export interface ReadExchange {
  readonly id: string;
  readonly trace: Reconstruction;
  /** The provider says itself that something is wrong: an error status, a limit, a filter. Such a recording is no clean trace. */
  readonly troubled: boolean;
}

const troubles = /length|max|filter|safety|refus|prohibited|block|recitation|guardrail|incomplete|malformed|error/i;

export function exchanges(): ReadExchange[] {
  return readLines<Exchange>("http/exchanges.jsonl").flatMap((exchange) => {
    const url = `https://${exchange.host}${exchange.path}`;
    const target = recognize({ method: "POST", url, body: exchange.request_body });
    if (!target?.generates || target.protocol === "unknown") return [];
    const request = decodeRequestBody(target.protocol, exchange.request_body, { url, model: target.model });
    const raw = exchange.response_body_encoding === "base64" ? Buffer.from(exchange.response_body_raw, "base64") : exchange.response_body_raw;
    const response = decodeResponseBody(target.protocol, raw, exchange.response_headers["content-type"] ?? null);
    if (!request || !response) return [];
    const [choice] = response.choices;
    const parts = choice?.parts ?? [];
    const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
    const refusal = parts.flatMap((part) => (part.type === "refusal" ? [part.text] : [])).join("");
    const built = generation({
      provider: target.provider,
      system: request.system,
      messages: request.messages,
      tools: request.tools,
      parameters: request.parameters,
      model: { requested: request.model, answered: response.model, fingerprint: response.fingerprint },
      ...(response.usage ? { usage: response.usage } : {}),
      toolCalls: parts.flatMap((part) => (part.type === "tool-call" ? [{ callId: part.callId, name: part.name, arguments: part.arguments }] : [])),
      completion: {
        text,
        raw: typeof raw === "string" ? raw : null,
        finishReason: choice?.finishReason ?? null,
        refusal: refusal === "" ? null : refusal,
        reasoning: parts.flatMap((part) => (part.type === "reasoning" ? [part.text] : [])).join("") || null,
      },
      status: exchange.response_status,
    }) as DraftGeneration;
    if (response.error) built.error = { name: response.error.type ?? "error", message: response.error.message };
    const troubled = exchange.response_status >= 400 || response.error !== null || refusal !== "" || troubles.test(choice?.finishReason ?? "");
    return [{ id: exchange.id, trace: reconstruction({ generations: [built] }), troubled }];
  });
}
