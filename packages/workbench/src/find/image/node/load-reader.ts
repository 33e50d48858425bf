/** The reader for Node, from packages alone: tesseract.js and its English data, optional peers, loaded when an image comes. Nothing is fetched. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Reader } from "../reader.ts";
import { tesseractReader, type TesseractModule } from "../tesseract-js.ts";

/** @throws WhysaidError `NOT_INSTALLED` */
export async function loadReader(): Promise<Reader> {
  const require = createRequire(import.meta.url);
  let module: TesseractModule;
  let data: string;
  try {
    module = require("tesseract.js") as TesseractModule;
    data = dirname(require.resolve("@tesseract.js-data/eng/package.json"));
  } catch (cause) {
    throw new WhysaidError("NOT_INSTALLED", "reading an image needs tesseract.js and its English data, which are not installed", { fix: "npm install tesseract.js @tesseract.js-data/eng, then search again.", cause });
  }
  return tesseractReader(module, { langPath: join(data, "4.0.0_best_int"), wrap: (bytes) => Buffer.from(bytes) });
}
