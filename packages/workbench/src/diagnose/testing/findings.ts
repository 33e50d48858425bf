/** What tests ask of a diagnosis: the likeliest cause, and the finding of one cause. */
import type { Finding, Reconstruction } from "@whysaid/recorder/format";
import { diagnose, type Context } from "../diagnose.ts";
import { generation, reconstruction, say, type GenerationParts } from "./build.ts";

export const topCause = (trace: Reconstruction, context?: Context): string | undefined => diagnose(trace, context).findings[0]?.cause;
export const findingOf = (trace: Reconstruction, cause: string, context?: Context): Finding | undefined => diagnose(trace, context).findings.find((finding) => finding.cause === cause);
/** A trace of one generation. */
export const trace = (parts: GenerationParts, more: Partial<Reconstruction> = {}): Reconstruction => reconstruction({ generations: [generation(parts)], ...more });

/** An agent's two generations: one that calls a tool, one that answers from its result. */
export function toolTrace(call: { readonly name: string; readonly arguments: string; readonly result: string | null; readonly error?: string }, question: string, answer: string, more: Partial<Reconstruction> = {}): Reconstruction {
  const messages = [say("user", question)];
  const made = { callId: "call_1", name: call.name, arguments: call.arguments };
  return reconstruction({
    generations: [
      generation({ messages, toolCalls: [{ ...made, result: call.result, error: call.error ?? null, source: "wire" }], completion: { text: "", finishReason: "tool_calls" } }),
      generation({
        messages: [...messages, { role: "assistant", parts: [{ type: "tool-call", ...made }] }, { role: "tool", parts: [{ type: "tool-result", callId: "call_1", name: call.name, result: call.result ?? call.error ?? "", isError: call.error !== undefined }] }],
        completion: answer,
      }),
    ],
    ...more,
  });
}
/** A retrieval turn whose prompt carries its chunks. */
export function retrievalTrace(chunks: readonly { readonly sourceId: string; readonly text: string; readonly score?: number; readonly metadata?: unknown }[], question: string, answer: string, more: Partial<Reconstruction> = {}): Reconstruction {
  return trace({ messages: [say("user", `Documents:\n${chunks.map((chunk) => chunk.text).join("\n\n")}\n\nQuestion: ${question}`)], chunks, completion: answer }, more);
}
