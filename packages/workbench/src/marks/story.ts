/** Everything that happened in a trace, in one list by time: what `show` and the bundle tell and what a timeline draws; and the words for one call. */
import type { ActionSignal, Generation, Reconstruction, Signal, SignalName, Step, UsageSignal } from "@whysaid/recorder/format";
import { count } from "./amounts.ts";
import { safeLine } from "./visible.ts";

export type Scene =
  | { readonly kind: "generation"; readonly atMs: number; readonly durationMs: number | null; readonly generation: Generation; readonly index: number }
  | { readonly kind: "step"; readonly atMs: number; readonly durationMs: number; readonly step: Step; readonly index: number }
  | { readonly kind: "action"; readonly atMs: number; readonly durationMs: null; readonly action: ActionSignal; readonly index: number };

export function storyOf(reconstruction: Reconstruction): readonly Scene[] {
  const scenes: Scene[] = [
    ...reconstruction.steps.map((step, index) => ({ kind: "step" as const, atMs: step.atMs, durationMs: step.durationMs, step, index })),
    ...reconstruction.generations.map((generation, index) => ({ kind: "generation" as const, atMs: generation.startedAtMs, durationMs: callMs(generation), generation, index })),
    ...reconstruction.actions.map((action, index) => ({ kind: "action" as const, atMs: action.atMs, durationMs: null, action, index })),
  ];
  // Equal times: what took no time yet comes in the order above, steps before the call they prepare.
  return scenes.sort((a, b) => a.atMs - b.atMs);
}

/** How long a generation took, all attempts. */
export function callMs({ signals, attemptList, startedAtMs }: Generation): number | null {
  const last = attemptList.at(-1);
  if (last !== undefined && last.durationMs !== null) return last.atMs - startedAtMs + last.durationMs;
  const latency = signals.latency.state === "captured" ? signals.latency.value : null;
  return latency === null || latency.generationMs === null ? null : latency.generationMs + (latency.timeToFirstChunkMs ?? 0);
}

export function modelName({ signals, provider }: Generation): string {
  const model = signals.model.state === "captured" ? signals.model.value : null;
  return model?.answered ?? model?.requested ?? provider ?? "unknown model";
}

export const valueOf = <T>(signal: Signal<T>): T | null => (signal.state === "captured" ? signal.value : null);

/** Messages this request repeats from the one before, counted from the start. */
export function sharedMessages(generation: Generation, previous: Generation | undefined): number {
  const [input, before] = [valueOf(generation.signals.input), previous === undefined ? null : valueOf(previous.signals.input)];
  if (input === null || before === null) return 0;
  let shared = 0;
  while (shared < before.messages.length && shared < input.messages.length && JSON.stringify(before.messages[shared]) === JSON.stringify(input.messages[shared])) shared += 1;
  return shared;
}

export const signalLabels: Readonly<Record<SignalName, string>> = {
  input: "① input",
  chunks: "① chunks",
  model: "② model",
  usage: "③ usage",
  toolCalls: "④ tool calls",
  latency: "⑤ latency",
  completion: "⑥ completion",
  parsed: "⑦ parsed",
  validation: "⑧ validation",
  action: "⑨ action",
};

/** `812 (700 from cache) → 64 tokens` */
export function tokens(usage: UsageSignal): string {
  const side = (value: number | null, extra: readonly (readonly [number | null, string])[]): string => {
    const more = extra.filter(([amount]) => amount !== null && amount > 0).map(([amount, name]) => `${count(amount ?? 0)} ${name}`);
    return `${value === null ? "?" : count(value)}${more.length > 0 ? ` (${more.join(", ")})` : ""}`;
  };
  const input = side(usage.inputTokens, [
    [usage.cacheReadTokens, "from cache"],
    [usage.cacheWriteTokens, "to cache"],
  ]);
  return `${input} → ${side(usage.outputTokens, [[usage.reasoningTokens, "reasoning"]])} tokens`;
}

/** What went wrong with a call on its way, one sentence each, safe to show; empty when it came back well. */
export function troubles({ state, status, error }: Generation): readonly string[] {
  const states: Readonly<Partial<Record<Generation["state"], string>>> = {
    open: "no response: still waiting, or the process died while waiting",
    cancelled: "the app stopped reading before the end",
    aborted: "the app's abort signal fired",
    cut: "the response ended before it was complete",
    unread: "the app never read the response",
    failed: "no response came",
  };
  const found: string[] = [];
  const trouble = states[state];
  if (trouble !== undefined) found.push(trouble);
  const described = error === null ? "" : `${safeLine(error.name)}: ${safeLine(error.message)}`;
  if (status !== null && status >= 400) found.push(`HTTP ${status}${described === "" ? "" : ` ${described}`}`);
  else if (described !== "") found.push(described);
  return found;
}
