/** Every command of docs/operate.md about where a store is kept, before "Running the server", is run in the page's order against ClickHouse: this machine's address for the page's, a temporary folder for `/backup`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { digestOf } from "../ingest/digest.ts";
import { newFolder, whysaid, type Folder } from "./testing/whysaid.ts";

const whole = readFileSync(new URL("../../../../docs/operate.md", import.meta.url), "utf8");
const page = whole.slice(0, whole.indexOf("\n## Running the server"));
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => (block ?? "").split("\n").filter((line) => line.startsWith("whysaid ")));

let folder: Folder;
let clickhouse: FreshClickhouse;
beforeAll(async () => {
  folder = newFolder();
  const directory = join(folder.path, ".whysaid");
  clickhouse = await freshClickhouse(digestOf, join(directory, "keys"));
  // The page makes the tables itself.
  const connection = await clickhouse.connect();
  await connection.command(`DROP DATABASE ${connection.address.database} SYNC`);
  await connection.close();
  const recorder = createRecorder({ dir: directory });
  for (let n = 0; n < 3; n += 1) recorder.generation({ completion: { text: `good evening ${n}` } } as never);
  await recorder.close();
  // Brings the journal into the store.
  await whysaid(["list"], { cwd: folder.path });
});
afterAll(async () => {
  await clickhouse.drop();
  folder.remove();
});

/** The page's address and folder as they are here; what `?` adds stays. */
function argvOf(line: string): readonly string[] {
  const { host, pathname } = new URL(clickhouse.address);
  const here = line.replace("clickhouse://whysaid:secret@db.internal:8123/whysaid", `clickhouse://${host}${pathname}`).replaceAll("/backup/", `${folder.path}/backup/`);
  return [...here.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "").slice(1);
}

test("the page has commands to run", () => expect(commands.length).toBeGreaterThanOrEqual(6));

test.each(commands.filter((line) => !line.includes("cluster=")))("%s", async (line) => {
  const { code, stdout, stderr } = await whysaid(argvOf(line), { cwd: folder.path });
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
});

test("what was copied is in ClickHouse, and the backup is a directory like the first", async () => {
  const store = await clickhouse.open();
  expect((await store.counts()).traces).toBe(3);
  await store.close();
  const [backup = ""] = commands.filter((line) => line.startsWith("whysaid backup")).map((line) => argvOf(line).at(-1));
  expect(existsSync(join(backup, "keys", "text-hash.key"))).toBe(true);
});

test.each(commands.filter((line) => line.includes("cluster=")))("%s asks for a cluster, and says so where there is none of that name", async (line) => {
  const { code, stdout } = await whysaid([...argvOf(line), "--json"], { cwd: folder.path });
  expect([code, code === 0 ? "" : (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual(code === 0 ? [0, ""] : [1, "STORE_REFUSED"]);
});
