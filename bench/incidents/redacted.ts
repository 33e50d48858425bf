/** A trace as it lies in a store: every text through the recorder's own redactor, the subject declared to it. */
import { createRedactor, type RedactionScope, type Redactor, type Where } from "@whysaid/recorder/redact";
import type { Reconstruction } from "@whysaid/recorder/format";

const texts: Readonly<Record<string, Where["signal"]>> = {
  text: "input", system: "input", json: "input", result: "toolCalls", arguments: "toolCalls", error: "error", sourceId: "chunks", query: "chunks", refusal: "completion", reasoning: "completion", before: "action", after: "action", note: "action",
  message: "error", input: "parsed", expected: "validation", description: "input", parameters: "input", requestBody: "input", raw: "completion",
};
/** Whole values under these keys are data of the app. */
const values = new Set(["metadata", "result", "value", "variables"]);

export function redactor(): Redactor {
  return createRedactor({ vault: "none", key: Buffer.alloc(32, 7) });
}
export function redactedTrace(trace: Reconstruction, root: RedactionScope): Reconstruction {
  if (JSON.stringify(trace).includes("⟦")) return trace;
  const scope = trace.subject === null ? root : root.with({ subject: trace.subject });
  const walk = (value: unknown, key: string, isData: boolean, path: readonly string[]): unknown => {
    if (typeof value === "string") {
      const signal = isData ? "parsed" : texts[key];
      return signal === undefined ? value : scope.text(value, { signal, ...(isData ? { path } : {}) });
    }
    if (Array.isArray(value)) return value.map((item: unknown) => walk(item, key, isData, path));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name, isData || (values.has(name) && typeof item === "object" && !isSignal(value)), isData ? [...path, name] : [])]));
  };
  const redacted = walk({ ...trace, subject: null }, "", false, []) as Reconstruction;
  return { ...redacted, subject: trace.subject === null ? null : Object.fromEntries(Object.entries(trace.subject).map(([key, value]) => [key, scope.text(value, { signal: "metadata", path: ["subject", key] })])) };
}
const isSignal = (value: object): boolean => "state" in value;
