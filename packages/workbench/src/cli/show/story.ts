/** Everything that happened in a trace, in one list by time: what `show` tells and what its timeline draws. */
import type { ActionSignal, Generation, Reconstruction, Step } from "@whysaid/recorder/format";

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
