/** What a replay recorded in memory, as one reconstruction with where its values came from. Raw texts: it is compared and scored here and redacted before anything of it is kept or shown. */
import { entryId, type Finding, type Provenance, type Reconstruction, type TextOf, type TextRef, type WriterEntry } from "@whysaid/recorder/format";
import { readSegment } from "@whysaid/recorder/journal";
import { diagnose } from "../../diagnose/diagnose.ts";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import { mapPieces, mapRefs } from "../../store/packing/entry-refs.ts";
import type { StoredEntry } from "../../store/store.ts";

export interface RunStory {
  readonly story: Reconstruction;
  readonly findings: readonly Finding[];
  readonly provenance: readonly Provenance[];
}

/**
 * @param feature  the trace that is wanted, where the run made several
 * @returns null when nothing was recorded: the feature does not use this recorder
 */
export function runStory(segments: readonly Uint8Array[], feature: string): RunStory | null {
  const traces = new Map<string, StoredEntry[]>();
  const writers: WriterEntry[] = [];
  const texts: string[] = [];
  let wanted: string | undefined;
  for (const segment of segments) {
    const { header, writer, entries, textOf } = readSegment(segment);
    if (header === null || writer === null) continue;
    writers.push(header);
    const renumber = numbering(textOf, texts);
    for (const { sequence, entry } of entries) {
      if (!("trace" in entry) || entry.trace === undefined) continue;
      if (entry.kind === "trace-start" && entry.feature === feature) wanted ??= entry.trace;
      const moved = mapRefs(entry, { text: renumber, pieces: (pieces) => mapPieces(pieces, renumber) });
      const known = traces.get(entry.trace) ?? [];
      known.push({ id: entryId(writer, sequence), writer, sequence, entry: moved });
      traces.set(entry.trace, known);
    }
  }
  const [first] = traces.keys();
  const entries = traces.get(wanted ?? first ?? "");
  if (entries === undefined) return null;
  const story = reconstruct({ entries, writers, gaps: [], missing: [], textOf: (ref) => texts[ref] ?? "" });
  return { story, ...diagnose(story) };
}

/** Each segment numbers its texts from 0; here they share one table. */
function numbering(textOf: TextOf, texts: string[]): (ref: TextRef) => TextRef {
  const known = new Map<TextRef, TextRef>();
  return (ref) => {
    const number = known.get(ref) ?? texts.push(textOf(ref)) - 1;
    known.set(ref, number);
    return number;
  };
}
