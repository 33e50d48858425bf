/** The same entries through a write stream, as loggers write: what a kill takes from one. */
import { createWriteStream, mkdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { lengthBetween, seeded, textOf } from "./numbered-entries.ts";

const [directory = "", seed = "0", most = "10000000"] = process.argv.slice(2);
const random = seeded(Number(seed));
random(11);
mkdirSync(directory, { recursive: true });
const stream = createWriteStream(join(directory, "log.jsonl"), { flags: "a" });
let number = 0;
function burst(): void {
  for (let left = 20; left > 0; left -= 1, number += 1) {
    const text = textOf(number, lengthBetween(random, 200, Number(most)));
    stream.write(`${JSON.stringify({ number, text })}\n`);
    writeSync(3, `${number}:${text.length}\n`);
  }
  setImmediate(burst);
}
burst();
