/**
 * What a capture says, found without our readers: a walk over attributes, events and the JSON inside their strings that goes by key words alone. Knows no dialect, no order, no roles.
 */
import type { AttributeValue, OtlpSpan } from "../../packages/workbench/src/ingest/otlp/spans.ts";

export const sorts = ["texts", "systems", "arguments", "results", "models", "tokens"] as const;
export type Sort = (typeof sorts)[number];
export type Said = Readonly<Record<Sort, ReadonlySet<string>>>;

export function saidBy(span: OtlpSpan): Said {
  const said: Record<Sort, Set<string>> = { texts: new Set(), systems: new Set(), arguments: new Set(), results: new Set(), models: new Set(), tokens: new Set() };
  // Logfire shows what its messages say a second time, in words of its own ("See JSON for details").
  const isShown = (key: string): boolean => /^(?:request|response)_data$/.test(key) && span.attributes.has("gen_ai.output.messages");
  for (const [key, value] of span.attributes) if (!isShown(key)) attribute(key, plain(value), said);
  for (const event of span.events) for (const [key, value] of event.attributes) if (event.name.startsWith("gen_ai.")) attribute(key, plain(value), said);
  return said;
}

function plain(value: AttributeValue): unknown {
  return value instanceof Map ? Object.fromEntries([...(value as ReadonlyMap<string, AttributeValue>)].map(([key, one]) => [key, plain(one)])) : Array.isArray(value) ? value.map((one: AttributeValue) => plain(one)) : value;
}
const parsed = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};

const skipped = /tool\.definitions|prompt\.tools|llm\.tools|json_schema|invocation_params|invocation_parameters|model\.parameters|metadata|msg_template|logfire\.|model_request_parameters/;

function attribute(key: string, value: unknown, said: Record<Sort, Set<string>>): void {
  if (/(?:^|[._])(?:input_?tokens|output_?tokens|prompt_tokens|completion_tokens)$/i.test(key) && !/aggregated|partial/.test(key) && typeof value === "number") said.tokens.add(String(value));
  if (/^llm\.token_count\.(?:prompt|completion)$/.test(key) && typeof value === "number") said.tokens.add(String(value));
  if (/response\.model(?:_name)?$|observation\.model\.name$/.test(key) && typeof value === "string") said.models.add(value);
  if (skipped.test(key)) return;
  const whole = parsed(value);
  if (/(?:^|\.)system_instructions$/.test(key)) {
    if (typeof whole === "string") said.systems.add(whole);
    else for (const one of strings(whole, /^(?:content|text)$/)) said.systems.add(one);
  } else if (/(?:message|message_content)\.(?:content|text)$|^gen_ai\.(?:prompt|completion)\.\d+\.content$|^ai\.response\.text$/.test(key)) text(value, said.texts);
  else if (/function\.arguments$|tool\.call\.arguments$|toolCall\.args$/.test(key) && typeof value === "string") said.arguments.add(value);
  else if (/tool\.call\.result$|toolCall\.result$/.test(key)) text(value, said.results);
  else if (/usage_details|usage_metadata|usage\.raw|^usage$/.test(key)) counts(whole, said);
  else walk(whole, said, false);
}

function text(value: unknown, into: Set<string>): void {
  if (typeof value === "string" && value !== "" && !/^<(?:dynamic|elided)|See JSON for details$/.test(value)) into.add(value);
}

function walk(value: unknown, said: Record<Sort, Set<string>>, inMessage: boolean): void {
  const here = parsed(value);
  if (Array.isArray(here)) for (const one of here) walk(one, said, inMessage);
  if (typeof here !== "object" || here === null || Array.isArray(here)) return;
  const fields = here as Readonly<Record<string, unknown>>;
  const isResult = fields["role"] === "tool" || /tool.?result|tool_call_response|function_call_output/.test(String(fields["type"]));
  const isMessage = inMessage || typeof fields["role"] === "string" || typeof fields["type"] === "string";
  for (const [key, one] of Object.entries(fields)) {
    if (/^(?:tools|response_format|parameters|input_schema|metadata|annotations|inputSchema|mcp_data|gen_ai\.tool\.definitions)$/.test(key)) continue;
    if (key === "usage" || key === "usage_metadata") counts(one, said);
    else if (isResult && /^(?:content|response|result|output)$/.test(key)) {
      if (typeof one === "string") text(one, said.results);
      else for (const inner of strings(one, /^(?:content|text)$/)) text(inner, said.results);
    } else if (key === "arguments" && isMessage) said.arguments.add(typeof one === "string" ? one : JSON.stringify(one));
    else if (isMessage && /^(?:content|text|refusal|thinking)$/.test(key) && typeof one === "string") {
      const nested = parsed(one);
      if (Array.isArray(nested) && nested.every((inner) => typeof inner === "object" && inner !== null && "role" in inner)) walk(nested, said, true);
      else text(one, fields["role"] === "system" || fields["role"] === "developer" ? said.systems : said.texts);
    } else if (key === "system" || key === "instructions") {
      if (typeof one === "string") text(one, said.systems);
      else for (const inner of strings(one, /^(?:content|text)$/)) text(inner, said.systems);
    } else if (typeof one === "object" && one !== null) walk(one, said, isMessage || key === "messages" || key === "message");
    else if (key === "function" || key === "input") walk(one, said, isMessage);
  }
}

function counts(value: unknown, said: Record<Sort, Set<string>>): void {
  const here = parsed(value);
  if (typeof here !== "object" || here === null) return;
  for (const [key, one] of Object.entries(here)) if (/^(?:input|output|input_tokens|output_tokens|prompt_tokens|completion_tokens)$/.test(key) && typeof one === "number") said.tokens.add(String(one));
}

function strings(value: unknown, key: RegExp): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => (typeof one === "string" ? [one] : strings(one, key)));
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([name, one]) => (typeof one === "string" ? (key.test(name) ? [one] : []) : strings(one, key))) : [];
}
