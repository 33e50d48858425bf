/** An incident: a real record, one documented edit, the cause that edit plants and the place it was made. */
import type { Reconstruction } from "@whysaid/recorder/format";
import type { Random } from "./random.ts";
import type { AgentRun, JsonAnswer, RagTurn } from "./records.ts";

export interface Made {
  readonly trace: Reconstruction;
  readonly previous?: readonly Reconstruction[];
  /** Where the edit was made: evidence is right when one of its pointers starts with one of these, or names one of these sources. */
  readonly at: readonly string[];
  readonly sourceIds?: readonly string[];
}
export interface Records {
  readonly runs: readonly AgentRun[];
  /** Turns whose answers people rated faithful. */
  readonly rag: readonly RagTurn[];
  /** Turns of other collections, with the answers people wrote. */
  readonly plain: readonly RagTurn[];
  readonly answers: readonly JsonAnswer[];
  readonly malformed: readonly { readonly raw: string; readonly expected: unknown }[];
}
export interface Way {
  readonly cause: string;
  readonly name: string;
  /** `tuning`: looked at while the rules were written. `held-out`: written before them, run only for the table. `third`: the same, written when the rules stood, by other mechanisms. `third-seen`: of those, the ones looked at after their first table. `fourth`, `fourth-seen`: the same again, after those. */
  readonly half: "tuning" | "held-out" | "third" | "third-seen" | "fourth" | "fourth-seen";
  /** What is edited, for the documentation. */
  readonly edit: string;
  /** null when the record drawn does not suit; another is drawn. */
  make(records: Records, random: Random): Made | null;
}
export interface Incident extends Made {
  readonly cause: string;
  readonly way: string;
  readonly half: Way["half"];
}
