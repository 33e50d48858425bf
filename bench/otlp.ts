/**
 * OTLP dialects: is everything a capture says found under its signal? `npm run bench otlp`
 *
 * The oracle (otlp/oracle.ts) walks the attributes by key words; every text, system prompt, tool-call argument, tool result, answering model and token count it meets must be found
 * in the readings of the same trace. The same recorded exchange through several dialects must say the same. Below 100 % the exit code is 1.
 */
import { readingOf, type Reading } from "../packages/workbench/src/ingest/otlp/dialects/reading.ts";
import { captures, type Capture } from "./otlp/captures.ts";
import { isFound } from "./otlp/found.ts";
import { saidBy, sorts } from "./otlp/oracle.ts";
import { sameExchange } from "./otlp/same.ts";

let missed = 0;
const all = captures();
if (all.length === 0) console.log("no corpus (WHYSAID_CORPUS): 0 captures checked");
else {
  console.log(`${"capture".padEnd(36)}${"spans".padStart(6)}${"calls".padStart(6)}${sorts.map((sort) => sort.padStart(11)).join("")}`);
  for (const capture of all) table(capture);
  console.log();
  missed += sameExchange(all);
  console.log(missed === 0 ? "\n100 % found" : `\n${missed} missed`);
}
process.exitCode = missed === 0 ? 0 : 1;

function table(capture: Capture): void {
  const readings = capture.spans.map((span) => readingOf(span)).filter((one): one is Reading => one !== null);
  const cells = sorts.map((sort) => {
    let found = 0;
    let total = 0;
    for (const span of capture.spans) {
      const near = readings.filter((reading) => reading.trace === span.traceId);
      const kind = near.find((reading) => reading.span === span.spanId)?.kind;
      // An agent's counts are the sums of its calls', which have their own.
      if (kind === "other" || (kind === "agent" && sort === "tokens")) continue;
      for (const value of saidBy(span)[sort]) {
        total += 1;
        if (isFound(sort, value, near)) found += 1;
        else if (process.argv.includes("--missed")) console.log(`  ${capture.name} ${sort} ${span.name}: ${JSON.stringify(value).slice(0, 120)}`);
      }
    }
    missed += total - found;
    return `${found}/${total}`;
  });
  console.log(`${capture.name.padEnd(36)}${String(capture.spans.length).padStart(6)}${String(readings.filter(({ kind }) => kind === "generation").length).padStart(6)}${cells.map((cell) => cell.padStart(11)).join("")}`);
}
