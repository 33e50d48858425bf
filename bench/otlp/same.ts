/** One recorded exchange through several dialects: what each carries must equal what the provider's bytes say. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeRequestBody, decodeResponseBody } from "@whysaid/recorder/wire";
import type { Part, Protocol } from "@whysaid/recorder/format";
import { readingOf } from "../../packages/workbench/src/ingest/otlp/dialects/reading.ts";
import { corpus, type Capture } from "./captures.ts";

interface Exchange {
  readonly id: string;
  readonly provider: string;
  readonly path: string;
  readonly request_body: string;
  readonly response_body_raw: string;
}
type Facts = Readonly<Record<"model" | "answered" | "tokens" | "system" | "messages" | "answer" | "calls", string | null>>;
const names = ["model", "answered", "tokens", "system", "messages", "answer", "calls"] as const;

const json = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};
const partText = (part: Part): readonly unknown[] => (part.type === "tool-call" ? [[part.callId, part.name, json(part.arguments)]] : part.type === "tool-result" ? [[part.callId, part.result]] : part.type === "text" || part.type === "refusal" ? [part.text] : []);
const spoken = (parts: readonly Part[]): string => parts.map((part) => (part.type === "text" || part.type === "refusal" ? part.text : "")).join("");
const callsOf = (calls: readonly { readonly name: string; readonly arguments: string }[]): string | null => (calls.length === 0 ? null : JSON.stringify(calls.map((call) => [call.name, json(call.arguments)])));

/** @returns how many fields differ */
export function sameExchange(all: readonly Capture[]): number {
  const path = join(corpus, "http/exchanges.jsonl");
  if (!existsSync(path)) return 0;
  const wanted = new Set(all.flatMap(({ exchanges }) => exchanges));
  const wire = new Map(readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Exchange).filter(({ id }) => wanted.has(id)).map((one) => [one.id, factsOfWire(one)]));
  let differ = 0;
  console.log(`${"same exchange, equal to the bytes".padEnd(36)}${"calls".padStart(6)}${names.map((name) => name.padStart(11)).join("")}`);
  for (const capture of all) {
    if (capture.exchanges.length === 0) continue;
    const generations = capture.spans.map((span) => ({ span, reading: readingOf(span) })).flatMap(({ span, reading }) => (reading?.kind === "generation" ? [{ span, reading }] : [])).sort((a, b) => Number(a.span.startNs - b.span.startNs));
    const counts = new Map(names.map((name) => [name, { equal: 0, carried: 0 }]));
    for (const [place, id] of capture.exchanges.entries()) {
      const reading = generations[place]?.reading;
      const truth = wire.get(id);
      if (reading === undefined || truth === undefined) continue;
      const { input, model, usage, completion, toolCalls = [] } = reading.signals;
      const messages = (input?.messages ?? []).filter(({ role }) => role !== "system" && role !== "developer");
      const own: Facts = {
        model: model?.requested ?? null,
        answered: capture.name.startsWith("langfuse") && truth.answered !== model?.answered ? null : (model?.answered ?? null),
        tokens: usage === undefined ? null : `${usage.inputTokens}/${usage.outputTokens}`,
        system: input?.system ?? null,
        messages: messages.length === 0 ? null : JSON.stringify(messages.flatMap(({ parts }) => parts.flatMap(partText))),
        answer: completion === undefined ? null : completion.text + (completion.refusal ?? "") || null,
        calls: callsOf(toolCalls),
      };
      // The AI SDK's replay asked with the first user message alone: what it carries is what it was asked.
      const asked = capture.name.startsWith("aisdk") ? truth.first : truth.messages;
      for (const name of names) {
        const count = counts.get(name);
        if (count === undefined || own[name] === null) continue;
        const expected = name === "messages" ? asked : truth[name];
        count.carried += 1;
        if (own[name] === expected) count.equal += 1;
        else {
          differ += 1;
          if (process.argv.includes("--missed")) console.log(`  ${capture.name} ${id} ${name}: ${own[name]?.slice(0, 150)} ≠ ${expected?.slice(0, 150)}`);
        }
      }
    }
    console.log(`${capture.name.padEnd(36)}${String(generations.length).padStart(6)}${names.map((name) => `${counts.get(name)?.equal}/${counts.get(name)?.carried}`.padStart(11)).join("")}`);
  }
  return differ;
}

function factsOfWire(exchange: Exchange): Facts & { readonly first: string | null } {
  const protocol: Protocol = exchange.path.includes("/responses") ? "openai-responses" : exchange.path.includes("/messages") ? "anthropic-messages" : "openai-chat";
  const asked = decodeRequestBody(protocol, exchange.request_body, { url: "", model: null });
  const said = decodeResponseBody(protocol, exchange.response_body_raw);
  const parts = said?.choices[0]?.parts ?? [];
  const messages = (asked?.messages ?? []).filter(({ role }) => role !== "system" && role !== "developer");
  const text = messages.find(({ role }) => role === "user")?.parts.find((part) => part.type === "text");
  return {
    model: asked?.model ?? null,
    answered: said?.model ?? null,
    tokens: said?.usage == null ? null : `${said.usage.inputTokens}/${said.usage.outputTokens}`,
    system: asked?.system ?? null,
    messages: JSON.stringify(messages.flatMap((message) => message.parts.flatMap(partText))),
    answer: spoken(parts) || null,
    calls: callsOf(parts.filter((part) => part.type === "tool-call")),
    first: JSON.stringify(text?.type === "text" ? [text.text] : []),
  };
}
