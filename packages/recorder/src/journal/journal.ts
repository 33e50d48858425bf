/**
 * What capture knows of the journal: append an entry, now, so that no crash can take it.
 */
import type { Entry, TextRef, WriterId } from "../format/index.ts";
import type { RedactedText } from "../format/redacted.ts";

/** The current segment's text table. `ref` numbers a text; one the segment has not seen is written with the entry being built. */
export interface TextTable {
  /**
   * @param json  exactly what `JSON.stringify(text)` puts between the quotes, or another JSON spelling of the same text, where it is at hand (a body's own bytes): saves
   *              spelling it again. What is no JSON there would damage the entry.
   */
  ref(text: RedactedText, json?: string): TextRef;
}

/**
 * - `process`: one blocking `write(2)` per entry; an entry survives the death of the process, not of the machine.
 * - `power`: group-committed `fdatasync` before the call returns.
 */
export type Durability = "process" | "power";

export interface Journal {
  /** Names this journal in every segment it writes. */
  readonly writer: WriterId;
  /**
   * Write one entry. `build` gets the text table of the segment the entry will stand in and returns the entry without `texts`; the journal adds the
   * texts that are new. Never throws and never blocks on anything but this write: what cannot be written becomes a gap entry as soon
   * as something can be written again.
   *
   * @returns whether the entry is in the journal
   */
  append(build: (texts: TextTable) => Entry): boolean;
  /**
   * Entries appended inside `appends` become durable together: at durability `power` they share one `fdatasync`, done before this returns; what
   * `append` returned inside says only that they are written. At `process` it changes nothing.
   *
   * @returns whether the sync succeeded
   */
  batch(appends: () => void): boolean;
  /** Resolves when everything appended so far is as durable as asked for (and, where a server is set, shipped). */
  flush(): Promise<void>;
  /** Write the end entry and release the segment. Later appends are refused with the problem `AFTER_CLOSE`. */
  close(): Promise<void>;
}
