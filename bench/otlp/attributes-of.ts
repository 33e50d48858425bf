/** Attributes as a Python exporter would send them: scalars and lists of strings as they are, all else as JSON text. */
import type { Attributes, AttributeValue } from "../../packages/workbench/src/ingest/otlp/spans.ts";

export const otlpAttributes = (given: Readonly<Record<string, unknown>>): Attributes => new Map(Object.entries(given).map(([key, value]) => [key, valueOf(value)]));

function valueOf(value: unknown): AttributeValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? (value as readonly string[]) : JSON.stringify(value);
}
