import { afterEach, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { retentionFacts, searchedRetentionFacts } from "./testing/retention-facts.ts";

let fresh: FreshClickhouse | undefined;
afterEach(() => fresh?.drop());

test.each([...retentionFacts, ...searchedRetentionFacts])("on ClickHouse: %s", async (_fact, proof) => {
  fresh = await freshClickhouse(digestOf);
  const store = await fresh.open();
  await expect(proof(store)).resolves.toBeUndefined();
  await store.close();
});
