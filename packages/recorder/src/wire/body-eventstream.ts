/** Bedrock's binary event stream, taken apart to its JSON payloads. Kept only when it can be built again byte for byte. */
import type { RedactionScope } from "../redact/redactor.ts";
import type { HeldBody, HeldPieces } from "./body.ts";
import { base64Body, textOf } from "./body-bytes.ts";
import { Channels, StreamSplitter } from "./body-stream.ts";
import type { StreamProtocol } from "./decoder.ts";
import { parseEventStream } from "./eventstream.ts";
import { Templates } from "./stream-template.ts";
import type { RedactedText } from "../format/redacted.ts";

/** Bytes that are no intact event stream (a message cut in two, checksums that are wrong) are kept whole, and did not end as a stream ends. */
export function splitEventStream(bytes: Uint8Array, protocol: StreamProtocol | null, scope: RedactionScope): { readonly body: HeldBody; readonly ended: boolean } {
  const { messages, tornBytes } = parseEventStream(bytes);
  const whole = (): { readonly body: HeldBody; readonly ended: boolean } => ({ body: base64Body(bytes, scope, "completion"), ended: false });
  if (messages.length === 0 || tornBytes > 0) return whole();
  const channels = new Channels();
  const templates = new Templates(scope);
  const held: (readonly [RedactedText, HeldPieces])[] = [];
  let ended = protocol === null;
  for (const { headers, headerBytes, payload } of messages) {
    const text = textOf(payload);
    if (text === undefined) return whole();
    const name = headers.get(":event-type") ?? headers.get(":exception-type") ?? headers.get(":error-code") ?? null;
    const splitter = new StreamSplitter(text, channels, templates, protocol, scope);
    // Templates know nothing of the header block, which names the event: here every payload is read in full.
    splitter.read({ name, start: 0, end: text.length });
    held.push([scope.literal(Buffer.from(headerBytes).toString("base64")), splitter.end()]);
    ended ||= splitter.ended;
  }
  return { body: { form: "eventstream", bytes: bytes.length, messages: held, channels: channels.redacted(scope) }, ended };
}
