/** Applies the retention rules while the server runs: each hour, in a process of its own (`whysaid retain --yes`), so that neither readers nor writers wait for it. Nothing is started while there are no rules. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { pathOf } from "../places.ts";
import { listRules } from "../retention/rules.ts";
import { DEFAULT_PROJECT, isProjectName, type Rooms } from "./rooms.ts";

const HOUR_MS = 3_600_000;
/** The first pass comes after a server has settled; of several before one store, not all at once. */
const firstAfterMs = (everyMs: number): number => Math.min(everyMs, 60_000 + Math.random() * 600_000);
/** The same from the sources and from `dist/`. */
const launcher = pathOf("../bin/whysaid.js");

export interface RetentionOptions {
  readonly directory: string;
  readonly rooms: Rooms;
  /** The default project's store. */
  readonly store?: string;
  /** Default: an hour. */
  readonly everyMs?: number;
  readonly onProblem: (error: unknown) => void;
}

export class Retention {
  readonly #options: RetentionOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #child: ChildProcess | null = null;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** A pass that is running ends between two transactions. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#child?.kill();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { everyMs = HOUR_MS } = this.#options;
    const { signal } = this.#stop;
    for (let pauseMs = firstAfterMs(everyMs); ; pauseMs = everyMs) {
      await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      for (const project of projectsIn(this.#options.directory)) {
        try {
          if (!signal.aborted) await this.#apply(project);
        } catch (error) {
          this.#options.onProblem(error);
        }
      }
    }
  }

  async #apply(project: string): Promise<void> {
    const { rooms, store } = this.#options;
    const room = await rooms.room(project);
    if ((await listRules(room.store)).length === 0) return;
    // The store's address may hold a password: not on the command line, where every user of the machine sees it.
    const env = { ...process.env, WHYSAID_DIR: room.workspace.directory, WHYSAID_STORE: project === DEFAULT_PROJECT ? (store ?? room.workspace.storePath) : room.workspace.storePath };
    const child = spawn(process.execPath, [launcher, "retain", "--yes", "--json", "--reason", "hourly, by the server"], { env, stdio: ["ignore", "pipe", "ignore"] });
    this.#child = child;
    const said: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => said.push(part));
    const [code] = (await once(child, "close")) as [number | null];
    this.#child = null;
    if (code === 0 || this.#stop.signal.aborted) return;
    throw new WhysaidError("RETENTION_FAILED", `retention of the project ${project} ended with ${code}: ${sentenceIn(Buffer.concat(said).toString())}`, { fix: "Run `whysaid retain --yes` by hand and see." });
  }
}

function projectsIn(directory: string): readonly string[] {
  const folder = join(directory, "projects");
  return [DEFAULT_PROJECT, ...(existsSync(folder) ? readdirSync(folder).filter(isProjectName) : [])];
}

function sentenceIn(text: string): string {
  try {
    return (JSON.parse(text.trim().split("\n").at(-1) ?? "") as { readonly error: { readonly sentence: string } }).error.sentence;
  } catch {
    return "it said nothing";
  }
}
