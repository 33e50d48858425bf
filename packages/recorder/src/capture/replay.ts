/**
 * A recorded case run again: inside `run`, the app's own recorder asks `seams` instead of the world, and records into memory. For test runners; nothing of this is
 * loaded in production.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { openMemoryJournal } from "../journal/index.ts";
import { redactionOff } from "../redact/off.ts";
import { RECORDER_VERSION } from "./open-journal.ts";
import { seamsHere, seamsStorage, type Seams } from "./seams.ts";

/** What takes the place of the world. Each gets what the app would have run and may run it. */
export type ReplaySeams = Pick<Seams, "retrieve" | "tool" | "fetch">;

export interface Replay {
  /** Whatever `work` starts is of this replay, however long it goes on. */
  run<T>(work: () => T): T;
  /** Inside: `work` may reach the network. */
  withNetwork<T>(work: () => T): T;
  /** What was recorded so far, as journal segments. Raw: the texts were not redacted. */
  segments(): readonly Uint8Array[];
}

const CAP_BYTES = 256 * 1024 * 1024;

export function openReplay(given: ReplaySeams): Replay {
  const storage = seamsStorage(() => new AsyncLocalStorage<Seams>());
  const literal = (text: string): ReturnType<typeof redactionOff.root.literal> => redactionOff.root.literal(text);
  const journal = openMemoryJournal({
    capBytes: CAP_BYTES,
    header: { recorder: RECORDER_VERSION, runtime: literal("replay"), service: null, environment: null, release: null, redaction: { policy: literal("off"), keyId: "off" } },
  });
  const seams: Seams = { ...given, scope: redactionOff.root, append: (build) => journal.append(build), allowsNetwork: false };
  return {
    run: (work) => storage.run(seams, work),
    withNetwork: (work) => storage.run({ ...seams, allowsNetwork: true }, work),
    segments: () => journal.drain(),
  };
}

/** False only for code of a replay that must not reach the network. */
export const networkIsAllowed = (): boolean => seamsHere()?.allowsNetwork ?? true;
