/**
 * Messages told as events: span events and log records named `gen_ai.user.message` … `gen_ai.choice` (OTel's second generation), lists of them in one attribute (Logfire), and the whole
 * prompt or completion in one event (its first generation).
 */
import type { Message, Part } from "@whysaid/recorder/format";
import { jsonOf } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { OtlpEvent } from "../spans.ts";
import { aliases } from "./aliases.ts";
import { jsonOfAttribute, plain, type AttributeReader } from "./attributes.ts";
import { messagesOf, roleOfEvent } from "./parts.ts";

export interface Told {
  readonly input: readonly Message[];
  /** null when no event tells an answer. */
  readonly output: readonly (readonly Part[])[] | null;
  readonly finishReason: string | null;
}

export function eventMessages(events: readonly OtlpEvent[], attributes: AttributeReader): Told {
  const told = events.flatMap((event) => (roleOfEvent(event.name) === null ? [] : [{ name: event.name, json: eventBody(event) }]));
  const listed = aliases.eventLists.flatMap((key) => {
    const items = jsonOfAttribute(attributes.peek(key))?.items() ?? [];
    const named = items.flatMap((json) => (json.isObject && (json.str("event.name") !== null || json.str("role") !== null || !json.get("finish_reason").isAbsent) ? [{ name: json.str("event.name") ?? (json.get("finish_reason").isAbsent ? `gen_ai.${json.str("role")}.message` : "gen_ai.choice"), json }] : []));
    // What is no message of a known role stays with the attributes, and the list it stands in.
    if (named.length > 0 && named.length === items.length && named.every(({ name }) => roleOfEvent(name) !== null)) attributes.first([key]);
    return named.filter(({ name }) => roleOfEvent(name) !== null);
  });
  const all = told.length > 0 ? told : listed;
  if (all.length === 0) return wholeEvents(events);
  const hasChoice = all.some(({ name }) => name === "gen_ai.choice");
  // A list without a choice ends with what the model said.
  const answersFrom = hasChoice || told.length > 0 ? all.length : all.findLastIndex(({ name }) => name !== "gen_ai.assistant.message") + 1;
  const input: Message[] = [];
  const output: (readonly Part[])[] = [];
  let finishReason: string | null = null;
  for (const [place, { name, json }] of all.entries()) {
    const messages = messagesOf(json, roleOfEvent(name) ?? "user");
    if (name !== "gen_ai.choice" && place < answersFrom) input.push(...messages);
    else {
      finishReason ??= json.str("finish_reason");
      output.push(messages.flatMap(({ parts }) => parts));
    }
  }
  return { input, output: output.length === 0 ? null : output, finishReason };
}

/** Semantic conventions 1.26 and 1.27: `gen_ai.content.prompt` and `gen_ai.content.completion`, the messages as JSON in an attribute of the same name without `content`. */
function wholeEvents(events: readonly OtlpEvent[]): Told {
  const messages = (name: string, key: string, role: string): readonly Message[] => events.flatMap((event) => (event.name === name ? messagesOf(jsonOfAttribute(event.attributes.get(key)) ?? Json.of(null), role) : []));
  const output = messages("gen_ai.content.completion", "gen_ai.completion", "assistant").map(({ parts }) => parts);
  return { input: messages("gen_ai.content.prompt", "gen_ai.prompt", "user"), output: output.length === 0 ? null : output, finishReason: null };
}

/** The body of a log record, or the attributes of a span event; some carry the body as JSON text in one of these. */
function eventBody(event: OtlpEvent): Json {
  const whole = event.body !== null ? event.body : (event.attributes.get("event_body") ?? event.attributes.get("gen_ai.event.content"));
  const said = jsonOfAttribute(whole);
  if (said !== null && said.isObject) return said;
  const fields = new Map([...event.attributes].map(([key, value]) => [key.startsWith("gen_ai.message.") ? key.slice("gen_ai.message.".length) : key, jsonOfAttribute(value)?.value ?? plain(value)]));
  if (said?.string != null && !fields.has("content")) fields.set("content", said.string);
  return Json.parse(jsonOf(fields) ?? "{}") ?? Json.of({});
}
