/** Where a test finds its recordings: as every command does, options before the environment before whysaid.config.ts. */
import { readSettings } from "./cli/env.ts";
import type { Place } from "./cases/run/load-cases.ts";

export interface PlaceOptions {
  /** Directory of the recordings. Default `WHYSAID_DIR`, else `.whysaid`. */
  readonly dir?: string;
  /** The store. Default `WHYSAID_STORE`, else the directory's own. */
  readonly store?: string;
}

export async function casesPlace({ dir, store }: PlaceOptions = {}): Promise<Place> {
  const settings = await readSettings({ dir, store });
  return { directory: settings.dir.value, ...(settings.store.source === "default" ? {} : { store: settings.store.value }) };
}
