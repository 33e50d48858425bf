/** What makes two failures the same one: the feature, the cause, and what it was about (rule, parser and its error, tool, chunk's source, provider's error). */
import { createHash } from "node:crypto";
import type { Finding, Reconstruction } from "@whysaid/recorder/format";

export interface Fingerprint {
  /** 16 hex digits; the same in every store. */
  readonly id: string;
  readonly feature: string | null;
  readonly cause: string;
  /** The rule, the parser's error, the tool, the source; null where the cause alone says it. */
  readonly about: string | null;
}

/** Of the likeliest cause, and of every rule that failed. */
export function fingerprintsOf(trace: Reconstruction): readonly Fingerprint[] {
  const found = new Map<string, Fingerprint>();
  const add = (cause: string, about: string | null): void => {
    const one = { feature: trace.feature, cause, about };
    const id = createHash("sha256").update(JSON.stringify([one.feature, cause, about])).digest("hex").slice(0, 16);
    found.set(id, { id, ...one });
  };
  for (const rule of failedRules(trace)) add("rule-failed", rule);
  const [first] = trace.findings;
  if (first !== undefined && first.cause !== "rule-failed") add(first.cause, aboutOf(first, trace));
  return [...found.values()];
}

function failedRules({ generations }: Reconstruction): readonly string[] {
  return generations.flatMap(({ signals }) => (signals.validation.state === "captured" ? signals.validation.value.flatMap(({ outcome, rule, validator }) => (outcome === "failed" ? [rule ?? validator] : [])) : []));
}

function aboutOf(finding: Finding, trace: Reconstruction): string | null {
  const last = trace.generations.at(-1);
  switch (finding.cause) {
    case "parser-bug":
    case "invalid-json": {
      const parsed = trace.generations.findLast(({ signals }) => signals.parsed.state === "captured")?.signals.parsed;
      if (parsed?.state !== "captured") return null;
      const { parser, error } = parsed.value;
      return [parser ?? "parser", error === null ? "" : general(error.message)].filter((text) => text !== "").join(": ");
    }
    case "wrong-entity":
    case "wrong-chunk":
    case "instruction-from-data":
    case "context-truncated": {
      const source = finding.evidence.find(({ sourceId, at }) => sourceId !== null && !/toolCalls|messages/.test(at))?.sourceId;
      return source === undefined || source === null ? toolOf(finding, trace) : collectionOf(source);
    }
    case "tool-error":
    case "tool-empty":
    case "tool-stale":
    case "tool-arguments-invented":
    case "slow-tool":
    case "retry-loop":
      return toolOf(finding, trace);
    case "retrieval-empty":
    case "retrieval-weak":
    case "slow-retrieval":
      return trace.steps.find(({ kind }) => kind === "retrieval")?.name ?? null;
    case "provider-error":
      return [last?.provider, last?.status, last?.error?.name].filter((part) => part !== null && part !== undefined).join(" ") || null;
    case "model-drift":
      return last?.signals.model.state === "captured" ? (last.signals.model.value.answered ?? last.signals.model.value.requested) : null;
    case "prompt-changed":
      return trace.prompt === null ? null : `${trace.prompt.id} ${trace.prompt.version ?? ""}`.trim();
    default:
      return null;
  }
}

/** The name of the tool that evidence points at or names by its call's id. */
function toolOf(finding: Finding, trace: Reconstruction): string | null {
  const ids = new Set(finding.evidence.flatMap(({ sourceId }) => (sourceId === null ? [] : [sourceId])));
  const calls = trace.generations.flatMap(({ signals }) => (signals.toolCalls.state === "captured" ? signals.toolCalls.value : []));
  return calls.findLast(({ callId }) => callId !== null && ids.has(callId))?.name ?? trace.steps.findLast((step) => step.kind === "tool")?.name ?? calls.at(-1)?.name ?? null;
}

/** `chart/881#3` and `chart/902#1` are one collection: where a source comes from recurs, the passage hardly ever does. */
const collectionOf = (source: string): string => general(source.split(/[#?]/)[0] ?? source);
/** Numbers, identifiers and quoted text differ from trace to trace. */
const general = (text: string): string =>
  text
    .replace(/⟦[^⟧]*⟧/g, "⟦⟧")
    .replace(/"[^"\n]*"|'[^'\n]*'|`[^`\n]*`/g, '"…"')
    .replace(/\b(?=\w*\d)[\w-]{3,}\b|\d+/g, "#")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
