/** What an import kept of where a trace comes from, beside what its entries say: JSON in the shape of a reconstruction, read with the same care as any text. */
import type { AttemptRecord, Gap, Generation, Reconstruction } from "@whysaid/recorder/format";
import { isFields, list, number, string } from "./json-fields.ts";
import { jsonValue } from "./json-value.ts";

export type GenerationOrigin = Pick<Generation, "protocol" | "url" | "state" | "status" | "attemptList">;
export interface TraceOrigin {
  readonly facts: Partial<Pick<Reconstruction, "service" | "environment" | "release" | "startedAtMs" | "durationMs" | "outcome" | "error">>;
  readonly gaps: readonly Gap[];
}

const states: readonly Generation["state"][] = ["complete", "cancelled", "aborted", "cut", "unread", "failed", "open"];
const stateOf = (value: unknown): Generation["state"] => states.find((state) => state === value) ?? "complete";

/** null when the text is no JSON object. */
export function generationOrigin(json: string): GenerationOrigin | null {
  const fields = jsonValue(json);
  if (!isFields(fields)) return null;
  return {
    protocol: string(fields["protocol"]) ?? "unknown",
    url: string(fields["url"]),
    state: stateOf(fields["state"]),
    status: number(fields["status"]),
    attemptList:
      list(fields["attemptList"], (one, index): AttemptRecord => {
        return { attempt: number(one["attempt"]) ?? index + 1, atMs: number(one["atMs"]) ?? 0, state: stateOf(one["state"]), status: number(one["status"]), durationMs: number(one["durationMs"]), error: errorOf(one["error"]) };
      }) ?? [],
  };
}

export function traceOrigin(json: string): TraceOrigin | null {
  const fields = jsonValue(json);
  if (!isFields(fields)) return null;
  const { outcome } = fields as { readonly outcome?: unknown };
  const startedAtMs = number(fields["startedAtMs"]);
  return {
    facts: {
      service: string(fields["service"]),
      environment: string(fields["environment"]),
      release: string(fields["release"]),
      ...(startedAtMs === null ? {} : { startedAtMs }),
      durationMs: number(fields["durationMs"]),
      outcome: outcome === "returned" || outcome === "threw" || outcome === "open" ? outcome : null,
      error: errorOf(fields["error"]),
    },
    gaps: list(fields["gaps"], (gap): Gap => ({ why: string(gap["why"]) ?? "unknown", detail: string(gap["detail"]) ?? "", count: number(gap["count"]) })) ?? [],
  };
}

const errorOf = (value: unknown): { readonly name: string; readonly message: string } | null => (isFields(value) ? { name: string(value["name"]) ?? "Error", message: string(value["message"]) ?? "" } : null);
