/** What is in a ClickHouse store, each thing once: repeats that have not been merged away do not count. */
import type { StoreCounts } from "../store.ts";
import { entriesInVersion } from "./folds.ts";
import type { Connection } from "./connection.ts";

export async function countStore(connection: Connection): Promise<StoreCounts> {
  const one = async <Row>(query: string): Promise<Row> => (await connection.select<Row>(query))[0] as Row;
  const table = (name: string): string => connection.table(name);
  const { database, cluster } = connection.address;
  const parts = cluster === null ? "system.parts" : `cluster('${cluster}', system.parts)`;
  const [entries, traces, texts, quarantine, notes, disk] = await Promise.all([
    one<{ n: number }>(`SELECT (SELECT sum(${entriesInVersion}) FROM ${table("traces")} FINAL) + (SELECT uniqExact(writer, sequence) FROM ${table("notes")}) AS n`),
    one<{ traces: number; generations: number; actions: number }>(`SELECT count() AS traces, sum(generations) AS generations, sum(actions) AS actions FROM ${table("traces")} FINAL`),
    one<{ texts: number; bytes: number }>(`SELECT count() AS texts, sum(bytes) AS bytes FROM (SELECT any(length(prose) + length(data)) AS bytes FROM ${table("texts")} GROUP BY hash)`),
    one<{ n: number }>(`SELECT uniqExact(source, offset) AS n FROM ${table("quarantine")}`),
    one<{ n: number; lost: number }>(`SELECT count() AS n, sum(lost) AS lost FROM (SELECT any(JSONExtractUInt(entry, 'to') - JSONExtractUInt(entry, 'from') + 1) AS lost FROM ${table("notes")} WHERE kind = 'gap' GROUP BY writer, sequence)`),
    one<{ n: number }>(`SELECT sum(bytes_on_disk) AS n FROM ${parts} WHERE database = '${database}' AND active`),
  ]);
  return { entries: entries.n, traces: traces.traces, generations: traces.generations, actions: traces.actions, texts: texts.texts, textBytes: texts.bytes, storedBytes: disk.n, quarantined: quarantine.n, gaps: notes.n, lost: notes.lost };
}
