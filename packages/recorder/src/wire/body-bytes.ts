/** Bytes off the wire to a held body: text where they are UTF-8, else base64. */
import { isUtf8 } from "node:buffer";
import type { RedactionScope } from "../redact/redactor.ts";
import type { HeldBody } from "./body.ts";
import type { BodySignal } from "./body-json.ts";

/** The text of UTF-8 bytes, a byte order mark kept; undefined when they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8") : undefined;
}

export function base64Body(bytes: Uint8Array, scope: RedactionScope, signal: BodySignal): HeldBody {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { form: "base64", bytes: bytes.length, text: scope.bytes(base64, { signal }) };
}
