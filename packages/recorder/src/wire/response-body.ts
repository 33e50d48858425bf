/** A response's bytes to its held body, and whether it ended as its protocol ends. */
import type { Protocol } from "../format/entries.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import type { HeldBody } from "./body.ts";
import { base64Body, textOf } from "./body-bytes.ts";
import { splitEventStream } from "./body-eventstream.ts";
import { splitJson } from "./body-json.ts";
import { decoderOf } from "./decode.ts";
import { framingOf, splitStream } from "./stream-records.ts";

export interface SplitResponse {
  readonly body: HeldBody;
  /** True when the protocol's terminal event was seen; for a body that is one value, or whose protocol nobody knows, always. */
  readonly ended: boolean;
}

export function splitResponse(bytes: Uint8Array, contentType: string, protocol: Protocol, scope: RedactionScope): SplitResponse {
  const text = textOf(bytes);
  const stream = decoderOf(protocol)?.stream ?? null;
  const framing = framingOf(contentType, text, protocol);
  if (framing === "eventstream" && !(text?.trimStart().startsWith("{") ?? false)) return splitEventStream(bytes, stream, scope);
  if (text === undefined) return { body: base64Body(bytes, scope, "completion"), ended: true };
  if (framing === null || framing === "eventstream") return { body: { form: "text", bytes: bytes.length, pieces: splitJson(text, scope, "completion"), channels: [] }, ended: true };
  const { pieces, channels, ended } = splitStream(text, framing, stream, scope);
  return { body: { form: "text", bytes: bytes.length, pieces, channels }, ended: ended || stream === null };
}
