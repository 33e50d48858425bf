/** What a person typed for a trace: a whole id, or enough of its beginning. */
import { isTraceId, WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";

const SHORTEST = 6;
const SHOWN = 8;

/** @throws WhysaidError `USAGE`, `TRACE_NOT_FOUND`, or `TRACE_AMBIGUOUS` naming the traces that fit */
export async function traceNamed(store: Store, typed: string): Promise<string> {
  const id = typed.trim().toLowerCase().replaceAll("-", "");
  if (!/^[0-9a-f]*$/.test(id) || id.length > 32) throw new WhysaidError("USAGE", `${JSON.stringify(typed)} is no trace id: those are 32 digits 0–9 and a–f`, { fix: "`whysaid list` shows the traces with their ids." });
  if (id.length < SHORTEST) throw new WhysaidError("USAGE", `${JSON.stringify(typed)} is too short: give ${SHORTEST} digits or more`, { fix: "`whysaid list` shows the traces with their ids." });
  if (isTraceId(id)) return id;
  const found = await store.tracesStartingWith(id, SHOWN + 1);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0) throw traceNotFound(typed, store);
  const shown = found.slice(0, SHOWN).join("\n  ");
  throw new WhysaidError("TRACE_AMBIGUOUS", `${found.length > SHOWN ? `more than ${SHOWN}` : found.length} traces begin with ${id}:\n  ${shown}${found.length > SHOWN ? "\n  …" : ""}`, { fix: "Give more digits." });
}

/**
 * @param read  what to do with its id; null means that the store has no such trace
 * @throws WhysaidError as `traceNamed`
 */
export async function readNamed<T>(store: Store, typed: string, read: (traceId: string) => Promise<T | null>): Promise<T> {
  const found = await read(await traceNamed(store, typed));
  if (found === null) throw traceNotFound(typed, store);
  return found;
}

const traceNotFound = (typed: string, store: Store): WhysaidError =>
  new WhysaidError("TRACE_NOT_FOUND", `no trace ${typed} in ${store.name}`, { fix: "`whysaid list` shows what is there; --dir or WHYSAID_DIR points elsewhere." });
