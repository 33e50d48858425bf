import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { entryKinds } from "../src/format/index.ts";
import { reading } from "./golden/reading.ts";

const golden = fileURLToPath(new URL("golden/", import.meta.url));
const segments = readdirSync(golden, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".seg"));

test.each(segments)("%s still reads as it did when it was written", (name) => {
  const expected: unknown = JSON.parse(readFileSync(join(golden, name.replace(/\.seg$/, ".json")), "utf8"));
  expect(JSON.parse(JSON.stringify(reading(readFileSync(join(golden, name)))))).toEqual(expected);
});

test("the golden segments hold every kind of entry", () => {
  const kinds = reading(readFileSync(join(golden, "v1", "every-kind.seg"))).entries.map(({ entry }) => (entry as { kind: string }).kind);
  expect([...new Set(kinds)].toSorted()).toEqual(entryKinds.toSorted());
});
