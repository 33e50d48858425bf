/** A file a command was given by name, read as text; `-` is standard input. */
import { readFileSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";

/**
 * @param path  undefined when the option was not given, and then so is the text
 * @throws WhysaidError `FILE_UNREADABLE`
 */
export function textFile(path: string, fix?: string): string;
export function textFile(path: string | undefined, fix?: string): string | undefined;
export function textFile(path: string | undefined, fix = "Give a text file, or - for standard input."): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    throw new WhysaidError("FILE_UNREADABLE", `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? "unknown reason"}`, { fix, cause });
  }
}
