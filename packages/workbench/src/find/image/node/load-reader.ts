/** The reader for Node: the machine's own tesseract where one is on PATH, else from packages alone, tesseract.js and its English data, optional peers, loaded when an image comes. Nothing is fetched. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Reader } from "../reader.ts";
import { tesseractProgram } from "./tesseract-program.ts";
import { tesseractReader, type TesseractModule } from "../tesseract-js.ts";

/**
 * @param path  PATH to look for tesseract on; empty for none
 * @throws WhysaidError `NOT_INSTALLED`
 */
export async function loadReader(path: string | undefined = process.env["PATH"]): Promise<Reader> {
  const own = await tesseractProgram(path);
  if (own !== null) return own;
  const require = createRequire(import.meta.url);
  let module: TesseractModule;
  let data: string;
  try {
    module = require("tesseract.js") as TesseractModule;
    data = dirname(require.resolve("@tesseract.js-data/eng/package.json"));
  } catch (cause) {
    throw new WhysaidError("NOT_INSTALLED", "reading an image needs tesseract with its English data on PATH, or tesseract.js, and neither is installed", { fix: "npm install tesseract.js @tesseract.js-data/eng, then search again.", cause });
  }
  return tesseractReader(module, { langPath: join(data, "4.0.0_best_int"), wrap: (bytes) => Buffer.from(bytes) });
}
