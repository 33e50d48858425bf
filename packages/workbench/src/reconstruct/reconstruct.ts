/**
 * One trace as one value: what was asked, retrieved, answered, parsed, checked and done with it, each signal captured or missing with its
 * reason, every gap named. Reads what the store has of a trace; `show`, `export`, `diagnose` and the rest read this.
 *
 * A pure fold over the *set* of entries: order of arrival and duplicates cannot matter. Nothing recorded makes it throw.
 */
import { entryKinds, type ActionEntry, type GenerationEntry, type Reconstruction, type RequestEntry, type ResponseEntry } from "@whysaid/recorder/format";
import type { StoredTrace } from "../store/store.ts";
import { actionsOf } from "./actions.ts";
import { inOrder } from "./entry-order.ts";
import { gapsOf } from "./gaps.ts";
import { bySpan, recordedCall } from "./recorded-calls.ts";
import { generationsOf } from "./signals.ts";
import { joinedSteps, stepOf, type PlacedStep } from "./steps.ts";
import { Texts } from "./texts.ts";
import { factsOf } from "./trace-facts.ts";
import { wireCalls, type PlacedEntry } from "./wire-calls.ts";

const knownKinds: ReadonlySet<string> = new Set(entryKinds);

/** @param trace  as `Store.trace` returns it: entries of one trace in any order, doubled or not */
export function reconstruct(trace: StoredTrace): Reconstruction {
  const entries = inOrder(trace.entries);
  const texts = new Texts(trace.textOf);
  const wire: PlacedEntry<RequestEntry | ResponseEntry>[] = [];
  const recorded: PlacedEntry<GenerationEntry>[] = [];
  const told: PlacedStep[] = [];
  const actionEntries: ActionEntry[] = [];
  const newerKinds: string[] = [];
  for (const [place, { entry }] of entries.entries()) {
    if (entry.kind === "request" || entry.kind === "response") wire.push({ entry, place });
    else if (entry.kind === "generation") recorded.push({ entry, place });
    else if (entry.kind === "action") actionEntries.push(entry);
    else if (!knownKinds.has(entry.kind)) newerKinds.push((entry as { kind: string }).kind);
    else {
      const step = stepOf(entry, place, texts);
      if (step !== null) told.push(step);
    }
  }
  const steps = joinedSteps(told, (place) => entries[place]?.writer);
  const calls = [...wireCalls(wire, texts), ...bySpan(recorded).map((parts) => recordedCall(parts, texts))].sort((a, b) => a.start - b.start);
  const actions = actionsOf(actionEntries, texts);
  const { importedGaps, ...facts } = factsOf(entries, trace.writers, texts);
  const generations = generationsOf(calls, steps, actions);
  const traceId = traceIdOf(trace);
  // Last, when every text that matters has been asked for.
  const gaps = gapsOf(trace, { traceId, entries, calls, texts, newerKinds, imported: importedGaps });
  return {
    traceId,
    ...facts,
    complete: gaps.length === 0,
    gaps,
    generations,
    steps: steps.map(({ place: _place, ...step }) => step),
    actions,
    findings: [],
    provenance: [],
  };
}

function traceIdOf({ entries }: StoredTrace): string {
  for (const { entry } of entries) if ("trace" in entry && entry.trace !== undefined) return entry.trace;
  return "";
}
