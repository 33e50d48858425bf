/**
 * The environment and the configuration file are read here and nowhere else. Each setting comes with where it came from:
 * option > environment > `whysaid.config.ts` > default. `whysaid doctor` prints them.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import type { GivenAlertConfig } from "../alerts/config.ts";
import { storeLocation } from "../ingest/open-store.ts";

export interface Setting<T> {
  readonly value: T;
  readonly source: string;
}
export interface Settings {
  /** Directory of journal, store, vault and keys. */
  readonly dir: Setting<string>;
  /** The store's file, or a server's URL with its credentials: show it through `storeName` only. */
  readonly store: Setting<string>;
  /** Server that recorders ship to; the workbench only shows it. */
  readonly url: Setting<string | null>;
  readonly hasKey: Setting<boolean>;
  readonly configFile: string | null;
  /** As the configuration file says it, unchecked: `alerts/config.ts` does. */
  readonly alerts: unknown;
}
/** What a `whysaid.config.ts` may hold for the workbench, as its default export. */
export interface WhysaidConfig {
  readonly dir?: string;
  readonly store?: string;
  /** docs/alerts.md */
  readonly alerts?: GivenAlertConfig;
}
export interface GivenOptions {
  readonly dir?: string | undefined;
  readonly store?: string | undefined;
}
type Environment = Readonly<Record<string, string | undefined>>;

const configNames = ["whysaid.config.ts", "whysaid.config.mts", "whysaid.config.js", "whysaid.config.mjs"];

export async function readSettings(options: GivenOptions, env: Environment = process.env, cwd: string = process.cwd()): Promise<Settings> {
  const configFile = configNames.map((name) => join(cwd, name)).find((path) => existsSync(path)) ?? null;
  const config: ReadConfig = configFile === null ? {} : await readConfig(configFile);
  const fromFile = configFile ?? "";
  const dir = pick(".whysaid", [[options.dir, "--dir"], [env["WHYSAID_DIR"], "WHYSAID_DIR"], [config.dir, fromFile]]);
  const dirPath = resolve(cwd, dir.value);
  const store = pick(join(dirPath, "store.db"), [[options.store, "--store"], [env["WHYSAID_STORE"], "WHYSAID_STORE"], [config.store, fromFile]]);
  const url = pick<string | null>(null, [[env["WHYSAID_URL"], "WHYSAID_URL"]]);
  return {
    dir: { ...dir, value: dirPath },
    store: { ...store, value: storeLocation(store.value).kind === "file" ? resolve(cwd, store.value) : store.value },
    url,
    hasKey: { value: isGiven(env["WHYSAID_KEY"]), source: isGiven(env["WHYSAID_KEY"]) ? "WHYSAID_KEY" : "default" },
    configFile,
    alerts: config.alerts,
  };
}

const isGiven = (value: string | undefined): value is string => value !== undefined && value !== "";

type Choice<T> = readonly [value: T | undefined, source: string];

/** The first that is given, else the default. */
function pick<T>(fallback: T, choices: readonly Choice<T>[]): Setting<T> {
  for (const [value, source] of choices) if (value !== undefined && value !== "") return { value, source };
  return { value: fallback, source: "default" };
}

interface ReadConfig {
  readonly dir?: string;
  readonly store?: string;
  readonly alerts?: unknown;
}

async function readConfig(path: string): Promise<ReadConfig> {
  try {
    // jiti runs a TypeScript file on every Node we support; it is loaded for a project that has one only.
    const { createJiti } = await import("jiti");
    const config: unknown = await createJiti(pathToFileURL(path).href, { moduleCache: false }).import(path, { default: true });
    const { dir, store, alerts } = (config ?? {}) as Readonly<Record<string, unknown>>;
    return { ...(typeof dir === "string" ? { dir } : {}), ...(typeof store === "string" ? { store } : {}), ...(alerts === undefined ? {} : { alerts }) };
  } catch (cause) {
    throw new WhysaidError("CONFIG_UNREADABLE", `${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { fix: "Correct the file, or remove it; every setting has a default.", cause });
  }
}

/** Colour: `NO_COLOR` (https://no-color.org) and `FORCE_COLOR` decide, else a terminal has it. */
export function wantsColor(isTerminal: boolean, env: Environment = process.env): boolean {
  if (isGiven(env["NO_COLOR"])) return false;
  if (isGiven(env["FORCE_COLOR"])) return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}

/** `COLUMNS`, where somebody sets it for us: scripts, tests, and terminals behind a pipe. */
export function columnsWanted(env: Environment = process.env): number | null {
  const columns = Number(env["COLUMNS"]);
  return Number.isInteger(columns) && columns > 0 ? columns : null;
}

/** An API key for `replay`, from the variable the command line or the provider names. Read when it is sent, kept nowhere. */
export function environmentKey(name: string, env: Environment = process.env): string | undefined {
  const key = env[name]?.trim();
  return isGiven(key) ? key : undefined;
}

/** `OTEL_EXPORTER_OTLP_HEADERS`: `name=value,name=value`, percent-encoded. @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
export function otlpHeaders(env: Environment = process.env): Readonly<Record<string, string>> {
  const pairs = (env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "").split(",").flatMap((pair) => {
    const [name, ...value] = pair.split("=");
    if (name === undefined || name.trim() === "" || value.length === 0) return [];
    const text = value.join("=").trim();
    try {
      return [[name.trim(), decodeURIComponent(text)]];
    } catch {
      return [[name.trim(), text]];
    }
  });
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** What a module of `reparse` may see of the environment: what starting Node takes, and no secret. */
export const reparseEnvironment = (env: Environment = process.env): Readonly<Record<string, string>> =>
  Object.fromEntries(["PATH", "TMPDIR", "TZ", "LANG", "SYSTEMROOT"].flatMap((name) => (isGiven(env[name]) ? [[name, env[name]]] : [])));
