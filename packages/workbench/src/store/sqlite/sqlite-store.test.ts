import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { digestOf } from "../../ingest/digest.ts";
import { describeStore } from "../conformance.ts";
import type { Damage, Store } from "../store.ts";
import { addCall, HandSegment, spanOf, t, traceOf } from "../testing/batches.ts";
import { openDatabase } from "./driver.ts";
import { openSqliteStore } from "./open-sqlite.ts";

const directories: string[] = [];
const freshDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-store-"));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

for (const zstd of ["zstd-napi", "zstd-codec"] as const) {
  const hasNative = existsSync(join(import.meta.dirname, "../../../../../node_modules/zstd-napi/build/Release/binding.node"));
  if (zstd === "zstd-napi" && !hasNative) continue;
  describeStore(
    `sqlite with ${zstd}`,
    async () => {
      const path = join(freshDirectory(), "store.db");
      const open = (): Promise<Store> => openSqliteStore(path, { digestOf, zstd });
      return { store: await open(), reopen: open };
    },
    { describe, test },
  );
}

async function damageOf(store: Store): Promise<readonly Damage[]> {
  const found: Damage[] = [];
  for await (const damage of store.verify()) found.push(damage);
  return found;
}

describe("a SQLite store", () => {
  test("is opened with the key it was made with, readable by its owner only", async () => {
    const directory = freshDirectory();
    const path = join(directory, "store.db");
    await (await openSqliteStore(path, { digestOf })).close();
    const key = join(directory, "keys", "text-hash.key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    writeFileSync(key, `${"ab".repeat(32)}\n`);
    await expect(openSqliteStore(path, { digestOf })).rejects.toMatchObject({ code: "STORE_KEY_MISMATCH" });
    chmodSync(key, 0o600);
    writeFileSync(key, "not a key");
    await expect(openSqliteStore(path, { digestOf })).rejects.toMatchObject({ code: "STORE_KEY_UNREADABLE" });
  });

  test("of a newer version, of somebody else, or no database at all is refused with a clear error", async () => {
    const path = join(freshDirectory(), "store.db");
    await (await openSqliteStore(path, { digestOf })).close();
    const database = await openDatabase(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(openSqliteStore(path, { digestOf })).rejects.toMatchObject({ code: "STORE_NEWER_VERSION" });
    const foreign = join(freshDirectory(), "other.db");
    const other = await openDatabase(foreign);
    other.exec("CREATE TABLE recipes(name)");
    other.close();
    await expect(openSqliteStore(foreign, { digestOf })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
    const text = join(freshDirectory(), "text.db");
    writeFileSync(text, "a letter, not a database. ".repeat(200));
    await expect(openSqliteStore(text, { digestOf })).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    await expect(openSqliteStore(join(text, "store.db"), { digestOf })).rejects.toMatchObject({ code: "STORE_UNREADABLE" });
  });

  test("of the version before is brought to this one with what is in it", async () => {
    const path = join(freshDirectory(), "store.db");
    const store = await openSqliteStore(path, { digestOf });
    const segment = new HandSegment();
    addCall(segment, { trace: traceOf(1), atMs: 1000, answer: "Caffeine citrate 12.5 mg once daily." });
    segment.add(() => ({ kind: "trace-update", atMs: 1100, trace: traceOf(1), span: spanOf(9001), subject: { [t("mrn")]: t("⟦ID:h5n1p6rz3q9x~2⟧") } }));
    await store.ingest(segment.batch());
    await store.close();
    const database = await openDatabase(path);
    for (const table of ["documents", "document_traces", "ft_shown_words", "ft_in_words", "shown", "ft_shown", "subjects"]) database.exec(`DROP TABLE ${table}`);
    for (const sql of ["CREATE VIRTUAL TABLE ft_out USING fts5(t, content='', contentless_delete=1, detail=none)", "DELETE FROM meta WHERE key = 'shown_left'", "ALTER TABLE traces DROP COLUMN passed", "ALTER TABLE traces DROP COLUMN flags", "PRAGMA user_version = 1"]) database.exec(sql);
    database.close();
    const newer = await openSqliteStore(path, { digestOf });
    expect((await newer.list({ limit: 9 })).map(({ traceId }) => traceId)).toEqual([traceOf(1)]);
    const found = await newer.search.candidates({ place: "answer", words: [{ word: "caffeine", weight: 1 }], filter: { subject: "ID:h5n1p6rz3q9x" }, limit: 9 });
    expect(found.map(({ traceId }) => traceId)).toEqual([traceOf(1)]);
    expect(await newer.search.documents("answer")).toBe(1);
    expect(await newer.documents.put({ kind: "case", id: "a", body: 1 })).toEqual({ outcome: "saved", version: 1 });
    await newer.close();
  });

  test("locked by another process says so, and takes the batch afterwards", async () => {
    const path = join(freshDirectory(), "store.db");
    const store = await openSqliteStore(path, { digestOf, busyTimeoutMs: 20 });
    const holder = await openDatabase(path);
    holder.exec("BEGIN IMMEDIATE");
    const segment = new HandSegment();
    addCall(segment, { trace: traceOf(1), atMs: 1000 });
    await expect(store.ingest(segment.batch())).rejects.toMatchObject({ code: "STORE_LOCKED" });
    holder.exec("COMMIT");
    holder.close();
    expect((await store.ingest(segment.batch())).stored).toBe(segment.entries.length);
    expect(await damageOf(store)).toEqual([]);
    await store.close();
  });

  test("tells which text, pack or reference is damaged, and will not hand out a text that was changed", async () => {
    const path = join(freshDirectory(), "store.db");
    const store = await openSqliteStore(path, { digestOf });
    const segment = new HandSegment();
    for (let n = 0; n < 3; n += 1) addCall(segment, { trace: traceOf(n), atMs: 1000 + n, question: `A question with the number ${n} that stands alone in its trace.` });
    await store.ingest(segment.batch());
    const database = await openDatabase(path);
    const victim = database.prepare("SELECT id FROM texts WHERE trace = (SELECT id FROM traces WHERE trace = ?) ORDER BY id LIMIT 1").get(Buffer.from(traceOf(1), "hex")) as { id: number };
    database.prepare("UPDATE texts SET enc = 0, data = ? WHERE id = ?").run(Buffer.from("another text than was stored"), victim.id);
    database.prepare("UPDATE packs SET trace = trace, data = x'00' WHERE id = 3").run();
    database.close();
    const damage = await damageOf(store);
    expect(damage.map(({ what }) => what).sort()).toEqual(["pack", "text"]);
    expect(damage.find(({ what }) => what === "text")?.id).toBe(String(victim.id));
    const trace = await store.trace(traceOf(1));
    expect(() => trace?.textOf(victim.id)).toThrow(expect.objectContaining({ code: "STORE_DAMAGED" }));
    await expect(store.trace(traceOf(2))).rejects.toMatchObject({ code: "STORE_DAMAGED" });
    await store.close();
  });

  test("keeps the rollup equal to what the rows say, late entries included", async () => {
    const path = join(freshDirectory(), "store.db");
    const store = await openSqliteStore(path, { digestOf });
    const segment = new HandSegment();
    for (let n = 0; n < 6; n += 1) addCall(segment, { trace: traceOf(n), atMs: 1000 + n, ...(n < 2 ? { failedRule: "dose_range" } : {}) });
    for (const one of segment.entries.toReversed()) await store.ingest(segment.batch([one]));
    const database = await openDatabase(path);
    const rows = database.prepare("SELECT names.name, sum(n) AS n FROM rollup JOIN names ON names.id = measure GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1").all() as readonly { name: string; n: number }[];
    expect(Object.fromEntries(rows.map(({ name, n }) => [name, n]))).toMatchObject({ traces: 6, generations: 6, failed: 2, "rule-failed:dose_range": 2, "rule-passed:dose_range": 4, "input-tokens": 720, "state:complete": 6 });
    database.close();
    await store.close();
  });

  test("keeps each text in one full-text table: answers by their traces, inputs by themselves", async () => {
    const path = join(freshDirectory(), "store.db");
    const store = await openSqliteStore(path, { digestOf });
    const segment = new HandSegment();
    addCall(segment, { trace: traceOf(1), atMs: 1000, question: "Which infusion for the patient in bed nine?", answer: "Give paracetamol rectally, 15 mg per kilogram." });
    await store.ingest(segment.batch());
    const database = await openDatabase(path);
    const hits = (table: string, word: string): number => (database.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${table} MATCH ?`).get(word) as { n: number }).n;
    expect([hits("ft_shown", "paracetamol"), hits("ft_in", "paracetamol"), hits("ft_in", "infusion"), hits("ft_shown", "infusion"), hits("ft_in", "admission")]).toEqual([1, 0, 1, 0, 1]);
    database.close();
    await store.close();
  });

  test("written with one zstd is read with the other", async () => {
    const path = join(freshDirectory(), "store.db");
    const segment = new HandSegment();
    for (let n = 0; n < 400; n += 1) addCall(segment, { trace: traceOf(n), atMs: 1000 + n, question: `${"The patient asks about the dose of caffeine citrate, again and again. ".repeat(60)} ${n} ${Math.sin(n)}` });
    const store = await openSqliteStore(path, { digestOf, zstd: "zstd-codec" });
    await store.ingest(segment.batch());
    await store.close();
    const database = await openDatabase(path);
    expect((database.prepare("SELECT count(*) AS n FROM dictionaries").get() as { n: number }).n).toBeGreaterThan(0);
    database.close();
    const other = await openSqliteStore(path, { digestOf });
    expect(await damageOf(other)).toEqual([]);
    await other.close();
  });

  test("holds no text of its entries in the clear where compression hides it: the key file holds only the key", async () => {
    const directory = freshDirectory();
    await (await openSqliteStore(join(directory, "store.db"), { digestOf })).close();
    expect(readFileSync(join(directory, "keys", "text-hash.key"), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
  });
});
