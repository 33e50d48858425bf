/** A suite from a module of the user's: JavaScript by Node itself, TypeScript by what Node runs it with or else by jiti. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import type { CaseSuite } from "./suite.ts";

/** @throws WhysaidError `CASE_MODULE_UNUSABLE` */
export async function loadSuite(path: string): Promise<CaseSuite> {
  const file = resolve(path);
  if (!existsSync(file)) throw unusable(`${path} is not there`);
  const loaded = await imported(file, path);
  const suite = loaded["suite"] ?? loaded["default"];
  if (typeof suite !== "object" || suite === null || typeof (suite as CaseSuite).run !== "function" || typeof (suite as CaseSuite).feature !== "string") throw unusable(`${path} exports no suite`);
  return suite as CaseSuite;
}

async function imported(file: string, path: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file).href;
  try {
    if (/\.[cm]?ts$/.test(file) && !runsTypeScript()) {
      const { createJiti } = await import("jiti");
      return await createJiti(url).import(file);
    }
    return (await import(url)) as Record<string, unknown>;
  } catch (cause) {
    throw new WhysaidError("CASE_MODULE_UNUSABLE", `${path} cannot be loaded: ${cause instanceof Error ? `${cause.name}: ${cause.message.split("\n")[0] ?? ""}` : String(cause)}`, { fix: "Run it by itself with Node.", cause });
  }
}
/** A loader (`--import tsx`) or Node's own type stripping. */
const runsTypeScript = (): boolean => Boolean((process.features as { readonly typescript?: unknown }).typescript) || process.execArgv.some((flag) => /tsx|ts-node|swc/.test(flag));

const unusable = (sentence: string): WhysaidError => new WhysaidError("CASE_MODULE_UNUSABLE", sentence, { fix: 'Export one: `export const suite = defineCases({ feature, run, … })` from "whysaid/cases".' });
