/** What whoever started the server has decided, for the routes to go by. */
import type { Caps } from "../reconstruct/replay/cost.ts";
import type { KeyOf } from "../replay/replay-trace.ts";
import type { AccessKeys } from "./access/keys.ts";

/** What the pages may send again. A browser names neither where to nor the key: both are the operator's. */
export interface ReplayPolicy {
  /** Base URL everything is sent to; null for where each call went. */
  readonly base: string | null;
  /** Variable with the API key; null for the provider's usual one. */
  readonly keyName: string | null;
  readonly keyOf: KeyOf;
  /** Of one request. */
  readonly caps: Caps;
}

export interface ServerSettings {
  /** null: replaying is off. */
  readonly replay: ReplayPolicy | null;
  /** Of the whole server; an admin sees those of their project. */
  readonly keys: AccessKeys;
  readonly now: () => number;
}
