/** Appends numbered entries until it is killed; says each number on descriptor 3 after `append` has returned. */
import { writeSync } from "node:fs";
import { openJournal } from "../../packages/recorder/src/journal/index.ts";
import { header, lengthBetween, seeded, textOf, toolEntry } from "./numbered-entries.ts";

const [directory = "", seed = "0", most = "10000000", durability = "process"] = process.argv.slice(2);
const random = seeded(Number(seed));
const journal = openJournal({ directory, header, durability: durability === "power" ? "power" : "process", segmentBytes: 1 << (14 + random(11)) });
for (let number = 0; ; number += 1) {
  const text = textOf(number, lengthBetween(random, 200, Number(most)));
  if (journal.append(toolEntry(number, text))) writeSync(3, `${number}:${text.length}\n`);
}
