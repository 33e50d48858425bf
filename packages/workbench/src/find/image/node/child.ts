/** The process that decodes and reads images, so that a hostile file or a hang takes nothing else with it. File bytes on standard input, regions as JSON on descriptor 3; writes nothing anywhere. */
import { readFileSync, writeSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { readPixels } from "../read.ts";
import { decodeImage } from "./decode.ts";
import { loadReader } from "./load-reader.ts";

const say = (value: unknown): void => {
  const bytes = Buffer.from(JSON.stringify(value));
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at);
};
try {
  const pixels = decodeImage(readFileSync(0));
  const reader = await loadReader();
  say({ regions: await readPixels(pixels, reader) });
} catch (error) {
  say(error instanceof WhysaidError ? { code: error.code, sentence: error.message, fix: error.fix } : { code: "IMAGE_UNREADABLE", sentence: "the image could not be read", fix: "Save it again as PNG or JPEG, or crop it." });
}
// The reader's worker would keep us alive.
process.exit(0);
