/** Appends at durability `power`, alone and in batches, over several segments; says `acknowledged N` on stdout when a call has returned. */
import { writeSync } from "node:fs";
import { openJournal } from "../../packages/recorder/src/journal/index.ts";
import { header, textOf, toolEntry } from "./numbered-entries.ts";

const journal = openJournal({ directory: process.argv[2] ?? "", header, durability: "power", segmentBytes: 20_000 });
for (let number = 0; number < 100; number += 1) {
  const appended =
    number % 4 === 0
      ? journal.batch(() => {
          for (const part of [0, 1, 2]) journal.append(toolEntry(number * 10 + part, textOf(number * 10 + part, 1000)));
        })
      : journal.append(toolEntry(number * 10, textOf(number * 10, 1000)));
  if (appended) writeSync(1, `acknowledged ${number}\n`);
}
