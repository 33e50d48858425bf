/** Traces users acted on, in the order in which something of them arrived: packs are numbered as they come, and each belongs to one trace. */
import type { Acted } from "../store.ts";
import type { Database } from "./driver.ts";

export function actedSince(database: Database, mark: string | null, limit: number): Acted {
  const highest = (database.prepare("SELECT coalesce(max(id), 0) AS id FROM packs").get() as { id: number }).id;
  const given = mark === null ? 0 : Number(mark);
  // A mark beyond the end is of a store that has lost its last packs (erasing): the numbers begin anew there.
  const after = Number.isSafeInteger(given) && given <= highest ? given : 0;
  const rows = database
    .prepare("SELECT packs.id AS id, traces.trace AS trace FROM packs JOIN traces ON traces.id = packs.trace WHERE packs.id > ? AND traces.action IS NOT NULL ORDER BY packs.id LIMIT ?")
    .all(after, limit) as readonly { id: number; trace: Uint8Array }[];
  const traceIds = [...new Set(rows.map(({ trace }) => Buffer.from(trace).toString("hex")))];
  return { traceIds, mark: String(rows.length < limit ? highest : (rows.at(-1)?.id ?? highest)) };
}
