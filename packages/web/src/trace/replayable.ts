/** What can be left out of a recorded call, as `replay --without` names it: the chunks it was given, the results of tools, the messages. */
import type { Finding, Reconstruction } from "../api/shapes.ts";

export interface Source {
  /** `chunk:chart/871#3`, `tool:call_1`, `message:2` */
  readonly name: string;
  readonly kind: "chunk" | "tool" | "message";
  readonly title: string;
  /** Its first words; recorded text. */
  readonly excerpt: string;
}

/** The last call that came back whole: what a replay takes when none is named. */
export function lastWhole({ generations }: Reconstruction): number {
  const last = generations.findLastIndex(({ state, status }) => state === "complete" && (status === null || status < 400));
  return last < 0 ? generations.length - 1 : last;
}

const EXCERPT_CHARS = 300;
/** @param index  the call, counted in `generations` */
export function sourcesOf(story: Reconstruction, index: number): readonly Source[] {
  const found = new Map<string, Source>();
  const put = (source: Source): void => void (found.has(source.name) || found.set(source.name, source));
  const excerpt = (text: string): string => text.replace(/\s+/g, " ").slice(0, EXCERPT_CHARS).replace(/⟦[^⟧]*$/, "");
  for (const generation of story.generations) {
    const { chunks } = generation.signals;
    if (chunks.state === "captured") for (const { sourceId, text } of chunks.value) if (sourceId !== null) put({ name: `chunk:${sourceId}`, kind: "chunk", title: sourceId, excerpt: excerpt(text) });
  }
  // A call can only have been given results of tools that ran before it.
  for (const generation of story.generations.slice(0, index)) {
    const { toolCalls } = generation.signals;
    if (toolCalls.state === "captured") for (const { callId, name, result } of toolCalls.value) if (result !== null) put({ name: `tool:${callId ?? name}`, kind: "tool", title: name, excerpt: excerpt(result) });
  }
  const input = story.generations[index]?.signals.input;
  if (input?.state === "captured")
    for (const [place, { role, parts }] of input.value.messages.entries()) put({ name: `message:${place}`, kind: "message", title: `${role}, message ${place + 1}`, excerpt: excerpt(parts.map((part) => ("text" in part ? part.text : part.type)).join(" ")) });
  return [...found.values()];
}

/** What a finding's next step would leave out. */
export const withoutOf = ({ next }: Pick<Finding, "next">): readonly string[] => [...next.matchAll(/--without (?:'([^']+)'|"([^"]+)"|(\S+))/g)].map(([, single, double, bare]) => single ?? double ?? bare ?? "");
