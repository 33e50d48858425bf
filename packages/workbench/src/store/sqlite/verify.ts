/** `verify`: every text and pack decompressed and re-hashed, every reference followed, counts compared. */
import { recalled, type TraceId } from "@whysaid/recorder/format";
import { unpackIds } from "../packing/bytes.ts";
import { refsOf } from "../packing/entry-refs.ts";
import { LOCAL_BASE, LOST_TEXT } from "../packing/pack.ts";
import type { Damage } from "../store.ts";
import type { Database } from "./driver.ts";
import type { PackRow, PackRows } from "./pack-rows.ts";
import type { Texts } from "./texts.ts";

const STEP = 500;

export async function* verifyStore(database: Database, texts: Texts, packs: PackRows, progress: (done: number, total: number) => void): AsyncGenerator<Damage> {
  const count = (table: string): number => (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  const total = count("texts") + count("packs") + count("traces");
  let done = 0;
  const known = new Set<number>();
  // By ranges of ids rather than one cursor: others may write while we read.
  const nextTexts = database.prepare(`SELECT id, hash, enc, data FROM texts WHERE id > ? ORDER BY id LIMIT ${STEP}`);
  for (let last = 0; ; ) {
    const rows = nextTexts.all(last) as readonly ({ id: number; enc: number; hash: Uint8Array; data: Uint8Array })[];
    for (const row of rows) {
      known.add(row.id);
      if (texts.verified(row) === undefined) yield { what: "text", id: String(row.id), detail: "its bytes cannot be decoded or have another hash than when they were stored" };
    }
    done += rows.length;
    progress(done, total);
    if (rows.length < STEP) break;
    last = (rows.at(-1) as { id: number }).id;
    await Promise.resolve();
  }
  const nextTraces = database.prepare(`SELECT id, trace, packs FROM traces WHERE id > ? ORDER BY id LIMIT ${STEP}`);
  const packById = database.prepare("SELECT trace, hash, enc, data FROM packs WHERE id = ?");
  let reached = 0;
  for (let last = 0; ; ) {
    const rows = nextTraces.all(last) as readonly { id: number; trace: Uint8Array; packs: Uint8Array }[];
    for (const row of rows) {
      const trace = Buffer.from(row.trace).toString("hex") as TraceId;
      for (const [ordinal, id] of unpackIds(row.packs).entries()) {
        const packRow = packById.get(id) as (PackRow & { trace: number }) | undefined;
        reached += 1;
        const pack = packRow === undefined ? undefined : packs.verified(packRow, trace, ordinal);
        if (pack === undefined) {
          yield { what: "pack", id: `${trace}/${id}`, detail: packRow === undefined ? "it is not there" : "its bytes cannot be decoded or have another hash than when they were stored" };
          continue;
        }
        const lost = new Set(pack.entries.flatMap(({ entry }) => refsOf(entry)).filter((ref) => ref !== LOST_TEXT && ref < LOCAL_BASE && !known.has(ref)));
        for (const ref of lost) {
          if (database.prepare("SELECT 1 FROM texts WHERE id = ?").get(ref) === undefined) yield { what: "reference", id: `${trace}/${id}`, detail: `text ${ref}, which it names, is not there` };
        }
      }
    }
    done += rows.length;
    progress(done, total);
    if (rows.length < STEP) break;
    last = (rows.at(-1) as { id: number }).id;
    await Promise.resolve();
  }
  const there = count("packs");
  if (reached < there) yield { what: "pack", id: "-", detail: `${there - reached} packs belong to no trace` };
  for (const row of database.prepare("PRAGMA integrity_check(20)").all() as readonly object[]) {
    const line = String(Object.values(row)[0]);
    if (line !== "ok") yield { what: "database", id: "-", detail: recalled(line) };
  }
  progress(total, total);
}
