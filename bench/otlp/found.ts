/** What our readings hold, by the same six sorts. */
import type { Reading } from "../../packages/workbench/src/ingest/otlp/dialects/reading.ts";
import type { Sort } from "./oracle.ts";

const canonical = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};

/** True when the value stands under its signal in one of the readings. */
export function isFound(sort: Sort, value: string, readings: readonly Reading[]): boolean {
  return readings.some((reading) => {
    if (reading.kind === "tool") return (sort === "arguments" && reading.arguments !== null && canonical(reading.arguments) === canonical(value)) || (sort === "results" && (reading.result ?? "").includes(value));
    if (reading.kind !== "generation") return false;
    const { input, completion, toolCalls = [], model, usage } = reading.signals;
    const parts = (input?.messages ?? []).flatMap((message) => message.parts);
    switch (sort) {
      case "texts":
        return parts.some((part) => (part.type === "text" || part.type === "reasoning" || part.type === "refusal") && part.text === value) || [completion?.text, completion?.refusal, completion?.reasoning, ...(completion?.alternatives ?? [])].includes(value) || (completion?.text ?? "").includes(value) || parts.some((part) => part.type === "tool-result" && canonical(part.result) === canonical(value)) || (input?.system ?? "").includes(value);
      case "systems":
        return (input?.system ?? "").includes(value);
      case "arguments":
        return [...parts.flatMap((part) => (part.type === "tool-call" ? [part.arguments] : [])), ...toolCalls.map((call) => call.arguments)].some((one) => canonical(one) === canonical(value));
      case "results":
        return parts.some((part) => part.type === "tool-result" && (part.result === value || part.result.includes(JSON.stringify(value).slice(1, -1)) || canonical(part.result) === canonical(value)));
      case "models":
        return model?.answered === value;
      case "tokens":
        return [usage?.inputTokens, usage?.outputTokens, usage?.cacheReadTokens, usage?.cacheWriteTokens].some((count) => String(count) === value);
      default:
        throw new TypeError("no such sort");
    }
  });
}
