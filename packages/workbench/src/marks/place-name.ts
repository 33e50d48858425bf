/** `generations[1].signals.completion.value.text` as a person would say it: `answer of call 2`. */
import type { Reconstruction, ValueOrigin } from "@whysaid/recorder/format";

const names: Readonly<Record<string, string>> = { completion: "answer", toolCalls: "tool call", input: "input", chunks: "chunk", parsed: "parsed result", validation: "check" };

export function placeName(at: string): string {
  const generation = /generations\[(\d+)\]/.exec(at)?.[1];
  if (generation === undefined) return at.replace(/^gaps\[\d+\]$/, "the recording").replace(/^steps\[(\d+)\].*$/, (_all, index: string) => `step ${Number(index) + 1}`).replace(/^actions\[(\d+)\].*$/, "the user's action");
  const name = /\.signals\.(\w+)/.exec(at)?.[1];
  return `${name === undefined ? "call" : (names[name] ?? name)}${name === undefined ? "" : " of call"} ${Number(generation) + 1}`;
}

/** Where a value came from: a chunk by its source, a tool's result by the tool. */
export function originName({ generations, steps }: Pick<Reconstruction, "generations" | "steps">, { kind, at, sourceId }: Pick<ValueOrigin, "kind" | "at" | "sourceId">): string {
  const [, generation, call] = /^generations\[(\d+)\]\.signals\.toolCalls\.value\[(\d+)\]/.exec(at) ?? [];
  const calls = generation === undefined ? undefined : generations[Number(generation)]?.signals.toolCalls;
  const tool = calls?.state === "captured" ? calls.value[Number(call)]?.name : undefined;
  if (kind !== "tool-result") return sourceId ?? placeName(at);
  const [, step] = /^steps\[(\d+)\]/.exec(at) ?? [];
  return tool ?? (step === undefined ? undefined : steps[Number(step)]?.name) ?? sourceId ?? placeName(at);
}
