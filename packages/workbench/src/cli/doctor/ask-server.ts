/**
 * What `doctor` learns from the server that recorders ship to: its counts, for a key that may read, and how far it has this machine's segments, for a key that may send.
 * Each key may do one of the two, an admin's both; what it may not is told by its code.
 */
import { WhysaidError } from "@whysaid/recorder/format";
import { z } from "zod";
import { deliveries, type Deliveries } from "../../server/api/deliveries.ts";

export interface Refused {
  readonly code: string;
  readonly sentence: string;
  readonly fix: string;
}
export interface ServerHealth {
  /** Its origin and path, without credentials. */
  readonly url: string;
  readonly deliveries: Deliveries | null;
  /** Up to which byte each of this machine's segments is stored there; null also where there are none to ask for. */
  readonly cursors: ReadonlyMap<string, number> | null;
  /** Why one of the two is missing; null when none is. */
  readonly refused: Refused | null;
}

const TIMEOUT_MS = 10_000;
/** Of one question, as the server takes it. */
const SEGMENTS = 10_000;
const cursorsAnswer = z.object({ cursors: z.record(z.string(), z.number()) });

/** @throws WhysaidError `USAGE` when the URL is none */
export async function askServer(given: string, key: string | undefined, segments: readonly string[]): Promise<ServerHealth> {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new WhysaidError("USAGE", "the server's address is no http or https URL", { fix: "For example https://whysaid.example.org, with --server or WHYSAID_URL; the key is read from WHYSAID_KEY." });
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  const [counted, located] = await Promise.all([ask(base, key, "/api/deliveries", deliveries), segments.length === 0 ? null : cursorsOf(base, key, segments)]);
  const refusals = [counted, located].flatMap((asked) => (asked !== null && "refused" in asked ? [asked.refused] : []));
  return { url: base, deliveries: "answer" in counted ? counted.answer : null, cursors: located !== null && "answer" in located ? located.answer : null, refused: refusals[0] ?? null };
}

type Asked<T> = { readonly answer: T } | { readonly refused: Refused };

async function cursorsOf(base: string, key: string | undefined, segments: readonly string[]): Promise<Asked<ReadonlyMap<string, number>>> {
  const found = new Map<string, number>();
  for (let from = 0; from < segments.length; from += SEGMENTS) {
    const asked = await ask(base, key, "/v1/journal/cursors", cursorsAnswer, JSON.stringify({ segments: segments.slice(from, from + SEGMENTS) }));
    if ("refused" in asked) return asked;
    for (const [segment, cursor] of Object.entries(asked.answer.cursors)) found.set(segment, cursor);
  }
  return { answer: found };
}

async function ask<T>(base: string, key: string | undefined, path: string, shape: z.ZodType<T>, body?: string): Promise<Asked<T>> {
  let answer: unknown;
  let status: number;
  try {
    const response = await fetch(base + path, { ...(body === undefined ? {} : { method: "POST", body }), headers: { accept: "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) }, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    status = response.status;
    answer = await response.json().catch(() => undefined);
  } catch {
    return { refused: { code: "SERVER_UNREACHABLE", sentence: `the server ${base} cannot be reached`, fix: "Start it, or correct --server or WHYSAID_URL. Until then the journal keeps what is recorded." } };
  }
  const { success, data } = shape.safeParse(answer);
  return status === 200 && success ? { answer: data } : { refused: refusedBy(base, path, status, key !== undefined) };
}

function refusedBy(base: string, path: string, status: number, hasKey: boolean): Refused {
  const right = path.startsWith("/api/") ? "read" : "ingest";
  switch (status) {
    case 401:
      return { code: "NOT_SIGNED_IN", sentence: `the server ${base} ${hasKey ? "does not know this key" : "wants a key"}`, fix: "Set WHYSAID_KEY to one that `whysaid keys list` shows as good there." };
    case 403:
      return { code: "NOT_ALLOWED", sentence: `the key has not the right \`${right}\` at the server ${base}`, fix: `Set WHYSAID_KEY to a key with the role ${right === "read" ? "read" : "ingest"}, or admin for all there is to know.` };
    case 429:
      return { code: "LOCKED_OUT", sentence: `the server ${base} hears nobody from here for a minute: too many wrong keys`, fix: "Wait, then use a good key." };
    default:
      return { code: "SERVER_UNREACHABLE", sentence: `what answers at ${base} (${status}) is no whysaid server of this version, or one that cannot answer now`, fix: "Check the address; look at `GET /readyz` and the server's log." };
  }
}
