/** A recorded answer as the `Response` a client reads: status, type and the wire bytes, as far as the recording has them. */
import { WhysaidError, type Generation } from "@whysaid/recorder/format";

export function recordedResponse(call: Generation): Response {
  const { signals, status, state, error, protocol } = call;
  if (state === "failed") throw Object.assign(new TypeError(error?.message ?? "fetch failed"), { name: error?.name ?? "TypeError" });
  if (signals.completion.state === "missing" || signals.completion.value.raw === null) {
    if (status !== null && status >= 400) return Response.json({ error: { message: error?.message ?? `HTTP ${status}`, type: error?.name ?? "error" } }, { status, headers: { "x-should-retry": "false" } });
    throw new WhysaidError("CASE_NOT_RECORDED", "the call has no recorded answer", { fix: 'Serve the model live (`serve: { model: "live" }`).' });
  }
  const { raw } = signals.completion.value;
  const { bytes, type } = wire(raw, protocol);
  const headers = { "content-type": type, "x-whysaid-replay": call.spanId };
  if (state !== "cut" && state !== "aborted") return new Response(bytes, { status: status ?? 200, headers });
  const cut = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes);
      controller.error(new TypeError("terminated"));
    },
  });
  return new Response(cut, { status: status ?? 200, headers });
}

function wire(raw: string, protocol: string): { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string } {
  const text = new TextEncoder().encode(raw);
  if (/^\s*[{[]/.test(raw)) return { bytes: text, type: raw.trimStart().startsWith("{") && /\}\s*\n\s*\{/.test(raw) && protocol.startsWith("ollama") ? "application/x-ndjson" : "application/json" };
  if (/^(?:﻿)?\s*(?:event|data|id|retry|:)/.test(raw)) return { bytes: text, type: "text/event-stream" };
  if (protocol.startsWith("bedrock")) return { bytes: Uint8Array.from(Buffer.from(raw, "base64")), type: "application/vnd.amazon.eventstream" };
  return { bytes: text, type: "text/plain" };
}
