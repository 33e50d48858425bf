/**
 * The reader made of the machine's own tesseract: three to five times as fast as the same engine in WebAssembly, and nothing to install where it is there already. The image goes in by standard input and the words come
 * out by standard output; it writes no file, is given no shell, and is ended when it takes too long.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { toPgm } from "../pixels.ts";
import type { Reader } from "../reader.ts";
import { linesOfTsv } from "../tsv.ts";

const MAX_MS = 45_000;
/** Ten times what a page full of words comes to. */
const MAX_OUTPUT_BYTES = 16 * 2 ** 20;
const LANGUAGE = "eng";
/** Page segmentation modes: automatic, one uniform block. As for tesseract.js. */
const MODES = { page: "3", lines: "6" } as const;

/** @returns null where there is none, or none that reads English */
export async function tesseractProgram(path: string | undefined): Promise<Reader | null> {
  const program = programOn(path);
  if (program === null) return null;
  try {
    const languages = await run(program, ["--list-langs"], new Uint8Array());
    if (!languages.split(/\r?\n/).includes(LANGUAGE)) return null;
  } catch {
    return null;
  }
  return {
    name: "tesseract",
    read: async (image, layout) => linesOfTsv(await run(program, ["stdin", "stdout", "-l", LANGUAGE, "--oem", "1", "--psm", MODES[layout], "--dpi", "150", "tsv"], toPgm(image))),
    close: () => Promise.resolve(),
  };
}

/** In the directories of a PATH that are named in full: not in whatever directory we happen to be in. */
function programOn(path: string | undefined): string | null {
  const name = process.platform === "win32" ? "tesseract.exe" : "tesseract";
  for (const directory of (path ?? "").split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return null;
}

function run(program: string, given: readonly string[], input: Uint8Array): Promise<string> {
  const { TESSDATA_PREFIX: languages, PATH: path = "" } = process.env;
  return new Promise((resolve, reject) => {
    const failed = (how: string, cause?: unknown): void => reject(new WhysaidError("IMAGE_UNREADABLE", `the machine's tesseract could not read the image: ${how}`, { fix: "Crop it to the part that shows the answer; `tesseract --version` should run.", cause }));
    // One thread: what it wins with more it loses to waiting on images of this size.
    const child = spawn(program, given, { env: { PATH: path, OMP_THREAD_LIMIT: "1", ...(languages === undefined ? {} : { TESSDATA_PREFIX: languages }) }, stdio: ["pipe", "pipe", "ignore"], timeout: MAX_MS, killSignal: "SIGKILL", shell: false });
    const said: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > MAX_OUTPUT_BYTES) child.kill("SIGKILL");
      else said.push(part);
    });
    child.on("error", (cause) => failed("it could not be started", cause));
    child.on("close", (code, signal) => (code === 0 ? resolve(Buffer.concat(said).toString("utf8")) : failed(signal === null ? `it ended with ${code}` : "it took too long, or said too much")));
    child.stdin.on("error", () => undefined); // it ended before it had read all of it
    child.stdin.end(input);
  });
}
