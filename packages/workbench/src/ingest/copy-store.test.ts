import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Store } from "../store/store.ts";
import { fiftyQueries } from "../store/testing/fifty-queries.ts";
import { traffic } from "../store/testing/traffic.ts";
import { copyStore } from "./copy-store.ts";
import { openStore } from "./open-store.ts";

const opened: { readonly store: Store; readonly directory: string }[] = [];
afterEach(async () => {
  for (const { store, directory } of opened.splice(0)) {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
async function freshStore(): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-copy-"));
  const store = await openStore(join(directory, "store.db"));
  opened.push({ store, directory });
  return store;
}

test("a copy answers fifty questions as the original does, and a second copy adds nothing", async () => {
  const from = await freshStore();
  const to = await freshStore();
  const { ids, sinceMs } = await traffic(from, 90);
  const outcome = await copyStore(from, to, { pageTraces: 40 });
  expect(outcome).toMatchObject({ traces: 90, duplicates: 0, different: [], documents: 2 });
  const answers = await fiftyQueries(from, ids, sinceMs);
  expect(answers).toHaveLength(50);
  expect(await fiftyQueries(to, ids, sinceMs)).toEqual(answers.map((answer, at) => (at === 45 ? ["case", "copy"] : answer)));
  expect(await copyStore(from, to)).toMatchObject({ traces: 90, stored: 0, documents: 0, different: [] });
});

test("a copy that was broken off goes on at the page it stood at", async () => {
  const from = await freshStore();
  const to = await freshStore();
  await traffic(from, 90);
  let pages = 0;
  const breaking = new Proxy(to, {
    get(target, name): unknown {
      if (name === "ingest") {
        return async (...batches: Parameters<Store["ingest"]>) => {
          // The first is the writers' notes.
          if ((pages += 1) === 4) throw new Error("the target is gone");
          return target.ingest(...batches);
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value as (...given: unknown[]) => unknown).bind(target) : value;
    },
  });
  await expect(copyStore(from, breaking, { pageTraces: 20 })).rejects.toThrow("the target is gone");
  expect((await to.counts()).traces).toBe(40);
  expect(await copyStore(from, to, { pageTraces: 20 })).toMatchObject({ traces: 50, different: [] });
  expect((await to.counts()).traces).toBe(90);
});
