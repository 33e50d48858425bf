/** `whysaid demo`: a day on the ward of examples/neonatal, then the incident as `show` prints it, and on a terminal the pages over it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import { pathOf } from "../../places.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { main } from "../main.ts";
import { safeJson } from "../terminal-safe.ts";

interface Demo {
  readonly runDemo: (options: { readonly dir: string; readonly whysaid: (args: readonly string[]) => Promise<number>; readonly say: (line: string) => void; readonly withTests: boolean }) => Promise<{ readonly incident: string; readonly exitCode: number }>;
}
/** The example app: in the repository its sources, in the package a bundle that brings the client libraries along (scripts/prepack.mjs). */
const places = ["../../../examples/neonatal/src/demo.ts", "./demo/demo.js"].map(pathOf);

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const place = places.find((path) => existsSync(path));
  if (place === undefined) throw new WhysaidError("NOT_INSTALLED", "this build of whysaid has no demo in it", { fix: "Install the published package, or run `npm run demo` in the repository." });
  const { runDemo } = (await import(pathToFileURL(place).href)) as Demo;
  const dir = options.text("dir") === undefined && settings.dir.source === "default" ? join(process.cwd(), ".whysaid-demo") : settings.dir.value;
  const isJson = options.has("json");
  const { incident, exitCode } = await runDemo({ dir, withTests: !isJson, whysaid: (args) => (isJson ? Promise.resolve(exitCodes.ok) : main(args)), say: (line) => (isJson ? output.note(line) : output.line(line)) });
  if (isJson) output.line(safeJson({ dir, incident }));
  else output.line(`\nEverything lies in ${dir}. Look around: whysaid list --dir ${dir}`);
  if (exitCode !== exitCodes.ok) return exitCodes.unexpected;
  if (isJson) return exitCodes.ok;
  // Somebody sits there: the pages, until they stop it. Else it ends by itself, with the command that opens them.
  if (process.stdout.isTTY && process.env["CI"] === undefined) return main(["up", "--dir", dir, "--port", "0"]);
  output.line(`See it in the browser: whysaid up --dir ${dir} (the wrong answer is at /t/${incident})`);
  return exitCodes.ok;
}
