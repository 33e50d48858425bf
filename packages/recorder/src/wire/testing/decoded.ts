/** Short ways to decode a literal in a test. */
import type { Message, Part, Protocol } from "../../format/index.ts";
import { decodeRequestBody, decodeResponseBody } from "../decode.ts";
import type { DecodedRequest, DecodedResponse } from "../decoder.ts";

export function request(protocol: Protocol, body: unknown, context: { readonly url?: string; readonly model?: string } = {}): DecodedRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const decoded = decodeRequestBody(protocol, text, { url: context.url ?? "https://host/", model: context.model ?? null });
  if (decoded === null) throw new Error(`${protocol}: the request was not read`);
  return decoded;
}
/** A string or bytes are the body itself. */
export function response(protocol: Protocol, body: unknown): DecodedResponse {
  const decoded = decodeResponseBody(protocol, typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
  if (decoded === null) throw new Error(`${protocol}: the response was not read`);
  return decoded;
}
/** Server-sent events; `name` comes from `type` where the payload has one. */
export function sse(...events: readonly unknown[]): string {
  return events
    .map((event) => {
      const type = (event as { readonly type?: unknown } | null)?.type;
      return `${typeof type === "string" ? `event: ${type}\n` : ""}data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
    })
    .join("");
}
export const lines = (...events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

export const partsOf = (message: Message | undefined): readonly Part[] => message?.parts ?? [];
export const answerOf = (decoded: DecodedResponse): readonly Part[] => decoded.choices[0]?.parts ?? [];
