/** `whysaid up` */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { pathOf } from "../../places.ts";
import { createLog, levels, type Level } from "../../server/log.ts";
import { alertConfig } from "../../alerts/config.ts";
import { defaultCaps } from "../../reconstruct/replay/cost.ts";
import { startServer } from "../../server/serve.ts";
import type { ReplayPolicy } from "../../server/settings.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { environmentKey } from "../env.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption } from "../filters.ts";
import { safeJson } from "../terminal-safe.ts";

const PORT = 9119;
/** There in the repository only; the package carries the pages built. */
const pagesScript = pathOf("../../../scripts/pages.mjs");

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  if (existsSync(pagesScript)) spawnSync(process.execPath, [pagesScript], { stdio: ["ignore", "ignore", "inherit"] });
  const publicUrl = urlOption(options);
  const tls = tlsOption(options);
  const alerts = alertConfig(settings.alerts);
  const replay = replayOption(options);
  const server = await startServer({
    directory: settings.dir.value,
    store: settings.store.value,
    host: options.text("host") ?? "127.0.0.1",
    port: portOption(options),
    names: namesOption(options),
    ...(options.text("oidc") === undefined ? {} : { oidcFile: options.text("oidc") as string }),
    log: createLog(levelOption(options), { write: (line) => output.note(line.trimEnd()) }),
    ...(alerts === null ? {} : { alerts }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls === undefined ? {} : { tls }),
    ...(replay === undefined ? {} : { replay }),
  });
  const link = server.link();
  if (options.has("json")) output.line(safeJson({ url: server.url, link }));
  else {
    output.line(`whysaid is up on ${server.url}, recordings in ${settings.dir.value}`);
    output.line(`open ${link}`);
    output.line("(the link lets one browser in, once, within ten minutes)");
  }
  if (!stop.signal.aborted) await once(stop.signal, "abort");
  await server.close();
  return exitCodes.ok;
}

function portOption(options: CommandOptions): number {
  const text = options.text("port");
  const port = text === undefined ? PORT : Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new WhysaidError("USAGE", `--port is a number from 0 to 65535, not ${JSON.stringify(text)}`, { fix: `For example --port ${PORT}.` });
}

function levelOption(options: CommandOptions): Level {
  const text = options.text("log") ?? "warn";
  const level = levels.find((one) => one === text);
  if (level !== undefined) return level;
  throw new WhysaidError("USAGE", `--log is one of ${levels.join(", ")}, not ${JSON.stringify(text)}`, { fix: "For example --log info." });
}

function urlOption(options: CommandOptions): string | undefined {
  const text = options.text("public-url");
  if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
  throw new WhysaidError("USAGE", `--public-url is an http or https address, not ${JSON.stringify(text)}`, { fix: "For example --public-url https://whysaid.example.org." });
}

function replayOption(options: CommandOptions): ReplayPolicy | undefined {
  const base = options.text("replay-target") ?? null;
  if (base !== null && !(URL.canParse(base) && /^https?:$/.test(new URL(base).protocol))) throw new WhysaidError("USAGE", `--replay-target is an http or https address, not ${JSON.stringify(base)}`, { fix: "For example --replay-target https://api.openai.com/v1." });
  if (base === null && !options.has("replay")) return undefined;
  return { base, keyName: options.text("replay-key-env") ?? null, keyOf: environmentKey, caps: { maxCalls: defaultCaps.maxCalls, maxTokens: countOption(options, "replay-max-tokens", defaultCaps.maxTokens) } };
}

function namesOption(options: CommandOptions): readonly string[] {
  const names = options.texts("name");
  const wrong = names.find((name) => !/^[a-z0-9.-]+(?::\d{1,5})?$/i.test(name));
  if (wrong === undefined) return names;
  throw new WhysaidError("USAGE", `--name is a host name with its port, not ${JSON.stringify(wrong)}`, { fix: "For example --name whysaid:9119." });
}

function tlsOption(options: CommandOptions): { readonly certFile: string; readonly keyFile: string } | undefined {
  const certFile = options.text("tls-cert");
  const keyFile = options.text("tls-key");
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  throw new WhysaidError("USAGE", "--tls-cert and --tls-key go together", { fix: "Name both files." });
}
