/**
 * A part of a segment on its way to a server: what shipping posts and ingest reads. It is the segment's own frames, as on disk, behind one frame that says whose
 * they are and which texts they use that are not sent with them.
 *
 * A body whose first frame is no part is a whole segment from its beginning.
 */
import { createHmac } from "node:crypto";
import { isUtf8 } from "node:buffer";
import type { NewTexts, TextRef } from "./body.ts";
import { encodeFrame, intactFrames } from "./frame.ts";
import type { WriterId } from "./ids.ts";

export interface PartHead {
  readonly kind: "part";
  readonly writer: WriterId;
  readonly segment: number;
  /** Where in the segment the frames begin and end, in bytes: `to` is the server's cursor once they are stored. */
  readonly from: number;
  readonly to: number;
  /** The server asked for texts of this part before: one that is still not here is lost. */
  readonly isAsked: boolean;
  /** Texts the server asked for: defined before this part, or left out of it. */
  readonly texts: NewTexts;
  /** Texts of this part that were left out because this server has had them, by their keyed hash. */
  readonly known: readonly (readonly [ref: TextRef, hash: string])[];
}

/** Shorter texts cost less than their hash. */
export const KNOWN_TEXT_UNITS = 1024;

/** Where the texts of one access key are known by: nobody without the key can tell what a hash stands for, or ask for a text they never had. */
export const wireHashKey = (accessKey: string | null): string => `whysaid wire ${accessKey ?? ""}`;
export const wireHash = (key: string, text: string): string => createHmac("sha256", key).update(text, "utf8").digest("base64url").slice(0, 22);

export const encodePart = (head: PartHead, frames: readonly Uint8Array[]): Buffer => Buffer.concat([encodeFrame(0, Buffer.from(JSON.stringify(head))), ...frames]);

/** @returns the head and the frames behind it; head null when the body is a whole segment or nothing we know */
export function decodePart(body: Buffer): { readonly head: PartHead | null; readonly frames: Buffer } {
  const { value: first } = intactFrames(body).next();
  if (first === undefined || first.offset !== 0) return { head: null, frames: body };
  const head = headIn(first.payload);
  return head === null ? { head: null, frames: body } : { head, frames: body.subarray(first.end) };
}

function headIn(payload: Buffer): PartHead | null {
  if (!isUtf8(payload)) return null;
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch {
    return null;
  }
  const head = value as Partial<PartHead> | null;
  const isPart =
    typeof head === "object" &&
    head?.kind === "part" &&
    typeof head.writer === "string" &&
    /^[0-9a-f]{16}$/.test(head.writer) &&
    [head.segment, head.from, head.to].every((one) => Number.isSafeInteger(one) && (one as number) >= 0) &&
    typeof head.isAsked === "boolean" &&
    isPairs(head.texts) &&
    isPairs(head.known);
  return isPart ? (head as PartHead) : null;
}
const isPairs = (value: unknown): boolean => Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2 && Number.isSafeInteger(pair[0]) && pair[0] >= 0 && typeof pair[1] === "string");
