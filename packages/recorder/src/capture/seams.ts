/**
 * Where a regression test stands in for the world: what `trace.retrieve`, `trace.tool` and `recorder.fetch` do instead of their own while a recorded case
 * is run again, and where the run's entries go. Set by `replay.ts`, asked by the seams.
 *
 * In production nobody sets it: a seam looks up one property that is not there.
 */
import type { AsyncLocalStorage } from "node:async_hooks";
import type { Entry } from "../format/entries.ts";
import type { TextTable } from "../journal/journal.ts";
import type { RedactionScope } from "../redact/redactor.ts";

export interface Seams {
  /** A run of a test is held in memory and never written as it is: its texts stay as they are. */
  readonly scope: RedactionScope;
  readonly append: (build: (texts: TextTable) => Entry) => boolean;
  readonly retrieve: <T>(name: string, query: unknown, search: () => T) => T;
  readonly tool: <T>(name: string, args: unknown, callId: string | undefined, execute: () => T) => T;
  readonly fetch: (input: Parameters<typeof fetch>[0], init: RequestInit | undefined, underlying: typeof fetch) => Promise<Response>;
  /** Whether code here may reach the network. */
  readonly allowsNetwork: boolean;
}

/** On the global object, so that two copies of this package in one process (a linked one, a test runner's own) see the same run. */
const KEY = Symbol.for("whysaid.seams.1");
type Holder = { [KEY]?: AsyncLocalStorage<Seams> };

export const seamsHere = (): Seams | undefined => (globalThis as Holder)[KEY]?.getStore();

export const seamsStorage = (make: () => AsyncLocalStorage<Seams>): AsyncLocalStorage<Seams> => ((globalThis as Holder)[KEY] ??= make());
