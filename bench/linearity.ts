/**
 * `npm run bench linearity`: time grows with the text. CPU(2n) / CPU(n) of the whole redactor, three people declared, on ordinary and on adversarial text up to 8 MB
 * (`--quick`: to 2 MB). Exits 1 when a ratio is over the limit.
 */
import { randomBytes } from "node:crypto";
import { createRedactor } from "@whysaid/recorder/redact";

const MAX_RATIO = 2.2;
const UNITS: Readonly<Record<string, string>> = {
  "ward notes": "Ana García (MRN 01791786, b. 2/6/1983) got 12.5 mg caffeine at 08:15; weight 2.1 kg. Dr. Smith called 213-555-0138. ",
  "one letter": "a",
  "one digit": "1",
  "digits and spaces": "1 ",
  "capitals": "Aa ",
  "backslashes": "\\",
  "quotes": '"',
  "open braces": '{"a":',
  "open arrays": "[",
  "deep objects with values": '{"name":"Ana","resourceType":"Patient","b":',
  "kept and taken in turns": '{"model":"gpt-4o","date":"2/6/1983"},',
  "escapes": "\\u00ed",
  "percents": "%C3%AD",
  "entities": "&iacute;",
  "declared name": "Ana ",
  "declared family name": "García ",
  "base64": "QW5hIEdhcmPDrWEg",
  "hats and pipes": "PID|1||7^^^A|\r",
  "at signs": "a@",
  "dots": "a.",
  "brackets of ours": "⟦PERSON:",
  "zero width": "A\u200b",
};
const SIZES = [1, 2, 4, 8].map((mega) => mega * 1_048_576);

const sizes = process.argv.includes("--quick") ? SIZES.slice(0, 2) : SIZES;
const redactor = createRedactor({ key: randomBytes(32), vault: "none", cacheBytes: 0, budgetMs: 1e9 });
const declared = { persons: [{ name: "Ana García", mrn: "01791786", dob: "1983-02-06", phone: "(213) 555-0138" }, { name: "Sofía García" }, { name: "Bo Smith" }] };
console.log("\nLinearity: CPU milliseconds by size of the text\n");
console.log(`${"text of".padEnd(22)} ${sizes.map((size) => `${size / 1_048_576} MB`.padStart(9)).join("")}   greatest t(2n)/t(n) (to reach: ${MAX_RATIO})`);
let failed = false;
for (const [name, unit] of Object.entries(UNITS)) {
  const times = sizes.map((size) => {
    const text = textOf(name, unit, size);
    // The better of two: what disturbs a run only ever adds.
    return Math.min(...[0, 1].map(() => cpuMs(() => redactor.root.with(declared).text(text, { signal: "input" }))));
  });
  const ratios = times.slice(1).map((time, index) => time / (times[index] as number));
  const worst = Math.max(...ratios);
  if (worst > MAX_RATIO) failed = true;
  console.log(`${name.padEnd(22)} ${times.map((time) => time.toFixed(0).padStart(9)).join("")}   ${worst.toFixed(2)}${worst > MAX_RATIO ? "  over" : ""}`);
}
process.exit(failed ? 1 : 0);

function textOf(name: string, unit: string, size: number): string {
  const text = unit.repeat(Math.ceil(size / unit.length));
  // Through bytes, so that it is one flat string as a parser would give it.
  return Buffer.from(name.startsWith("deep") ? `${text}1${"}".repeat(Math.ceil(size / unit.length))}` : name.startsWith("kept") ? `[${text}1]` : text.slice(0, size)).toString();
}

function cpuMs(run: () => void): number {
  globalThis.gc?.();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
