/** A trace's row: a pure fold over the set of its facts, so that order of arrival and repeated entries cannot matter. */
import { unreachable, type UserAction } from "@whysaid/recorder/format";
import { byTime, type Fact } from "./facts.ts";

export interface GenerationSummary {
  readonly span: string;
  readonly startedAtMs: number;
  readonly provider: string | null;
  /** The answering model where the bytes name it, else the one asked for. */
  readonly model: string | null;
  readonly attempts: number;
  readonly state: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly firstChunkMs: number | null;
  readonly durationMs: number | null;
  readonly answer: string | null;
  readonly truncated: boolean;
  readonly refused: boolean;
}
export interface TraceSummary {
  readonly feature: string | null;
  readonly conversation: string | null;
  readonly startedAtMs: number;
  /** Of the last generation, which made the answer the user saw. */
  readonly provider: string | null;
  readonly model: string | null;
  readonly promptVersion: string | null;
  readonly state: string;
  readonly generations: readonly GenerationSummary[];
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalMs: number | null;
  readonly firstChunkMs: number | null;
  /** Sorted, each once. */
  readonly failedRules: readonly string[];
  readonly passedRules: readonly string[];
  /** An answer of the trace was cut by a limit. */
  readonly truncated: boolean;
  /** An answer of the trace was declined by the model or a filter. */
  readonly refused: boolean;
  readonly action: UserAction | null;
  readonly answer: string | null;
  /** What a person could see, each text once: the answers in order, parsed results, what an edit began from. */
  readonly shown: readonly string[];
  /** Pseudonyms of whom the trace is about, each once. */
  readonly subjects: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
  /** Who wrote the first entry: its release is the trace's. */
  readonly writer: string;
}

export function summarize(given: readonly Fact[]): TraceSummary {
  const facts = [...given].sort(byTime);
  let start: Extract<Fact, { kind: "start" }> | null = null;
  let feature: string | null = null;
  let conversation: string | null = null;
  let promptVersion: string | null = null;
  let totalMs: number | null = null;
  let action: UserAction | null = null;
  const tags = new Map<string, string>();
  const rules = new Map<string, boolean>();
  const spans = new Map<string, Fact[]>();
  const actionIds = new Set<string>();
  const parsed: (string | null)[] = [];
  const subjects = new Set<string>();
  for (const fact of facts) {
    switch (fact.kind) {
      case "start":
      case "update":
        if (fact.kind === "start") {
          start ??= fact;
          feature ??= fact.feature;
        }
        conversation = fact.conversation ?? conversation;
        promptVersion = fact.prompt === null ? promptVersion : fact.prompt.version;
        for (const [key, value] of Object.entries(fact.tags)) tags.set(key, value);
        for (const pseudonym of fact.subject) subjects.add(pseudonym);
        break;
      case "end":
        totalMs = fact.durationMs;
        break;
      case "validation":
        for (const { rule, failed } of fact.rules) rules.set(rule, failed || rules.get(rule) === true);
        break;
      case "action":
        // A repeated send must not beat what the person did in between.
        if (fact.actionId !== null && actionIds.has(fact.actionId)) break;
        if (fact.actionId !== null) actionIds.add(fact.actionId);
        action = fact.action;
        parsed.push(fact.before);
        break;
      case "parse":
        parsed.push(fact.result);
        break;
      case "request":
      case "response":
      case "generation":
        spans.set(fact.span, [...(spans.get(fact.span) ?? []), fact]);
        if (fact.kind === "generation") {
          for (const rule of fact.digest.passedRules) if (!rules.has(rule)) rules.set(rule, false);
          for (const rule of fact.digest.failedRules) rules.set(rule, true);
          action ??= fact.digest.action;
          parsed.push(fact.digest.parsed);
        }
        break;
      case "step":
        break;
      default:
        unreachable(fact);
    }
  }
  const generations = [...spans].map(([span, parts]) => summarizeGeneration(span, parts)).sort((a, b) => a.startedAtMs - b.startedAtMs || (a.span < b.span ? -1 : 1));
  const last = generations.at(-1);
  const first = start ?? facts.find(({ kind }) => kind !== "action") ?? facts[0];
  if (first === undefined) throw new RangeError("a trace has at least one fact");
  return {
    feature: start?.feature ?? feature,
    conversation,
    startedAtMs: first.kind === "generation" ? first.startedAtMs : first.atMs,
    provider: last?.provider ?? null,
    model: last?.model ?? null,
    promptVersion,
    state: last?.state ?? (totalMs === null ? "open" : "complete"),
    generations,
    inputTokens: sum(generations.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(generations.map(({ outputTokens }) => outputTokens)),
    totalMs: totalMs ?? (generations.length === 1 ? (last?.durationMs ?? null) : null),
    firstChunkMs: generations[0]?.firstChunkMs ?? null,
    failedRules: [...rules].filter(([, failed]) => failed).map(([rule]) => rule).sort(),
    passedRules: [...rules].filter(([, failed]) => !failed).map(([rule]) => rule).sort(),
    truncated: generations.some(({ truncated }) => truncated),
    refused: generations.some(({ refused }) => refused),
    action,
    answer: generations.findLast(({ answer }) => answer !== null && answer !== "")?.answer ?? null,
    shown: [...new Set([...generations.map(({ answer }) => answer), ...parsed].filter((text) => text !== null && text !== ""))] as readonly string[],
    subjects: [...subjects],
    tags,
    writer: first.writer,
  };
}

/** One generation: attempts share a span, the last attempt decides. */
function summarizeGeneration(span: string, facts: readonly Fact[]): GenerationSummary {
  const requests = facts.filter((fact) => fact.kind === "request");
  const responses = facts.filter((fact) => fact.kind === "response");
  const byHand = handGeneration(facts.filter((fact) => fact.kind === "generation"));
  const lastAttempt = Math.max(0, ...requests.map(({ attempt }) => attempt), ...responses.map(({ attempt }) => attempt));
  const request = requests.findLast(({ attempt }) => attempt === lastAttempt) ?? requests.at(-1);
  const response = responses.findLast(({ attempt }) => attempt === lastAttempt);
  const digest = response?.digest ?? byHand?.digest ?? null;
  return {
    span,
    startedAtMs: byHand?.startedAtMs ?? requests[0]?.atMs ?? (facts[0] as Fact).atMs,
    provider: request?.provider ?? byHand?.provider ?? null,
    model: digest?.answeredModel ?? digest?.requestedModel ?? request?.digest.requestedModel ?? request?.model ?? null,
    attempts: Math.max(1, lastAttempt),
    state: response?.state ?? byHand?.state ?? "open",
    inputTokens: digest?.inputTokens ?? null,
    outputTokens: digest?.outputTokens ?? null,
    firstChunkMs: response?.firstChunkMs ?? byHand?.digest.firstChunkMs ?? null,
    durationMs: response?.durationMs ?? byHand?.durationMs ?? null,
    answer: digest?.answer ?? null,
    truncated: digest?.truncated ?? false,
    refused: digest?.refused ?? false,
  };
}

type HandFact = Extract<Fact, { kind: "generation" }>;

/** Told in one piece mostly, or in several under one span: of each thing the last that says it. */
function handGeneration(told: readonly HandFact[]): HandFact | undefined {
  const last = told.at(-1);
  if (last === undefined || told.length === 1) return last;
  const known = <T>(values: readonly (T | null)[]): T | null => values.findLast((one) => one !== null) ?? null;
  const startedAtMs = Math.min(...told.map((one) => one.startedAtMs));
  const ended = told.filter(({ state }) => state !== "open");
  const durations = told.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  const untilMs = ended.length === 0 ? null : Math.max(...ended.map(({ atMs }) => atMs));
  const digests = told.map(({ digest }) => digest);
  return {
    ...last,
    provider: known(told.map(({ provider }) => provider)),
    state: ended.at(-1)?.state ?? last.state,
    startedAtMs,
    durationMs: durations.length > 0 ? Math.max(...durations) : untilMs === null ? null : Math.max(0, untilMs - startedAtMs),
    digest: {
      ...last.digest,
      requestedModel: known(digests.map(({ requestedModel }) => requestedModel)),
      answeredModel: known(digests.map(({ answeredModel }) => answeredModel)),
      inputTokens: known(digests.map(({ inputTokens }) => inputTokens)),
      outputTokens: known(digests.map(({ outputTokens }) => outputTokens)),
      firstChunkMs: known(digests.map(({ firstChunkMs }) => firstChunkMs)),
      answer: known(digests.map(({ answer }) => answer)),
      truncated: digests.some(({ truncated }) => truncated),
      refused: digests.some(({ refused }) => refused),
    },
  };
}

/** null when nothing is known; else the sum of what is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
