/**
 * Traces removed from ClickHouse, with the texts nobody names any more. Who is writing meanwhile is told first (`erasures`): a batch that began before looks again when it is
 * done, and sends its texts once more.
 */
import { isTraceId } from "@whysaid/recorder/format";
import { bytesLiteral, type Connection } from "./connection.ts";
import { readMeta, writeMeta } from "./migrate.ts";

/** Traces of one statement: a statement has a size. */
const STEP = 1000;
export const WAITING = { mutations_sync: 2 } as const;

/** @returns how many of them were there */
export async function removeTraces(connection: Connection, traceIds: readonly string[]): Promise<number> {
  let removed = 0;
  for (let at = 0; at < traceIds.length; at += STEP) {
    const list = traceIds.slice(at, at + STEP).filter(isTraceId).map(bytesLiteral).join(", ");
    if (list === "") continue;
    const there = await connection.select<{ bucket: number }>(`SELECT bucket FROM ${connection.table("buckets")} WHERE trace IN (${list}) GROUP BY trace, bucket`);
    const [count] = await connection.select<{ n: number }>(`SELECT uniqExact(trace) AS n FROM ${connection.table("buckets")} WHERE trace IN (${list})`);
    if (there.length === 0) continue;
    removed += count?.n ?? 0;
    const buckets = [...new Set(there.map(({ bucket }) => bucket))].join(", ");
    const shared = await connection.select<{ h: string }>(
      `SELECT DISTINCT lower(hex(hash)) AS h FROM ${connection.table("texts")} WHERE bucket = 0 AND hash IN (SELECT arrayJoin(texts) FROM ${connection.table("packs")} WHERE bucket IN (${buckets}) AND trace IN (${list}))`,
    );
    await announceErasure(connection);
    for (const table of ["packs", "traces", "buckets"]) await connection.command(`ALTER TABLE ${connection.localTable(table)} DELETE WHERE trace IN (${list})`, WAITING);
    await connection.command(`ALTER TABLE ${connection.localTable("texts")} DELETE WHERE bucket IN (${buckets}) AND (bucket, hash) GLOBAL NOT IN (SELECT bucket, arrayJoin(texts) FROM ${connection.table("packs")} WHERE bucket IN (${buckets}))`, WAITING);
    for (let from = 0; from < shared.length; from += STEP) {
      const hashes = shared.slice(from, from + STEP).map(({ h }) => bytesLiteral(h)).join(", ");
      await connection.command(
        `ALTER TABLE ${connection.localTable("texts")} DELETE WHERE bucket = 0 AND hash IN (${hashes}) AND hash GLOBAL NOT IN (SELECT h FROM (SELECT arrayJoin(texts) AS h FROM ${connection.table("packs")}) WHERE h IN (${hashes}))`,
        WAITING,
      );
    }
  }
  return removed;
}

/** Tell every writer that texts may be gone. */
export async function announceErasure(connection: Connection): Promise<void> {
  const next = Number((await readMeta(connection, "erasures")) ?? 0) + 1;
  await writeMeta(connection, "erasures", String(next), next);
}
