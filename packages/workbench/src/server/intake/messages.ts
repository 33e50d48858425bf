/** What the server's main thread asks of the intake thread, and what comes back. Bytes are moved, not copied. */
import type { GivenAction } from "../../ingest/actions.ts";
import type { ClientProtocol, ClientSpans } from "../../ingest/otlp/clients/index.ts";
import type { DeliveryCounts } from "./counts.ts";

export type Work =
  | { readonly kind: "part"; readonly project: string; readonly body: Uint8Array; readonly sender: string; readonly hashKey: string }
  | { readonly kind: "otlp"; readonly project: string; readonly body: Uint8Array; readonly signal: "traces" | "logs"; readonly encoding: "json" | "protobuf" }
  | { readonly kind: "client"; readonly project: string; readonly body: Uint8Array; readonly protocol: ClientProtocol; readonly contentType: string }
  | { readonly kind: "action"; readonly project: string; readonly action: GivenAction }
  | { readonly kind: "cursors"; readonly project: string; readonly segments: readonly string[] }
  /** Open the project's store, and follow its journal from now on. */
  | { readonly kind: "follow"; readonly project: string }
  | { readonly kind: "close" };

export type Done =
  /** Every entry of the work is in the store, now or since before; `refused` records had no valid ids. */
  | { readonly outcome: "stored"; readonly entries: number; readonly refused: number; readonly events?: ClientSpans["events"] }
  | { readonly outcome: "missing"; readonly refs: readonly number[] }
  | { readonly outcome: "cursors"; readonly cursors: Readonly<Record<string, number>> }
  | { readonly outcome: "done" }
  /** What was sent can't be read, whoever sends it how often. */
  | { readonly outcome: "unreadable"; readonly why: string }
  /** It can't be stored now. */
  | { readonly outcome: "later"; readonly code: string; readonly why: string };

export type ToIntake = { readonly id: number; readonly work: Work };
export type FromIntake = { readonly id: number; readonly done: Done; readonly counts: DeliveryCounts } | { readonly counts: DeliveryCounts } | { readonly problem: { readonly code: string; readonly message: string; readonly stack?: string } };

export interface IntakeStart {
  readonly directory: string;
  readonly store: string | null;
}
