/** The forms build servers read, as the options of `cases run` and `gate` ask for them: JUnit XML, a Markdown summary, GitHub annotations. */
import { appendFileSync, writeFileSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { githubAnnotations, junitXml, markdownSummary, type CheckedGroup } from "../cases/report/reports.ts";
import type { CommandOptions } from "./command.ts";
import type { Output } from "./output.ts";

/** @throws WhysaidError `FILE_UNWRITABLE` */
export function report(groups: readonly CheckedGroup[], options: CommandOptions, output: Output): void {
  const [junit, markdown] = [options.text("junit"), options.text("markdown")];
  if (junit !== undefined) written(() => writeFileSync(junit, junitXml(groups)), junit);
  if (markdown !== undefined) written(() => appendFileSync(markdown, `${markdownSummary(groups)}\n`), markdown);
  if (options.has("annotations")) output.write(githubAnnotations(groups));
}

function written(write: () => void, path: string): void {
  try {
    write();
  } catch (cause) {
    throw new WhysaidError("FILE_UNWRITABLE", `${path} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? "unknown reason"}`, { fix: "Name a file in a directory that is there and may be written.", cause });
  }
}
