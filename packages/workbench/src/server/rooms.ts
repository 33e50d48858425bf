/**
 * Projects: each is a directory with journal, store, keys and vault of its own, so that nothing of one can show in another, not even by a hash. `default` is
 * the server's own directory; the others lie in `projects/` of it. Opened when first asked for.
 */
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { openStore, storeLocation } from "../ingest/open-store.ts";
import { workspaceAt, type Workspace } from "../ingest/workspace.ts";
import type { Store } from "../store/store.ts";

export interface Room {
  readonly project: string;
  readonly workspace: Workspace;
  readonly store: Store;
}

export const DEFAULT_PROJECT = "default";
export const isProjectName = (name: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(name);

export interface RoomsOptions {
  readonly directory: string;
  /** The store of the default project; `store.db` in the directory. */
  readonly store?: string;
  readonly onOpen?: (room: Room) => void;
}

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #open = new Map<string, Promise<Room>>();

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  /** @throws WhysaidError `USAGE` for a name that is none; what opening a store throws */
  room(project: string): Promise<Room> {
    const known = this.#open.get(project);
    if (known !== undefined) return known;
    const opening = this.#opened(project);
    this.#open.set(project, opening);
    opening.catch(() => this.#open.delete(project));
    return opening;
  }

  async close(): Promise<void> {
    const rooms = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    for (const room of rooms) if (room.status === "fulfilled") await room.value.store.close();
  }

  async #opened(project: string): Promise<Room> {
    if (!isProjectName(project)) throw new WhysaidError("USAGE", "a project's name is lowercase letters, digits and hyphens", { fix: "For example neonatal-ward." });
    const { directory, store, onOpen } = this.#options;
    const isDefault = project === DEFAULT_PROJECT;
    const workspace = workspaceAt(isDefault ? directory : join(directory, "projects", project));
    const path = isDefault ? (store ?? workspace.storePath) : workspace.storePath;
    const room: Room = { project, workspace, store: await openStore(path, path === workspace.storePath || storeLocation(path).kind === "clickhouse" ? { keysDir: workspace.keysDir } : {}) };
    onOpen?.(room);
    return room;
  }
}
