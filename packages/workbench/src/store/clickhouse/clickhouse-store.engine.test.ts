import { afterEach, describe, test } from "vitest";
import { digestOf } from "../../ingest/digest.ts";
import { describeStore } from "../conformance.ts";
import { freshClickhouse, type FreshClickhouse } from "../testing/clickhouse.ts";

const fresh: FreshClickhouse[] = [];
afterEach(async () => {
  for (const one of fresh.splice(0)) await one.drop();
});
async function freshStore(): Promise<FreshClickhouse> {
  const one = await freshClickhouse(digestOf);
  fresh.push(one);
  return one;
}

describeStore(
  "clickhouse",
  async () => {
    const { open } = await freshStore();
    return { store: await open(), reopen: open };
  },
  { describe, test },
);
