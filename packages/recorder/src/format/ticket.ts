/**
 * Tickets: a browser reports a user's action with one, without a key. Minted by the recorder in the app's server, checked by `POST /v1/actions`.
 *
 * `wst_<key id>_<trace id>_<good until, seconds in base 36>_<HMAC>`: good for one trace until then, and for appending an action only. Signed with the SHA-256 of the access key,
 * which is what the server keeps of it; on a machine without access keys with `keys/ticket.key` of the directory (key id `local`).
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { isTraceId, type TraceId } from "./ids.ts";

export interface Ticket {
  readonly keyId: string;
  readonly trace: TraceId;
  readonly untilMs: number;
}

const TICKET = /^wst_([0-9a-f]{8}|local)_([0-9a-f]{32})_([0-9a-z]{1,9})_([A-Za-z0-9_-]{22})$/;
/** The longest anybody may give one: a ticket lies in a page that somebody keeps open. */
export const MAX_TICKET_MS: number = 400 * 24 * 3_600_000;

export function signTicket({ keyId, trace, untilMs }: Ticket, signingKey: Uint8Array): string {
  const said = `wst_${keyId}_${trace}_${Math.floor(untilMs / 1000).toString(36)}`;
  return `${said}_${macOf(said, signingKey)}`;
}

/** What a ticket says; believe it only when `isSignedBy` holds. */
export function readTicket(text: string): Ticket | null {
  const [, keyId, trace = "", until = ""] = TICKET.exec(text) ?? [];
  return keyId !== undefined && isTraceId(trace) ? { keyId, trace, untilMs: Number.parseInt(until, 36) * 1000 } : null;
}

export function isSignedBy(text: string, signingKey: Uint8Array): boolean {
  const at = text.length - 22;
  const mac = Buffer.from(text.slice(at));
  const right = Buffer.from(macOf(text.slice(0, at - 1), signingKey));
  return mac.length === right.length && timingSafeEqual(mac, right);
}

/** An access key's own id and what tickets are signed with; null when it is none of ours. */
export function ticketKeyOf(accessKey: string): { readonly keyId: string; readonly signingKey: Buffer } | null {
  const keyId = /^wsk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/.exec(accessKey)?.[1];
  return keyId === undefined ? null : { keyId, signingKey: createHash("sha256").update(accessKey).digest() };
}

const macOf = (said: string, key: Uint8Array): string => createHmac("sha256", key).update("ticket ").update(said).digest("base64url").slice(0, 22);
