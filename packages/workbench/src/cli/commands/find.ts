/** `whysaid find` */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { find, type Found, type Match } from "../../find/find.ts";
import { queryRedactor } from "../../find/redact-query.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import type { Output } from "../output.ts";
import { withRecordings, workspaceOf } from "../recordings.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";

const LIMIT = 10;

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const limit = countOption(options, "limit", LIMIT);
  const { limit: _, after: __, ...filter } = filterOf(options, limit);
  const subject = options.text("subject");
  const asked = args[0] as string;
  return withRecordings(settings, async ({ store }) => {
    const redact = queryRedactor(workspaceOf(settings).keysDir);
    const narrowed = subject === undefined ? filter : { ...filter, subject };
    const image = imagePathOf(asked);
    const found = image === null ? await find(store, { text: asked === "-" ? readFileSync(0, "utf8") : asked }, redact, { filter: narrowed, limit }) : await findImage(image, store, redact, { filter: narrowed, limit });
    if (options.has("json")) output.line(safeJson(found));
    else print(found, output);
    return found.answer.kind === "not-found" ? exitCodes.notFound : exitCodes.ok;
  });
}

async function findImage(path: string, ...[store, redact, options]: [Parameters<typeof find>[0], Parameters<typeof find>[2], Parameters<typeof find>[3]]): Promise<Found> {
  const { readImageFile } = await import("../../find/image/node/read-image.ts");
  const { findRegions } = await import("../../find/regions.ts");
  return findRegions(store, await readImageFile(path), redact, options);
}

/** An argument is an image when a file of that name begins as PNG and JPEG files do; null for a text. */
function imagePathOf(asked: string): string | null {
  if (asked === "-" || asked.length > 4096 || asked.includes("\n") || statSync(asked, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const head = Buffer.alloc(12);
  const file = openSync(asked, "r");
  try {
    readSync(file, head, 0, 12, 0);
  } finally {
    closeSync(file);
  }
  const isImage = head.subarray(0, 4).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47])) || head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]));
  if (isImage) return asked;
  if (/\.(?:png|jpe?g|webp|gif|bmp|tiff?|heic|avif)$/i.test(asked)) throw new WhysaidError("IMAGE_UNREADABLE", "the image is neither PNG nor JPEG", { fix: "Save it as one of them and search again." });
  return null;
}

function print(found: Found, output: Output): void {
  const { answer, matches } = found;
  output.line(output.paint(answer.kind === "match" ? "Match." : `${answer.sentence.charAt(0).toUpperCase()}${safeLine(answer.sentence.slice(1))}.`, answer.kind === "match" ? "green" : "yellow"));
  for (const match of matches) {
    output.line();
    output.line(`${output.paint(match.traceId, "cyan")}  ${match.score.toFixed(2)}  ${new Date(match.startedAtMs).toISOString().slice(0, 19).replace("T", " ")}  ${safeLine(match.feature ?? "–")}  ${safeLine(match.model ?? "–")}${match.where === "input" ? "  in what went into a call" : ""}`);
    output.line(`  ${marked(match, output)}`);
  }
  const [first] = matches;
  if (first !== undefined) output.note(`\nwhysaid show ${first.traceId}`);
}

function marked({ excerpt, marks }: Match, output: Output): string {
  let written = "";
  let at = 0;
  for (const { start, end } of marks) {
    if (start < at) continue;
    written += output.paint(safe(excerpt.slice(at, start)), "dim") + safe(excerpt.slice(start, end));
    at = end;
  }
  return written + output.paint(safe(excerpt.slice(at)), "dim");
}
