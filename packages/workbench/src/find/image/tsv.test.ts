import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeImage } from "./node/decode.ts";
import { tesseractProgram } from "./node/tesseract-program.ts";
import { readPixels } from "./read.ts";
import { linesOfTsv } from "./tsv.ts";

test("the table tesseract 5.3 wrote of the screenshot is its lines, words and boxes", () => {
  const lines = linesOfTsv(readFileSync(new URL("./testing/screenshot.tsv", import.meta.url), "utf8"));
  const texts = lines.map(({ words }) => words.map(({ text }) => text).join(" "));
  expect(texts).toContain("Mateo weighs 2.14 kg today; give");
  const line = lines[texts.indexOf("Mateo weighs 2.14 kg today; give")];
  expect(line?.box.width).toBeGreaterThan(600);
  expect(line?.words.every(({ confidence }) => confidence > 80 && confidence <= 100)).toBe(true);
  expect(new Set(lines.map(({ block }) => block)).size).toBeGreaterThan(1);
});

const own = await tesseractProgram(process.env["PATH"]);
test.skipIf(own === null)("this machine's tesseract reads the screenshot, every number twice", { timeout: 60_000 }, async () => {
  const [region] = own === null ? [] : await readPixels(decodeImage(readFileSync(new URL("./testing/screenshot.png", import.meta.url))), own);
  expect(region?.text).toContain("Mateo weighs 2.14 kg today; give\ncaffeine citrate 12.5 mg at once.");
  expect(region?.doubtful).toEqual([]);
});
test("a directory that is not named in full is not looked into", async () => expect(await tesseractProgram(".:bin:")).toBeNull());
