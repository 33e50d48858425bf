/** What a receiver is told: rule, feature, counts with their interval, trace ids and links. Never a recorded text: names come from the app, everything else is a number. */
import { percent, plain, withInterval } from "../gate/drift-claims.ts";
import { measureNamed } from "../gate/measures.ts";
import type { Figure } from "../gate/rates.ts";
import { safeLine } from "../marks/visible.ts";
import type { AlertTarget } from "./config.ts";
import { filterOf, type Observation } from "./observe.ts";

export interface AlertMessage {
  /** Of this event: a receiver that gets it twice tells by it. */
  readonly id: string;
  readonly event: "firing" | "resolved" | "test";
  readonly rule: string;
  readonly feature: string | null;
  readonly measure: string | null;
  readonly model: string | null;
  readonly sentence: string;
  readonly figure: Figure | null;
  readonly before: Figure | null;
  readonly above: number | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Some of the traces it is about, newest first. */
  readonly traces: readonly string[];
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

const MOST_NAME = 120;
const named = (text: string): string => safeLine(text).slice(0, MOST_NAME);

export function messageOf(observation: Observation, event: "firing" | "resolved", id: string, traces: readonly string[], url: string | undefined): AlertMessage {
  const { rule, feature, model, judgement, sinceMs, untilMs } = observation;
  return {
    id,
    event,
    rule: named(rule.name),
    feature: named(feature),
    measure: named(rule.measure),
    model: model === null ? null : named(model),
    sentence: `${event === "resolved" ? "over: " : ""}${sentenceOf(observation)}`,
    figure: judgement?.figure ?? null,
    before: judgement?.before ?? null,
    above: rule.above ?? null,
    sinceMs,
    untilMs,
    traces,
    links: url === undefined ? [] : linksOf(url.replace(/\/+$/, ""), observation, traces),
  };
}

export const testMessage = (id: string, atMs: number): AlertMessage => ({ id, event: "test", rule: "test", feature: null, measure: null, model: null, sentence: "whysaid can reach this place: alerts will arrive here", figure: null, before: null, above: null, sinceMs: atMs, untilMs: atMs, traces: [], links: [] });

function sentenceOf({ rule, feature, model, judgement }: Observation): string {
  if (judgement === null) return `${named(feature)} is answered by a model not seen in the ${lengthOf(rule.baseline)} before: ${named(model ?? "")}`;
  const measure = measureNamed(rule.measure);
  if (measure === undefined) return named(rule.name);
  const { figure, before } = judgement;
  const of = `${figure.of} ${figure.of === 1 ? "trace" : "traces"} of ${named(feature)} in ${lengthOf(rule.window)}`;
  if (before !== null) return `${named(measure.label)}: ${plain(before, measure)} → ${withInterval(figure, measure)} of ${of}, against the ${lengthOf(rule.baseline)} before`;
  const above = measure.kind === "share" ? percent(rule.above ?? 0) : `${rule.above ?? 0} ${measure.unit}`;
  return `${named(measure.label)}: ${withInterval(figure, measure)} of ${of}; the rule says at most ${above}`;
}

const unitsMs = [["d", 86_400_000], ["h", 3_600_000], ["min", 60_000]] as const;
function lengthOf(ms: number): string {
  const [unit, unitMs] = unitsMs.find(([, size]) => ms % size === 0 && ms >= size) ?? ["min", 60_000];
  return `${Math.round(ms / unitMs)} ${unit}`;
}

function linksOf(url: string, { rule, feature, model, sinceMs }: Observation, traces: readonly string[]): AlertMessage["links"] {
  const filter = new URLSearchParams({ feature, ...(model === null ? (filterOf(rule.measure) ?? {}) : { model }), sinceMs: String(sinceMs) });
  return [
    { name: "traces", url: `${url}/traces?${filter.toString()}` },
    { name: "drift", url: `${url}/drift?${new URLSearchParams({ feature }).toString()}` },
    ...traces.slice(0, 1).map((traceId) => ({ name: "newest", url: `${url}/t/${traceId}` })),
  ];
}

/** The body a target takes. */
export function bodyFor(message: AlertMessage, format: AlertTarget["format"]): string {
  if (format === "json") return JSON.stringify(message);
  const mark = { firing: ":red_circle:", resolved: ":white_check_mark:", test: ":information_source:" }[message.event];
  const head = `${mark} *${slack(message.rule)}* ${slack(message.sentence)}`;
  const links = message.links.map(({ name, url }) => `<${slack(url).replaceAll("|", "%7C")}|${name}>`).join(" · ");
  return JSON.stringify({ text: `${message.rule}: ${message.sentence}`.replaceAll(/[&<>]/g, escape), blocks: [{ type: "section", text: { type: "mrkdwn", text: links === "" ? head : `${head}\n${links}` } }] });
}
/** `<!channel>` in a name must not call a channel, nor `*` set bold. @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
const slack = (text: string): string => text.replaceAll(/[&<>]/g, escape).replaceAll(/[*_~`]/g, (character) => `\u200b${character}`);
const escape = (character: string): string => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] ?? character;
