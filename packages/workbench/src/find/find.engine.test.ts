/** `find` over the same recordings in a file and in ClickHouse: the same matches, as sure, with the same excerpts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openStore } from "../ingest/open-store.ts";
import { migrateClickhouse } from "../store/clickhouse/migrate.ts";
import type { Store } from "../store/store.ts";
import { addCall, HandSegment, traceOf, writerOf } from "../store/testing/batches.ts";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { find } from "./find.ts";
import type { Redact } from "./query.ts";

const directory = mkdtempSync(join(tmpdir(), "whysaid-find-"));
const drugs = ["caffeine citrate", "gentamicin", "ibuprofen", "vitamin K", "Überwachungslösung", "phenobarbital", "amoxicillin", "furosemide"];
const units = ["mg", "ml", "µg", "mmol"];
const doseOf = (n: number): string => ((n * 37) % 90) / 4 + " " + (units[n % 4] ?? "mg");
const answerOf = (n: number): string => `Give **${drugs[n % 8]}** ${doseOf(n)} every ${6 + (n % 3) * 6} hours for patient ${1000 + n}; weight ${(1500 + n * 13) / 1000} kg.${n % 5 === 0 ? " Monitor apnoea — and repeat the level on day three." : ""}`;

let server: FreshClickhouse;
let file: Store;
let clickhouse: Store;
beforeAll(async () => {
  server = await freshClickhouse(digestOf, join(directory, "keys"));
  [file, clickhouse] = [await openStore(join(directory, "store.db")), await server.open()];
  const segment = new HandSegment(writerOf(1));
  for (let n = 0; n < 240; n += 1)
    addCall(segment, { trace: traceOf(n), atMs: 1000 + n * 1000, feature: n % 2 === 0 ? "dose-summary" : "triage", conversation: `c${n % 60}`, answer: answerOf(n), question: `Which dose of ${drugs[n % 8]} for case ${n % 40}? Élodie asked «twice».`, ...(n % 3 === 0 ? { promptVersion: "v1" } : {}) });
  for (const store of [file, clickhouse]) await store.ingest(segment.batch());
});
afterAll(async () => {
  await file.close();
  await clickhouse.close();
  await server.drop();
  rmSync(directory, { recursive: true, force: true });
});

const typo = (text: string): string => text.replace("weight", "wieght").replace("every", "evry");
const queries: readonly string[] = Array.from({ length: 20 }, (_, n) => {
  const answer = answerOf(n * 4 + (n % 7));
  const asked = [answer, typo(answer), answer.slice(10, 70), `${drugs[n % 8]} ${doseOf(n)}`, `"${answer.slice(6, 40).replaceAll("*", "")}"`, (drugs[n % 8] ?? "").slice(0, 5), `Which dose of ${drugs[n % 8]} for case ${n % 40}`, `elodie asked twice ${n}`, "overwachungslosung", `patient ${1000 + n * 3}`];
  return asked[n % asked.length] ?? answer;
});
const asGiven: Redact = (text) => ({ text, spans: [] });
const ask = (store: Store, text: string): ReturnType<typeof find> => find(store, { text }, asGiven);

test("whole answers, pieces, typos, parts of words and inputs find the same in both", async () => {
  let matched = 0;
  for (const query of queries) {
    const [here, there] = [await ask(file, query), await ask(clickhouse, query)];
    expect([query, there]).toEqual([query, here]);
    matched += here.matches.length;
  }
  expect(matched).toBeGreaterThan(40);
});

test("what a filter leaves is searched alike, and so is what is left after a removal", async () => {
  const filters = [{ feature: "triage" }, { promptVersion: "v1", feature: "dose-summary" }, { conversation: "c7" }, { sinceMs: 100_000, untilMs: 180_000 }];
  const compare = async (): Promise<void> => {
    for (const filter of filters)
      for (const query of ["caffeine citrate every 12 hours", "case 13 elodie"]) {
        const [here, there] = [await find(file, { text: query }, asGiven, { filter }), await find(clickhouse, { text: query }, asGiven, { filter })];
        expect([query, filter, there]).toEqual([query, filter, here]);
      }
  };
  await compare();
  const gone = Array.from({ length: 30 }, (_, n) => traceOf(n * 5));
  for (const store of [file, clickhouse]) expect(await store.remove(gone)).toBe(30);
  await compare();
});

test("a store of the version before is searched after it was migrated", async () => {
  const connection = await server.connect();
  const { database } = connection.address;
  for (const change of ["traces DROP INDEX words", "traces DROP COLUMN words", "traces DROP COLUMN shown", "meta DELETE WHERE key = 'schema'"]) await connection.command(`ALTER TABLE ${database}.${change}`, { mutations_sync: 2 });
  await connection.command(`INSERT INTO ${database}.meta VALUES ('schema', '1', 1)`);
  await connection.close();
  await expect(server.open()).rejects.toMatchObject({ code: "STORE_NOT_MIGRATED" });
  expect(await migrateClickhouse(server.address)).toMatchObject({ from: 1, to: 2 });
  // The server remembers that it was told this version once, and lets the row we deleted not in again.
  const told = await server.connect();
  await told.command(`INSERT INTO ${database}.meta VALUES ('schema', '2', 2)`);
  await told.close();
  const migrated = await server.open();
  const query = answerOf(44);
  expect(await ask(migrated, query)).toEqual(await ask(file, query));
  await migrated.close();
});
