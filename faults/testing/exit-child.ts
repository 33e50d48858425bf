/** Appends a burst of 100 entries, says so, and ends at once in the way it is told. */
import { writeSync } from "node:fs";
import { openJournal } from "../../packages/recorder/src/journal/index.ts";
import { header, lengthBetween, seeded, textOf, toolEntry } from "./numbered-entries.ts";

const [directory = "", seed = "0", way = ""] = process.argv.slice(2);
const random = seeded(Number(seed));
const journal = openJournal({ directory, header });
let refused = 0;
for (let number = 0; number < 100; number += 1) {
  if (!journal.append(toolEntry(number, textOf(number, lengthBetween(random, 200, 50_000))))) refused += 1;
}
writeSync(3, `${100 - refused}\n`);

switch (way) {
  case "end":
    break;
  case "exit":
    process.exit(0);
  // eslint-disable-next-line no-fallthrough -- process.exit does not return
  case "throw":
    throw new Error("the app threw");
  case "rejection":
    void Promise.reject(new Error("nobody caught it"));
    break;
  case "abort":
    process.abort();
  // eslint-disable-next-line no-fallthrough -- process.abort does not return
  case "sigterm":
    process.kill(process.pid, "SIGTERM");
    setInterval(() => {}, 1000);
    break;
  case "out-of-memory": {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 1000 }, () => ({ hoard })));
  }
  default:
    throw new Error(`no such way to end: ${way}`);
}
