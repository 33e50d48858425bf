/** The canary harness in short (`npm run faults canary` is the whole of it): every field of a recording, streaming and not, and a leak put in on purpose to show that the search would find one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { CanaryApp } from "../faults/canary/app.ts";
import { needles } from "../faults/canary/encodings.ts";
import { searchFolders } from "../faults/canary/search.ts";

const base = mkdtempSync(join(tmpdir(), "whysaid-canary-test-"));
const app = new CanaryApp();
afterAll(() => {
  app.remove();
  rmSync(base, { recursive: true, force: true });
});

async function hitsOf(mode: string, leak: string = ""): Promise<{ readonly hits: readonly string[]; readonly code: number | null; readonly bytes: number }> {
  const all = join(base, `${mode}-${leak.length}`);
  const [temporary, printed] = [join(all, "tmp"), join(all, "printed")];
  for (const folder of [temporary, printed]) mkdirSync(folder, { recursive: true });
  const run = await app.run({ dir: join(all, ".whysaid"), temporary, mode, leak });
  writeFileSync(join(printed, "out"), run.stdout);
  writeFileSync(join(printed, "err"), run.stderr);
  const { hits, bytes } = await searchFolders([all], needles());
  return { hits: hits.map(({ kind, encoding, where }) => `${kind} (${encoding}) in ${where.slice(all.length)}`), code: run.code, bytes };
}

test("no identifier of 28 kinds is in any byte that a recording of every field leaves, in any of 900 encodings", async () => {
  const { hits, code, bytes } = await hitsOf("short");
  expect(hits).toEqual([]);
  expect([code, bytes > 20_000]).toEqual([0, true]);
}, 180_000);

test("the search finds a name that was leaked on purpose", async () => {
  const { hits } = await hitsOf("none", "a name in JSON escapes");
  expect(hits.join()).toContain("family name");
}, 60_000);
