/**
 * What one entry says about its trace, small enough to keep in memory: the trace's row is folded from these (`summary.ts`). A fact depends on its entry and
 * that entry's texts only.
 */
import { unreachable, type Entry, type Protocol, type TextOf, type TextRef, type UserAction } from "@whysaid/recorder/format";
import { emptyDigest, type Digest, type DigestOf } from "./digest.ts";

interface Place {
  readonly atMs: number;
  readonly writer: string;
  readonly sequence: number;
}
export type Fact = Place &
  (
    | { readonly kind: "start"; readonly feature: string | null; readonly conversation: string | null; readonly tags: Tags; readonly prompt: PromptFact | null; readonly subject: readonly string[] }
    | { readonly kind: "update"; readonly conversation: string | null; readonly tags: Tags; readonly prompt: PromptFact | null; readonly subject: readonly string[] }
    | { readonly kind: "end"; readonly durationMs: number }
    | { readonly kind: "step" }
    | { readonly kind: "parse"; readonly result: string | null }
    | { readonly kind: "validation"; readonly rules: readonly { readonly rule: string; readonly failed: boolean }[] }
    | { readonly kind: "action"; readonly action: UserAction; readonly actionId: string | null; readonly before: string | null }
    | { readonly kind: "request"; readonly span: string; readonly attempt: number; readonly protocol: Protocol; readonly provider: string; readonly model: string | null; readonly digest: Digest }
    | { readonly kind: "response"; readonly span: string; readonly attempt: number; readonly state: string; readonly firstChunkMs: number | null; readonly durationMs: number | null; readonly digest: Digest }
    | { readonly kind: "generation"; readonly span: string; readonly provider: string | null; readonly state: string; readonly startedAtMs: number; readonly durationMs: number | null; readonly digest: Digest }
  );
type Tags = Readonly<Record<string, string>>;
interface PromptFact {
  readonly id: string;
  readonly version: string | null;
}

export interface PlacedEntry {
  readonly writer: string;
  readonly sequence: number;
  readonly entry: Entry;
}

/**
 * The facts of a trace's entries, added to those that are known.
 *
 * @returns null when a request came after its response, which could not be read without it: then all the trace's facts must be made again
 */
export function addFacts(known: Fact[], entries: readonly PlacedEntry[], textOf: TextOf, digestOf: DigestOf): Fact[] | null {
  const protocols = new Map<string, Protocol>();
  for (const fact of known) if (fact.kind === "request") protocols.set(fact.span, fact.protocol);
  for (const { entry } of entries) {
    if (entry.kind !== "request") continue;
    if (known.some((fact) => fact.kind === "response" && fact.span === entry.span) && !protocols.has(entry.span)) return null;
    protocols.set(entry.span, entry.protocol);
  }
  for (const { writer, sequence, entry } of entries) {
    const fact = factOf(entry, writer, sequence, protocols, textOf, digestOf);
    if (fact !== null) known.push(fact);
  }
  return known;
}

/** null for entries that belong to a writer, not to a trace. */
function factOf(entry: Entry, writer: string, sequence: number, protocols: ReadonlyMap<string, Protocol>, textOf: TextOf, digestOf: DigestOf): Fact | null {
  const place = { atMs: entry.atMs, writer, sequence };
  switch (entry.kind) {
    case "trace-start":
      return { ...place, kind: "start", feature: entry.feature, conversation: entry.conversation, tags: entry.tags ?? {}, prompt: entry.prompt ?? null, subject: Object.values(entry.subject ?? {}) };
    case "trace-update":
      return { ...place, kind: "update", conversation: entry.conversation ?? null, tags: entry.tags ?? {}, prompt: entry.prompt ?? null, subject: Object.values(entry.subject ?? {}) };
    case "trace-end":
      return { ...place, kind: "end", durationMs: entry.durationMs };
    case "retrieval":
    case "tool":
    case "problem":
      return { ...place, kind: "step" };
    case "parse":
      return { ...place, kind: "parse", result: textOrNull(entry.result, textOf) };
    case "validation":
      return { ...place, kind: "validation", rules: entry.checks.filter(({ outcome }) => outcome !== "skipped").map(({ rule, outcome }) => ({ rule, failed: outcome === "failed" })) };
    case "action":
      return { ...place, kind: "action", action: entry.action, actionId: entry.actionId, before: textOrNull(entry.before, textOf) };
    case "request":
      return { ...place, kind: "request", span: entry.span, attempt: entry.attempt, protocol: entry.protocol, provider: entry.provider, model: entry.model, digest: digestOf(entry, entry.protocol, textOf) };
    case "response":
      return {
        ...place,
        kind: "response",
        span: entry.span,
        attempt: entry.attempt,
        state: entry.state,
        firstChunkMs: entry.firstChunkMs,
        durationMs: entry.durationMs,
        digest: entry.body.form === "none" || entry.body.form === "dropped" ? emptyDigest : digestOf(entry, protocols.get(entry.span) ?? null, textOf),
      };
    case "generation":
      return { ...place, kind: "generation", span: entry.span, provider: entry.provider, state: entry.state, startedAtMs: entry.startedAtMs, durationMs: entry.durationMs, digest: digestOf(entry, null, textOf) };
    case "writer":
    case "writer-end":
    case "gap":
      return null;
    default:
      return unreachable(entry);
  }
}

/** null as well for a text that a damaged frame took with it. */
function textOrNull(ref: TextRef | null, textOf: TextOf): string | null {
  try {
    return ref === null ? null : textOf(ref);
  } catch {
    return null;
  }
}

/** One order for a set of entries, whatever order they came in. */
export const byTime = (a: Place, b: Place): number => a.atMs - b.atMs || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.sequence - b.sequence);
