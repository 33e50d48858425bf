/** Ways to break the run around the answer: another model, another prompt, a slow part, a failing provider, a recording with holes. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { type Draft, startMs } from "../../packages/workbench/src/diagnose/testing/build.ts";
import type { Made, Records, Way } from "./incident.ts";
import type { Random } from "./random.ts";
import { ragTrace, type RagTurn } from "./records.ts";
import { answered, completionPlace, edited, faithful, generationOf, placesOfCall, traceOf } from "./shapes.ts";

const model = (copy: Draft, requested: string | null, answeredBy: string | null, fingerprint: string | null = null): void => {
  for (const generation of copy.generations) generation.signals.model = { state: "captured", value: { requested, answered: answeredBy, fingerprint } };
};
/** Three earlier traces of the feature, each over another question, oldest first. */
function earlier(records: Records, random: Random, edit: (copy: Draft, index: number) => void): Reconstruction[] {
  const traces: Reconstruction[] = [];
  while (traces.length < 3) {
    const turn = faithful(records, random);
    const index = traces.length;
    if (turn) traces.push(edited(ragTrace(turn), (copy) => {
      copy.startedAtMs = startMs - (3 - index) * 3_600_000;
      edit(copy, index);
    }));
  }
  return traces;
}
const latency = (copy: Draft, parts: { retrievalMs?: number; timeToFirstChunkMs?: number; generationMs?: number; toolsMs?: number }): void => {
  const generation = copy.generations.at(-1);
  const totalMs = Object.values(parts).reduce((sum, value) => sum + value, 0);
  if (generation) generation.signals.latency = { state: "captured", value: { retrievalMs: null, timeToFirstChunkMs: null, generationMs: null, toolsMs: null, totalMs, ...parts } };
  copy.durationMs = totalMs + 50;
};
const usage = (copy: Draft, outputTokens: number): void => {
  const generation = copy.generations.at(-1);
  const { input } = generation?.signals ?? {};
  const inputTokens = Math.round((input?.state === "captured" ? JSON.stringify(input.value.messages).length : 0) / 4);
  if (generation) generation.signals.usage = { state: "captured", value: { inputTokens, outputTokens, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null } };
};
function slow(records: Records, random: Random, at: readonly string[], edit: (copy: Draft) => void, usual?: (copy: Draft) => void): Made | null {
  const turn = faithful(records, random);
  if (!turn) return null;
  const made = { trace: edited(ragTrace(turn), edit), at };
  return usual ? { ...made, previous: earlier(records, random, usual) } : made;
}
const failed = (turn: RagTurn, edit: (generation: Draft["generations"][number]) => void): Reconstruction =>
  edited(ragTrace(turn), (copy) => {
    const generation = copy.generations[0];
    if (!generation) return;
    generation.signals.completion = { state: "missing", why: "not-recorded" };
    edit(generation);
    const attempt = generation.attemptList[0];
    if (attempt) Object.assign(attempt, { state: generation.state, status: generation.status, error: generation.error });
    copy.outcome = "threw";
  });

export const runWays: readonly Way[] = [
  {
    cause: "model-drift", name: "alias-moved", half: "tuning", edit: "the alias asked for was answered by one dated model before and by another now",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [alias, before, now] = random.pick([["gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-2024-11-20"], ["claude-3-7-sonnet-latest", "claude-3-7-sonnet-20250219", "claude-3-7-sonnet-20250601"], ["gemini-2.5-flash", "gemini-2.5-flash-preview-05-20", "gemini-2.5-flash-002"]] as const);
      const trace = edited(ragTrace(turn), (copy) => model(copy, alias, now));
      return { trace, previous: earlier(records, random, (copy) => model(copy, alias, before)), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "model-drift", name: "other-than-asked", half: "tuning", edit: "a dated model was asked for, another dated one answered",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [asked, now] = random.pick([["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], ["gpt-4.1-2025-04-14", "gpt-4.1-mini-2025-04-14"], ["claude-sonnet-4-20250514", "claude-3-5-sonnet-20241022"]] as const);
      return { trace: edited(ragTrace(turn), (copy) => model(copy, asked, now)), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "model-drift", name: "fingerprint", half: "held-out", edit: "the same dated model, but another system fingerprint than in all earlier traces",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => model(copy, "gpt-4o-2024-08-06", "gpt-4o-2024-08-06", `fp_${random.digits(10)}`));
      return { trace, previous: earlier(records, random, (copy) => model(copy, "gpt-4o-2024-08-06", "gpt-4o-2024-08-06", "fp_5b26d85e12")), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "model-drift", name: "fell-back", half: "held-out", edit: "a router answered with another family's model",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [asked, now] = random.pick([["anthropic/claude-3.7-sonnet", "meta-llama/llama-3.1-8b-instruct"], ["gpt-4o", "gpt-3.5-turbo-0125"], ["mistral-large-latest", "mistral-small-2402"]] as const);
      return { trace: edited(ragTrace(turn), (copy) => model(copy, asked, now)), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "prompt-changed", name: "version", half: "tuning", edit: "the earlier traces used one prompt version, this one another; the system text differs by a rule",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        copy.prompt = { id: "answer", version: "v15", variables: null };
        system(copy, " Answer in one sentence.");
      });
      return { trace, previous: earlier(records, random, (copy) => { copy.prompt = { id: "answer", version: "v14", variables: null }; }), at: ["prompt", "generations[0].signals.input"] };
    },
  },
  {
    cause: "prompt-changed", name: "same-version-other-text", half: "tuning", edit: "the version stays, the system text lost a sentence",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const named = (copy: Draft): void => { copy.prompt = { id: "answer", version: "v14", variables: null }; };
      const trace = edited(ragTrace(turn), (copy) => {
        named(copy);
        for (const generation of copy.generations) {
          if (generation.signals.input.state !== "captured") continue;
          const shorter = (generation.signals.input.value.system ?? "").split(". ")[0] ?? "";
          generation.signals.input.value.system = shorter;
          const first = generation.signals.input.value.messages[0]?.parts[0];
          if (first?.type === "text") first.text = shorter;
        }
      });
      return { trace, previous: earlier(records, random, named), at: ["prompt", "generations[0].signals.input"] };
    },
  },
  {
    cause: "prompt-changed", name: "unnamed-prompt", half: "held-out", edit: "no prompt was named; the system text differs from that of all earlier traces of the feature",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => system(copy, ` ${random.pick(["Be brief.", "Never cite sources.", "Answer in a friendly tone and suggest further reading."])}`));
      return { trace, previous: earlier(records, random, () => {}), at: ["prompt", "generations[0].signals.input"] };
    },
  },
  {
    cause: "prompt-changed", name: "tools-changed", half: "held-out", edit: "the prompt version changed between two traces of a conversation, the tools offered changed with it",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const tools = (copy: Draft, names: readonly string[], version: string): void => {
        copy.conversationId = "conversation-3";
        copy.prompt = { id: "agent", version, variables: null };
        for (const generation of copy.generations)
          if (generation.signals.input.state === "captured") generation.signals.input.value.tools = names.map((name) => ({ name, description: `Look up ${name}`, parameters: "{}" }));
      };
      const trace = edited(ragTrace(turn), (copy) => tools(copy, ["search", "lookup"], "2025-06-03"));
      return { trace, previous: earlier(records, random, (copy) => tools(copy, ["search"], "2025-05-20")), at: ["prompt", "generations[0].signals.input"] };
    },
  },
  {
    cause: "slow-retrieval", name: "dominates", half: "tuning", edit: "the search takes 6–30 s of an otherwise quick answer",
    make(records, random) {
      const ms = 6_000 + random.below(24_000);
      return slow(records, random, ["steps[0]", "generations[0].signals.latency"], (copy) => {
        latency(copy, { retrievalMs: ms, timeToFirstChunkMs: 500, generationMs: 1_500 });
        const step = copy.steps[0];
        if (step) step.durationMs = ms;
      });
    },
  },
  {
    cause: "slow-retrieval", name: "against-baseline", half: "held-out", edit: "the search takes 3–5 s, 0.1 s in earlier traces",
    make(records, random) {
      const ms = 3_000 + random.below(2_000);
      return slow(records, random, ["steps[0]", "generations[0].signals.latency"], (copy) => {
        latency(copy, { retrievalMs: ms, timeToFirstChunkMs: 400, generationMs: 900 });
        const step = copy.steps[0];
        if (step) step.durationMs = ms;
      }, (copy) => latency(copy, { retrievalMs: 100, timeToFirstChunkMs: 400, generationMs: 900 }));
    },
  },
  {
    cause: "slow-first-token", name: "dominates", half: "tuning", edit: "the first chunk comes after 15–50 s, the rest in two",
    make(records, random) {
      const ms = 15_000 + random.below(35_000);
      return slow(records, random, ["generations[0].signals.latency"], (copy) => { latency(copy, { retrievalMs: 120, timeToFirstChunkMs: ms, generationMs: 2_000 }); usage(copy, 150); });
    },
  },
  {
    cause: "slow-first-token", name: "against-baseline", half: "held-out", edit: "the first chunk comes after 6–9 s, 0.4 s in earlier traces",
    make(records, random) {
      const ms = 6_000 + random.below(3_000);
      return slow(records, random, ["generations[0].signals.latency"], (copy) => latency(copy, { retrievalMs: 120, timeToFirstChunkMs: ms, generationMs: 900 }), (copy) =>
        latency(copy, { retrievalMs: 120, timeToFirstChunkMs: 400, generationMs: 900 }));
    },
  },
  {
    cause: "slow-generation", name: "few-tokens-a-second", half: "tuning", edit: "200 tokens take 60–120 s",
    make(records, random) {
      const ms = 60_000 + random.below(60_000);
      return slow(records, random, ["generations[0].signals.latency"], (copy) => { latency(copy, { retrievalMs: 120, timeToFirstChunkMs: 700, generationMs: ms }); usage(copy, 200); });
    },
  },
  {
    cause: "slow-generation", name: "against-baseline", half: "held-out", edit: "generating takes 12–20 s for the tokens that took 1 s in earlier traces",
    make(records, random) {
      const ms = 12_000 + random.below(8_000);
      return slow(records, random, ["generations[0].signals.latency"], (copy) => { latency(copy, { retrievalMs: 120, timeToFirstChunkMs: 400, generationMs: ms }); usage(copy, 120); }, (copy) => {
        latency(copy, { retrievalMs: 120, timeToFirstChunkMs: 400, generationMs: 1_000 });
        usage(copy, 120);
      });
    },
  },
  {
    cause: "slow-tool", name: "dominates", half: "tuning", edit: "one tool call takes 15–60 s",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const ms = 15_000 + random.below(45_000);
      const trace = edited(traceOf(place.run), (copy) => {
        latency(copy, { timeToFirstChunkMs: 600, generationMs: 900 });
        copy.durationMs = ms + 4_000;
        for (const generation of copy.generations)
          if (generation.signals.toolCalls.state === "captured") for (const call of generation.signals.toolCalls.value) if (call.callId === place.call.callId) call.durationMs = ms;
      });
      return { trace, at: [`generations[${generationOf(place.run, place.turn)}].signals`, ...placesOfCall(trace, place.call.callId, null)], sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "slow-tool", name: "step", half: "held-out", edit: "a wrapped tool's step takes 20–90 s; the call's signal has no duration",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const ms = 20_000 + random.below(70_000);
      const trace = edited(traceOf(place.run), (copy) => {
        copy.durationMs = ms + 3_000;
        copy.steps.push({ kind: "tool", spanId: "00000000000000ad", parentSpanId: null, atMs: startMs, durationMs: ms, name: place.call.name, error: null, callId: place.call.callId, arguments: place.call.arguments, result: place.call.result });
      });
      return { trace, at: ["steps[0]", ...placesOfCall(trace, place.call.callId, null)], sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "provider-error", name: "server-error", half: "tuning", edit: "the provider answers 500, 503 or 529 and nothing else",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const status = random.pick([500, 502, 503, 529]);
      const trace = failed(turn, (generation) => {
        generation.status = status;
        generation.error = { name: "server_error", message: "The server had an error while processing your request." };
      });
      return { trace, at: ["generations[0].error", "generations[0].status", "generations[0].attemptList", completionPlace(trace)] };
    },
  },
  {
    cause: "provider-error", name: "rate-limited", half: "tuning", edit: "three attempts, each refused with 429",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(failed(turn, (generation) => {
        generation.status = 429;
        generation.attempts = 3;
        generation.error = { name: "rate_limit_error", message: "Rate limit reached for requests" };
      }), (copy) => {
        const generation = copy.generations[0];
        if (generation) generation.attemptList = [1, 2, 3].map((attempt) => ({ attempt, atMs: startMs + attempt * 900, state: "complete" as const, status: 429, durationMs: 200, error: null }));
      });
      return { trace, at: ["generations[0].error", "generations[0].status", "generations[0].attemptList"] };
    },
  },
  {
    cause: "provider-error", name: "network", half: "held-out", edit: "no response: refused, reset or timed out",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = failed(turn, (generation) => {
        generation.state = "failed";
        generation.status = null;
        generation.error = random.pick([{ name: "TypeError", message: "fetch failed" }, { name: "Error", message: "read ECONNRESET" }, { name: "TimeoutError", message: "The operation was aborted due to timeout" }]);
      });
      return { trace, at: ["generations[0].error", "generations[0].status", "generations[0].state", "generations[0].attemptList"] };
    },
  },
  {
    cause: "provider-error", name: "mid-stream", half: "held-out", edit: "the stream breaks off after a few words with the provider's error event",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.answer.length > 100);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: turn.answer.slice(0, 40) }), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.state = "cut";
        generation.error = { name: "overloaded_error", message: "Overloaded" };
        if (generation.signals.completion.state === "captured") generation.signals.completion.value.finishReason = null;
      });
      return { trace, at: ["generations[0].error", "generations[0].state", completionPlace(trace)] };
    },
  },
  {
    cause: "provider-error", name: "bad-request", half: "held-out", edit: "the provider rejects the request: 400, 401, 403 or 404",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [status, name, message] = random.pick([[400, "invalid_request_error", "Unsupported parameter"], [401, "authentication_error", "Incorrect API key provided"], [404, "not_found_error", "The model does not exist"], [403, "permission_error", "Country, region, or territory not supported"]] as const);
      const trace = failed(turn, (generation) => {
        generation.status = status;
        generation.error = { name, message };
      });
      return { trace, at: ["generations[0].error", "generations[0].status", "generations[0].attemptList", completionPlace(trace)] };
    },
  },
  {
    cause: "incomplete-recording", name: "gap", half: "tuning", edit: "entries were lost; the trace is not complete",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        copy.complete = false;
        copy.gaps = [{ why: random.pick(["disk-full", "journal-cap", "memory-cap"]), detail: "4 entries could not be written", count: 4 }];
        if (random.next() < 0.5) for (const generation of copy.generations) generation.signals.completion = { state: "missing", why: "not-recorded" };
      });
      return { trace, at: ["gaps", "complete", "generations[0].signals"] };
    },
  },
  {
    cause: "incomplete-recording", name: "crashed", half: "tuning", edit: "the request is there, no response entry is",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        copy.complete = false;
        copy.outcome = "open";
        const generation = copy.generations[0];
        if (!generation) return;
        generation.state = "open";
        generation.status = null;
        const attempt = generation.attemptList[0];
        if (attempt) Object.assign(attempt, { state: "open", status: null });
        generation.signals.completion = { state: "missing", why: "pending" };
      });
      return { trace, at: ["gaps", "complete", "generations[0].state", "generations[0].signals", "outcome"] };
    },
  },
  {
    cause: "incomplete-recording", name: "dropped-by-redaction", half: "held-out", edit: "a message was dropped because redaction ran over its budget",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        copy.complete = false;
        copy.gaps = [{ why: "body-dropped", detail: "response body of 18204 bytes dropped: over-budget", count: 1 }];
        for (const generation of copy.generations) generation.signals.completion = { state: "missing", why: "not-recorded" };
      });
      return { trace, at: ["gaps", "complete", "generations[0].signals"] };
    },
  },
  {
    cause: "incomplete-recording", name: "result-not-seen", half: "held-out", edit: "the trace ends with a tool call whose result and later answer were never recorded",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.run.turns.pop();
      const trace = edited(traceOf(place.run), (copy) => {
        copy.complete = false;
        const generation = copy.generations.at(-1);
        if (generation?.signals.toolCalls.state === "captured") for (const call of generation.signals.toolCalls.value) Object.assign(call, { result: null, source: null });
      });
      return { trace, at: ["gaps", "complete", `generations[${trace.generations.length - 1}].signals`, ...placesOfCall(trace, place.call.callId, null)], sourceIds: [place.call.callId] };
    },
  },
];
const system = (copy: Draft, more: string): void => {
  for (const generation of copy.generations) {
    if (generation.signals.input.state !== "captured") continue;
    generation.signals.input.value.system = (generation.signals.input.value.system ?? "") + more;
    const first = generation.signals.input.value.messages[0]?.parts[0];
    if (first?.type === "text") first.text += more;
  }
};
