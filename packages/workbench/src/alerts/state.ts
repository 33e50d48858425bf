/** What each alert last said, kept in the store beside the traces: what was told once is not told again, by whichever process looks. */
import { createHash } from "node:crypto";
import type { Store } from "../store/store.ts";
import type { Fired } from "./judge.ts";
import type { AlertMessage } from "./message.ts";

const KIND = "alert";
const MOST = 10_000;

export interface Pending {
  readonly message: AlertMessage;
  /** Targets that have not got it yet. */
  readonly left: readonly string[];
}
export interface AlertState {
  readonly rule: string;
  readonly feature: string;
  readonly model: string | null;
  readonly state: "firing" | "quiet";
  readonly sinceMs: number;
  /** How often it changed: part of each message's id. */
  readonly changes: number;
  readonly fired: Fired | null;
  readonly pending: readonly Pending[];
  /** Who sends is asked for by writing this; another process waits until it is old. */
  readonly claimedAtMs: number;
}
export interface KeptAlert {
  readonly id: string;
  readonly version: number;
  readonly alert: AlertState;
}

export const alertId = (rule: string, feature: string, model: string | null): string => createHash("sha256").update(JSON.stringify([rule, feature, model])).digest("hex").slice(0, 24);

export async function keptAlerts(store: Store): Promise<ReadonlyMap<string, KeptAlert>> {
  const found = await store.documents.list(KIND, { limit: MOST });
  return new Map(found.map(({ id, version, body }) => [id, { id, version, alert: body as AlertState }]));
}

/** @returns what is kept now; null when another process was first */
export async function keep(store: Store, id: string, expectedVersion: number, alert: AlertState): Promise<KeptAlert | null> {
  const put = await store.documents.put({ kind: KIND, id, body: alert }, expectedVersion);
  return put.outcome === "saved" ? { id, version: put.version, alert } : null;
}
