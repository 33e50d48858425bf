/** `whysaid bundle`: one trace as one redacted file for a ticket; that it left stands in the audit log first. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { bundle, bundleFormats, bundleName, type BundleFormat } from "../../bundle/bundle.ts";
import { auditExport } from "../../redaction/audit-export.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { actor } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const format = formatOf(options);
  return withRecordings(settings, async ({ store }) => {
    const explainer = new Explainer(store);
    const story = await readNamed(store, args[0] ?? "", (traceId) => explainer.explain(traceId));
    const atMs = Date.now();
    const text = bundle(story, { format, atMs });
    const bytes = Buffer.byteLength(text);
    const out = options.text("out") ?? bundleName(story, format);
    auditExport({ directory: settings.dir.value, about: story.traceId, actor: actor(), form: `bundle ${format}`, atMs, details: { bytes } });
    if (out === "-") await output.drained(text);
    else {
      write(resolve(out), text);
      if (options.has("json")) output.line(safeJson({ traceId: story.traceId, file: resolve(out), bytes }));
      else output.line(`${safeLine(out)}  ${count(Math.ceil(bytes / 1000))} kB, redacted, needs nothing else to be read`);
    }
    return story.complete ? exitCodes.ok : exitCodes.incomplete;
  });
}

function formatOf(options: CommandOptions): BundleFormat {
  const text = options.text("format") ?? (options.text("out")?.endsWith(".md") === true ? "md" : "html");
  const format = bundleFormats.find((one) => one === text);
  if (format !== undefined) return format;
  throw new WhysaidError("USAGE", `--format is one of ${bundleFormats.join(", ")}, not ${JSON.stringify(text)}`, { fix: "For example --format md." });
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch (cause) {
    throw new WhysaidError("FILE_UNWRITABLE", `${path} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? "unknown reason"}`, { fix: "Name another with --out, or - for standard output.", cause });
  }
}
