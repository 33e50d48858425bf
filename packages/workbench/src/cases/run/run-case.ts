/** One case run through the user's own feature: seams served, network kept away, the run recorded in memory, scored, and told. */
import { WhysaidError } from "@whysaid/recorder/format";
import { openReplay, type Replay } from "@whysaid/recorder/replay";
import type { Case } from "../case.ts";
import { questionOf } from "../formats/formats.ts";
import { causeOf, explain } from "./explain.ts";
import { guardNetwork } from "./network.ts";
import type { OpenCase } from "./originals.ts";
import { recordedAnswers } from "./recorded-answers.ts";
import { runStory } from "./run-story.ts";
import { defaultScorers } from "./scorers.ts";
import type { CaseInput, CaseSuite, Sample, Score, Serve } from "./suite.ts";

export interface SampleResult {
  readonly passed: boolean;
  readonly scores: readonly Score[];
  /** The answer; redacted. */
  readonly output: string;
  /** Redacted. */
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly durationMs: number;
}
export interface CaseResult {
  readonly caseId: string;
  readonly revision: number;
  readonly feature: string;
  readonly title: string;
  readonly passed: boolean;
  /** Share of samples that passed, and what was asked for. */
  readonly passRate: number;
  readonly wantedRate: number;
  readonly samples: readonly SampleResult[];
  /** Of the first sample that failed: scores, and the run beside the recording. Redacted; empty when all passed. */
  readonly explanation: string;
}

const TIMEOUT_MS = 30_000;

/** Never throws for what the feature or a scorer does: that is a failed sample. */
export async function runCase(open: OpenCase, suite: CaseSuite): Promise<CaseResult> {
  const { served, redacted } = open;
  const samples: SampleResult[] = [];
  let explanation = "";
  for (let index = 0; index < (suite.samples ?? 1); index += 1) {
    const ran = await runOnce(open, suite);
    const result = redactedResult(ran, redacted);
    samples.push(result);
    if (!result.passed && explanation === "") explanation = redacted(explain(served, ran.sample, ran.scores, ran.error));
  }
  const passRate = samples.filter(({ passed }) => passed).length / samples.length;
  const wantedRate = suite.passRate ?? 1;
  const passed = passRate >= wantedRate;
  return { caseId: served.id, revision: served.revision, feature: served.feature, title: redacted(titleOf(served)), passed, passRate, wantedRate, samples, explanation: passed ? "" : explanation };
}

export const titleOf = ({ id, origin, said, labels }: Case): string => {
  const cause = labels.find(({ name }) => name.startsWith("cause:"))?.name.slice("cause:".length);
  const words = said.replace(/\s+/g, " ").trim();
  return `${id.slice(0, 13)} ${cause ?? origin}: ${words.length > 60 ? `${words.slice(0, 59)}…` : words}`;
};

interface Ran {
  readonly sample: Sample | null;
  readonly scores: readonly Score[];
  readonly error: unknown;
  readonly output: string;
  readonly durationMs: number;
}

async function runOnce({ served, redacted }: OpenCase, suite: CaseSuite): Promise<Ran> {
  const serve = suite.serve ?? {};
  const input = inputOf(served);
  const replay = seamsOf(served, serve, redacted);
  const release = guardNetwork();
  const startedMs = performance.now();
  let output: unknown;
  let error: unknown;
  try {
    output = await within(replay.run(async () => suite.run(input)), suite.timeoutMs ?? TIMEOUT_MS);
  } catch (cause) {
    error = cause ?? new Error("the feature threw nothing");
  } finally {
    release();
  }
  const durationMs = Math.round(performance.now() - startedMs);
  const ran = runStory(replay.segments(), served.feature);
  const text = error === undefined ? answerText(output, suite) : "";
  if (ran === null) {
    const unrecorded = new WhysaidError("CASE_NOT_RECORDED", "the run recorded nothing", { fix: "Call a feature that goes through `recorder.trace`, `trace.retrieve` or `recorder.fetch` of @whysaid/recorder." });
    return { sample: null, scores: [], error: error ?? unrecorded, output: text, durationMs };
  }
  const sample: Sample = { output, text, error, ...ran, input, case: served };
  return { sample, scores: error === undefined ? await scoresOf(sample, suite) : [], error, output: text, durationMs };
}

async function scoresOf(sample: Sample, suite: CaseSuite): Promise<readonly Score[]> {
  const scores: Score[] = [];
  for (const scorer of suite.scorers ?? defaultScorers) {
    try {
      const given = await scorer(sample);
      if (given !== null) scores.push(given);
    } catch (cause) {
      scores.push({ name: scorer.name || "scorer", score: 0, passed: false, reason: `the scorer threw ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}` });
    }
  }
  // A green test that checked nothing would be a lie.
  if (scores.length === 0) scores.push({ name: "scored", score: 0, passed: false, reason: "no scorer had anything to say of this case: name an expected answer (`whysaid cases review`) or another scorer" });
  return scores;
}

function seamsOf(served: Case, serve: Serve, redacted: OpenCase["redacted"]): Replay {
  const recorded = recordedAnswers(served.story, serve, redacted);
  const isSync = (name: string): boolean => serve.sync?.includes(name) === true;
  const giving = (name: string, value: () => unknown): unknown => (isSync(name) ? value() : new Promise((resolve) => resolve(value())));
  const live = (source: "recorded" | "live" | undefined): boolean => source === "live";
  const replay: Replay = openReplay({
    retrieve: <T>(name: string, query: unknown, search: () => T) => (live(serve.retrieval) ? replay.withNetwork(search) : (giving(name, () => recorded.retrieve(name, query)) as T)),
    tool: <T>(name: string, args: unknown, callId: string | undefined, execute: () => T) => (live(serve.tools) ? replay.withNetwork(execute) : (giving(name, () => recorded.tool(name, args, callId)) as T)),
    fetch: (input, init, underlying) => (live(serve.model) ? replay.withNetwork(() => underlying(input, init)) : recorded.model(input, init)),
  });
  return replay;
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WhysaidError("CASE_TIMED_OUT", `the feature took longer than ${limitMs} ms`, { fix: "Give it more with `timeoutMs`, or find what it waits for: nothing it is not served comes." })), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function answerText(output: unknown, { textOf }: CaseSuite): string {
  if (textOf !== undefined) return textOf(output);
  if (typeof output === "string") return output;
  const text = (output as { readonly text?: unknown } | null | undefined)?.text;
  return typeof text === "string" ? text : (JSON.stringify(output) ?? "");
}

export function inputOf(one: Case): CaseInput {
  const { story } = one;
  const first = story.generations.find(({ signals }) => signals.input.state === "captured")?.signals.input;
  const messages = first?.state === "captured" ? first.value.messages.filter(({ role }) => role === "user") : [];
  const userMessages = messages.map(({ parts }) => parts.map((part) => (part.type === "text" ? part.text : "")).join(""));
  const { variables } = story.prompt ?? {};
  return {
    id: one.id,
    feature: one.feature,
    subject: story.subject ?? {},
    variables: typeof variables === "object" && variables !== null ? (variables as Record<string, unknown>) : {},
    prompt: story.prompt,
    tags: story.tags,
    conversationId: story.conversationId,
    queries: story.steps.flatMap((step) => (step.kind === "retrieval" && step.query !== null ? [step.query] : [])),
    question: questionOf(one),
    userMessages,
    said: one.said,
    expected: one.expected?.text ?? null,
    story,
  };
}

function redactedResult({ scores, output, error, durationMs }: Ran, redacted: (text: string) => string): SampleResult {
  const told = scores.map((one) => ({ ...one, reason: one.reason === null ? null : redacted(one.reason) }));
  const failure = error === undefined ? null : toldError(causeOf(error) ?? error, redacted);
  return { passed: failure === null && told.every(({ passed }) => passed), scores: told, output: redacted(output), error: failure, durationMs };
}

function toldError(error: unknown, redacted: (text: string) => string): { readonly name: string; readonly message: string } {
  if (error instanceof WhysaidError) return { name: error.code, message: error.message };
  return error instanceof Error ? { name: error.name, message: redacted(error.message) } : { name: typeof error, message: redacted(String(error)) };
}
