/** A recorder on a directory of its own, and what stands in its journal afterwards, bodies put together again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WhysaidError } from "../../format/errors.ts";
import { renderGiven, restoreBody } from "../../format/body-render.ts";
import type { Entry, EntryKind, GivenJson, RecordedBody, TextRef } from "../../format/index.ts";
import { listSegments, readSegment } from "../../journal/index.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "../../index.ts";

/** An entry with its texts in place of their numbers where a test looks. */
export type Read<Kind extends EntryKind> = Extract<Entry, { kind: Kind }> & { readonly text: (ref: GivenJson | null) => string | null; readonly bytes: Uint8Array | null; readonly bodyText: string };

export interface Recording {
  readonly dir: string;
  readonly recorder: Recorder;
  readonly problems: WhysaidError[];
  /** Entries of these kinds in write order. The recorder may still be open. */
  entries<Kind extends EntryKind>(...kinds: Kind[]): Read<Kind>[];
  dispose(): Promise<void>;
}

export function startRecording(options: RecorderOptions = {}): Recording {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-"));
  const problems: WhysaidError[] = [];
  const recorder = createRecorder({ service: "test", dir, redaction: "off", onProblem: (problem) => problems.push(problem), ...options });
  return {
    dir,
    recorder,
    problems,
    entries: (...kinds) => readEntries(dir, kinds),
    dispose: async () => {
      await recorder.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function readEntries<Kind extends EntryKind>(dir: string, kinds: readonly Kind[]): Read<Kind>[] {
  const read: Read<Kind>[] = [];
  for (const { path } of listSegments(join(dir, "journal"))) {
    const texts = new Map<TextRef, string>();
    const textOf = (ref: TextRef): string => {
      const text = texts.get(ref);
      if (text === undefined) throw new Error(`text ${ref} is not defined`);
      return text;
    };
    for (const { entry } of readSegment(path).entries) {
      for (const [ref, text] of "texts" in entry ? (entry.texts ?? []) : []) texts.set(ref, text);
      if (kinds.length > 0 && !(kinds as readonly EntryKind[]).includes(entry.kind)) continue;
      const body = (entry as { body?: RecordedBody }).body;
      const bytes = body === undefined ? null : restoreBody(body, textOf, (text) => text);
      read.push({ ...entry, text: (ref: GivenJson | null) => (ref === null ? null : renderGiven(ref, textOf)), bytes, bodyText: Buffer.from(bytes ?? []).toString("utf8") } as Read<Kind>);
    }
  }
  return read;
}
