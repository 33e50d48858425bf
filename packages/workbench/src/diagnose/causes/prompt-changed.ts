/**
 * `prompt-changed` — the prompt this answer was made with differs from that of the feature's earlier traces.
 *
 * Sees: another prompt version, another system text under the same version, other tools on offer; what was added and removed. System texts that differ from trace to trace anyway (a date, a name filled in) are
 * compared by their fixed sentences. Can't see: a change in text the app puts into the user's message.
 * Next: replay with the earlier text.
 */
import type { InputSnapshot, Reconstruction } from "@whysaid/recorder/format";
import { named, replay, type Candidate, type Case, type Evidence } from "../finding.ts";

export function promptChanged(seen: Case): readonly Candidate[] {
  const { trace } = seen.view;
  const found: Candidate[] = [...againstEarlier(seen)];
  // one agent's instructions changing in the middle of its run
  trace.generations.forEach((generation, index) => {
    const now = inputOf(trace, index);
    const before = inputOf(trace, index - 1);
    if (!now?.system || !before?.system || now.system === before.system || generation.signals.input.state !== "captured") return;
    const change = changeOf([before.system], now.system);
    if (change === null || change.kept < 0.6) return;
    found.push({ cause: "prompt-changed", title: `The system text changed in the middle of the trace: ${change.words}`, confidence: 0.6, evidence: [{ at: `generations[${index}].signals.input.value.system`, sourceId: null, excerpt: change.words }], next: replay(trace.traceId) });
  });
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}
const inputOf = (trace: Reconstruction, index: number): InputSnapshot | null => {
  const generation = trace.generations[index];
  return generation?.signals.input.state === "captured" ? generation.signals.input.value : null;
};

function* againstEarlier(seen: Case): Iterable<Candidate> {
  const { trace } = seen.view;
  const ids = new Set(seen.previous.flatMap((other) => (other.feature === trace.feature && other.prompt !== null ? [other.prompt.id] : [])));
  if (trace.prompt !== null && ids.size === 1 && !ids.has(trace.prompt.id)) {
    const [before] = ids;
    const change = inputOf(trace, 0)?.system == null ? null : changeOf(seen.previous.flatMap((other) => inputOf(other, 0)?.system ?? []), inputOf(trace, 0)?.system ?? "");
    yield {
      cause: "prompt-changed",
      title: `Prompt ${named(trace.prompt.id)} was used; the earlier traces used ${named(before ?? "")}${change === null ? "" : `: ${change.words}`}`,
      confidence: 0.9,
      evidence: [{ at: "prompt.id", sourceId: null, excerpt: `${before} → ${trace.prompt.id}` }, ...(change === null ? [] : [{ at: "generations[0].signals.input.value.system", sourceId: null, excerpt: change.words }])],
      next: replay(trace.traceId),
    };
    return;
  }
  const earlier = seen.previous.filter((other) => other.feature === trace.feature && (trace.prompt === null || other.prompt === null || other.prompt.id === trace.prompt.id));
  if (earlier.length === 0) return;
  const last = earlier.at(-1);
  const input = inputOf(trace, 0);
  const at = "generations[0].signals.input.value";
  const systems = earlier.flatMap((other) => inputOf(other, 0)?.system ?? []);
  const change = input?.system == null ? null : changeOf(systems, input.system);
  const textEvidence: Evidence[] = change === null ? [] : [{ at: `${at}.system`, sourceId: null, excerpt: change.words }];
  const versions = new Set(earlier.flatMap((other) => other.prompt?.version ?? []));
  const version = trace.prompt?.version ?? null;
  if (version !== null && versions.size > 0 && !versions.has(version) && last) {
    yield {
      cause: "prompt-changed",
      title: `Prompt ${named(trace.prompt?.id ?? "")} is at version ${named(version)}; the earlier traces used ${named([...versions].at(-1) ?? "")}${change === null ? "" : `: ${change.words}`}`,
      confidence: 0.92,
      evidence: [{ at: "prompt.version", sourceId: null, excerpt: `${[...versions].at(-1)} → ${version}` }, ...textEvidence],
      next: replay(trace.traceId),
    };
    return;
  }
  if (change !== null && systems.length > 0 && change.kept >= 0.3)
    yield { cause: "prompt-changed", title: `The system text differs from that of ${systems.length === 1 ? "the earlier trace" : `all ${systems.length} earlier traces`}${version === null ? "" : ` although the version (${named(version)}) does not`}: ${change.words}`, confidence: systems.length >= 2 ? 0.9 : 0.75, evidence: [...textEvidence, { at: "prompt", sourceId: null, excerpt: version ?? "(no version recorded)" }], next: replay(trace.traceId) };
  const tools = toolNames(input);
  const before = earlier.map((other) => toolNames(inputOf(other, 0)));
  if (tools !== "" && before.length >= 1 && before.every((names) => names === before[0] && names !== "" && names !== tools))
    yield { cause: "prompt-changed", title: `Other tools are offered than before: ${named(tools)}, before ${named(before[0] ?? "")}`, confidence: 0.75, evidence: [{ at: `${at}.tools`, sourceId: null, excerpt: tools }], next: replay(trace.traceId) };
}
const toolNames = (input: InputSnapshot | null): string => (input === null ? "" : input.tools.map((tool) => tool.name).toSorted().join(", "));

/** Sentences of the text that none of the earlier ones has, and those all of the earlier ones have that it lacks. */
function changeOf(earlier: readonly string[], now: string): { readonly words: string; readonly kept: number } | null {
  if (earlier.length === 0 || earlier.includes(now)) return null;
  const sets = earlier.map((text) => new Set(sentences(text)));
  const own = sentences(now);
  const has = new Set(own);
  const steady = [...(sets[0] ?? [])].filter((sentence) => sets.every((set) => set.has(sentence)));
  const added = own.filter((sentence) => !sets.some((set) => set.has(sentence)));
  const removed = steady.filter((sentence) => !has.has(sentence));
  // What changes in every trace is filled in, not rewritten: as many sentences of each earlier text are its own.
  const filled = sets.length < 2 ? 0 : Math.min(...sets.map((set, index) => [...set].filter((sentence) => !sets.some((other, at) => at !== index && other.has(sentence))).length));
  if (removed.length === 0 && added.length <= filled) return null;
  if (removed.length === 0 && added.length === 0) return null;
  const kept = steady.length === 0 ? (sets[0]?.size === 1 && own[0] !== undefined && similarHead([...(sets[0] ?? [])][0] ?? "", own[0]) ? 0.5 : 0) : (steady.length - removed.length) / steady.length;
  const words = [...(removed.length > 0 ? [`removed “${named(removed[0] ?? "")}”`] : []), ...(added.length > 0 ? [`added “${named(added[0] ?? "")}”`] : [])].join(", ");
  // all that is left stood there before: the text was shortened, however much
  if (added.length === 0 && own.length > 0) return { words, kept: 1 };
  return { words, kept: removed.length > 0 && kept === 0 && steady.length <= 2 ? 0.4 : kept };
}
const similarHead = (left: string, right: string): boolean => left.slice(0, 30) === right.slice(0, 30);
/** Sentences with their digits blotted out, so that a date or a count filled in is no change. */
const sentences = (text: string): string[] => text.split(/(?<=[.!?:])\s+|\n+/).map((sentence) => sentence.replace(/\d+/g, "#").trim().replace(/[.]$/, "")).filter((sentence) => sentence.length > 2);
