/** An image's bytes → the texts on it, in a process of its own that is killed when it takes too long. Nothing of the image is stored or logged. */
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import { moduleAt, ownFlags } from "../../../places.ts";
import type { Region } from "../read.ts";

const MAX_MS = 60_000;
const MAX_MEMORY_MB = 1024;
/** Larger files are refused before they are read; `decode.ts` says the same of pixels. */
const MAX_FILE_BYTES = 32 * 2 ** 20;

/** @throws WhysaidError `IMAGE_UNREADABLE`, `NOT_INSTALLED`, `FILE_UNREADABLE` */
export async function readImageFile(path: string): Promise<readonly Region[]> {
  let bytes: Buffer;
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new WhysaidError("IMAGE_UNREADABLE", "the image's file is larger than 32 MB", { fix: "Crop it to the part that shows the answer." });
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof WhysaidError) throw cause;
    throw new WhysaidError("FILE_UNREADABLE", `${path} cannot be read`, { fix: "Check the path and its permissions.", cause });
  }
  return readImage(bytes);
}

/** @throws WhysaidError `IMAGE_UNREADABLE`, `NOT_INSTALLED` */
export async function readImage(bytes: Uint8Array, maxMs: number = MAX_MS): Promise<readonly Region[]> {
  const script = fileURLToPath(moduleAt("./find/image/node/child.ts"));
  const flags = [`--max-old-space-size=${MAX_MEMORY_MB}`, ...ownFlags()];
  // No environment but the paths to programs and to tesseract's languages: the child has no business with keys.
  const { PATH: path = "", TESSDATA_PREFIX: languages } = process.env;
  const child = spawn(process.execPath, [...flags, script], { env: { PATH: path, ...(languages === undefined ? {} : { TESSDATA_PREFIX: languages }) }, stdio: ["pipe", "ignore", "ignore", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), maxMs);
  try {
    const said: Buffer[] = [];
    const closed = new Promise<void>((resolve) => {
      child.once("error", () => resolve());
      child.once("close", () => resolve());
    });
    const out = child.stdio[3] as NodeJS.ReadableStream;
    out.on("data", (part: Buffer) => said.push(part));
    child.stdin?.on("error", () => undefined); // it refused the image before it had read all of it
    child.stdin?.end(bytes);
    await closed;
    return regionsIn(Buffer.concat(said).toString("utf8"));
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

function regionsIn(text: string): readonly Region[] {
  const said = (text === "" ? { code: "IMAGE_UNREADABLE", sentence: "reading the image took too long, or too much memory", fix: "Crop it to the part that shows the answer." } : JSON.parse(text)) as
    | { readonly regions: readonly Region[] }
    | { readonly code: "IMAGE_UNREADABLE" | "NOT_INSTALLED"; readonly sentence: string; readonly fix: string };
  if ("regions" in said) return said.regions;
  throw new WhysaidError(said.code, said.sentence, { fix: said.fix });
}
