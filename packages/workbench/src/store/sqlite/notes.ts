/** What belongs to a writer or a segment rather than a trace, read back for a copy. */
import type { Entry, WriterId } from "@whysaid/recorder/format";
import type { Quarantined, StoredEntry } from "../store.ts";
import type { Database } from "./driver.ts";
import type { Guard } from "./guard.ts";

interface Row {
  readonly at: number;
  readonly writer: WriterId;
  readonly sequence: number;
  readonly entry: string;
}

export async function* notesIn(database: Database, guard: Guard): AsyncGenerator<StoredEntry> {
  const next = database.prepare(
    "SELECT notes.writer AS at, sequence, writers.writer AS writer, entry FROM notes JOIN writers ON writers.id = notes.writer WHERE (notes.writer, sequence) > (?, ?) ORDER BY notes.writer, sequence LIMIT 500",
  );
  for (let last: Row | undefined; ; ) {
    const rows: readonly Row[] = guard.run(() => next.all(last?.at ?? -1, last?.sequence ?? -1) as Row[]);
    for (const { writer, sequence, entry } of rows) yield { id: `${writer}.${sequence}`, writer, sequence, entry: JSON.parse(entry) as Entry };
    last = rows.at(-1);
    if (last === undefined) return;
  }
}

export const quarantinedIn = (database: Database): readonly Quarantined[] =>
  (database.prepare("SELECT source, offset, bytes, reason FROM quarantine ORDER BY source, offset").all() as Quarantined[]).map(({ source, offset, bytes, reason }) => ({ source, offset, bytes, reason }));
