/** `recorder.ticket(traceId)`: signed with the access key the recorder ships with, or with the directory's own key where there is none. */
import { join } from "node:path";
import { isTraceId, MAX_TICKET_MS, signTicket, ticketKeyOf } from "../format/index.ts";
import { derivedKey, readKey } from "../redact/keys.ts";
import type { Settings } from "./options.ts";

export interface TicketOptions {
  /** How long it is good. Default one day. */
  readonly forMs?: number;
}

const DAY_MS = 24 * 3_600_000;

export function mintTicket(settings: Pick<Settings, "key" | "dir">, traceId: string, nowMs: number, { forMs = DAY_MS }: TicketOptions = {}): string | null {
  const trace = traceId.toLowerCase();
  if (!isTraceId(trace)) return null;
  const untilMs = nowMs + Math.min(Math.max(0, Number.isFinite(forMs) ? forMs : 0), MAX_TICKET_MS);
  try {
    const key = settings.key === null ? { keyId: "local", signingKey: derivedKey(readKey({ file: join(settings.dir, "keys", "ticket.key"), create: true }), "ticket") } : ticketKeyOf(settings.key);
    return key === null ? null : signTicket({ keyId: key.keyId, trace, untilMs }, key.signingKey);
  } catch {
    // A key that can't be read or made: the page goes without a ticket, the app goes on.
    return null;
  }
}
