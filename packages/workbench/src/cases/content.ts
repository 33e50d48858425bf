/** What makes two cases one: what was asked, what the answer was made from, what was said and what it should have been. Ids, times and wire bytes do not count. */
import { createHash } from "node:crypto";
import type { Generation, Reconstruction } from "@whysaid/recorder/format";
import type { Expected } from "./case.ts";

export interface CaseContent {
  readonly feature: string;
  readonly story: Reconstruction;
  readonly said: string;
  readonly expected: Expected | null;
}

export function caseId({ feature, story, said, expected }: CaseContent): string {
  const content = { feature, generations: story.generations.map(asked), steps: story.steps.map(given).filter((step) => step !== null), said, expected: expected?.text ?? null };
  return `case_${createHash("sha256").update(JSON.stringify(sorted(content))).digest("hex").slice(0, 20)}`;
}

function asked({ protocol, signals: { input, completion, model } }: Generation): unknown {
  return {
    protocol,
    model: model.state === "captured" ? model.value.requested : null,
    input: input.state === "captured" ? { system: input.value.system, messages: input.value.messages.map(({ role, parts }) => ({ role, parts: parts.map(withoutCallId) })), tools: input.value.tools, parameters: input.value.parameters } : null,
    completion: completion.state === "captured" ? { text: completion.value.text, refusal: completion.value.refusal } : null,
  };
}
/** Call ids are made anew by every answer. */
const withoutCallId = (part: object): object => ({ ...part, callId: null });

function given(step: Reconstruction["steps"][number]): unknown {
  if (step.kind === "retrieval") return { retrieval: step.name, query: step.query, chunks: step.chunks.map(({ sourceId, text }) => ({ sourceId, text })) };
  if (step.kind === "tool") return { tool: step.name, arguments: step.arguments, result: step.result };
  return null;
}

/** Objects with their keys in one order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, one]) => [key, sorted(one)]));
}
