/** The same in Markdown, for tickets that take text: shorter than the HTML, every recorded text as code, so that no mention, link, image or tag of it is one there. */
import type { ActionSignal, Reconstruction, SignalName } from "@whysaid/recorder/format";
import { ago, count, duration, time, whyMissing } from "../marks/amounts.ts";
import { linksOf } from "../marks/links.ts";
import { codeBlock, codeCell, codeSpan } from "../marks/markdown.ts";
import { parseGap } from "../marks/parse-gap.ts";
import { originName, placeName } from "../marks/place-name.ts";
import { answeringIndex, signalMarks, signalStates } from "../marks/signal-states.ts";
import { modelName, signalLabels, tokens, troubles, valueOf } from "../marks/story.ts";
import { safe, safeLine } from "../marks/visible.ts";
import { version } from "../version.ts";

/** A comment of GitHub or Jira takes 65,536 resp. 32,767 characters: a text alone must not use that up. */
const MOST_TEXT = 4_000;
const MOST_CHUNKS = 12;
const MOST_VALUES = 30;

export function markdownPage(story: Reconstruction, atMs: number): string {
  const place = answeringIndex(story);
  return `${[...head(story, place), ...causes(story), ...given(story, place), ...said(story, place), ...checks(story), ...did(story), ...values(story), `---\nTrace ${codeSpan(story.traceId)}, made ${time(atMs).slice(0, 19)} UTC by whysaid ${version}. Names and ids are pseudonyms: equal ones are the same. To go on: ${codeSpan(`whysaid show ${story.traceId}`)}`].join("\n\n")}\n`;
}

const block = (text: string, language?: string): string => codeBlock(text.length > MOST_TEXT ? `${safe(text.slice(0, MOST_TEXT))}\n… ${count(text.length - MOST_TEXT)} more characters` : safe(text), language);
const span = (text: string): string => codeSpan(safe(text));
const cell = (text: string): string => codeCell(safe(text));

function head(story: Reconstruction, place: number): readonly string[] {
  const generation = story.generations[place];
  const usage = generation === undefined ? null : valueOf(generation.signals.usage);
  const last = story.actions.at(-1);
  const facts = [
    ["trace", codeSpan(story.traceId)],
    ["at", `${time(story.startedAtMs).slice(0, 19)} UTC${story.durationMs === null ? "" : `, ${duration(story.durationMs)}`}`],
    ["model", generation === undefined ? "" : span(modelName(generation))],
    ["prompt", story.prompt === null ? "" : span(`${story.prompt.id} ${story.prompt.version ?? ""}`)],
    ["tokens", usage === null ? "" : tokens(usage)],
    ["release", span(story.release ?? "")],
    ["about", story.subject === null ? "" : Object.values(story.subject).map(span).join(" ")],
    ["user", last === undefined ? "" : `${last.action}, ${ago(Math.max(0, last.atMs - story.startedAtMs))} later`],
  ].filter(([, value]) => value !== "");
  const absent = new Set(story.generations.flatMap(({ signals }) => (Object.keys(signalLabels) as SignalName[]).flatMap((name) => (signals[name].state === "missing" && signals[name].why !== "not-applicable" ? [`${signalLabels[name]} ${whyMissing[signals[name].why]}`] : []))));
  return [
    `## ${span(story.feature ?? "trace")}`,
    `| | |\n| --- | --- |\n${facts.map(([name, value]) => `| ${name} | ${(value ?? "").replaceAll("|", "\\|")} |`).join("\n")}`,
    `Signals: ${signalStates(story).map(({ number, name, state }) => `${number} ${name} ${signalMarks[state]}`).join(" · ")}${absent.size === 0 ? "" : `\n\nMissing: ${[...absent].join(" · ")}`}`,
    ...(story.gaps.length === 0 ? [] : [`**Recording incomplete**\n\n${story.gaps.map(({ why, detail }) => `- ${span(why)} ${span(detail)}`).join("\n")}`]),
    ...(generation === undefined ? [] : troubles(generation).map((text) => `**${span(text)}**`)),
  ];
}

function causes({ findings }: Reconstruction): readonly string[] {
  if (findings.length === 0) return ["### Why\n\nNo cause found: no rule speaks against this answer."];
  const [first, ...others] = findings.map(({ cause, title, confidence, evidence, next }, index) => {
    const proof = evidence.map(({ at, sourceId, excerpt }) => `- ${span(sourceId ?? placeName(at))}: ${span(excerpt)}`);
    return `${index + 1}. **${cause}**, ${Math.round(confidence * 100)} %: ${span(title)}\n\n${proof.join("\n")}${next === "" ? "" : `\n- next: ${span(next)}`}`.replaceAll("\n", "\n   ");
  });
  return [`### Why\n\n${[first, ...others].join("\n")}`];
}

function given({ generations, steps }: Reconstruction, place: number): readonly string[] {
  const chunks = generations.flatMap(({ signals }) => valueOf(signals.chunks) ?? []);
  const seen = [...new Map(chunks.map((chunk) => [`${chunk.sourceId} ${chunk.text}`, chunk])).values()];
  const calls = generations.slice(0, place + 1).flatMap(({ signals }) => valueOf(signals.toolCalls) ?? []);
  const queries = steps.flatMap((step) => (step.kind === "retrieval" && step.query !== null ? [`Asked ${span(step.name)}: ${span(step.query)}`] : []));
  return [
    "### What it could come from",
    ...queries,
    ...seen.slice(0, MOST_CHUNKS).map((chunk) => `Chunk ${chunk.position + 1} ${span(chunk.sourceId ?? "no source id")}${chunk.score === null ? "" : `, score ${chunk.score}`}${chunk.reachedPrompt === null ? "" : chunk.reachedPrompt ? ", in the prompt" : ", did not reach the prompt"}\n\n${block(chunk.text)}`),
    ...(seen.length > MOST_CHUNKS ? [`… ${seen.length - MOST_CHUNKS} more chunks`] : []),
    ...calls.slice(0, MOST_CHUNKS).map(({ name, arguments: given_, result, error }) => `Tool ${span(name)} ${span(given_)}${error === null ? "" : ` failed: ${span(error)}`}${result === null ? "" : `\n\n${block(result)}`}`),
    ...(calls.length > MOST_CHUNKS ? [`… ${calls.length - MOST_CHUNKS} more tool calls`] : []),
    ...(queries.length + seen.length + calls.length > 0 ? [] : ["Nothing was retrieved, and no tool called."]),
  ];
}

function said({ generations }: Reconstruction, place: number): readonly string[] {
  const generation = generations[place];
  if (generation === undefined) return ["### The answer\n\nNo call is recorded."];
  const completion = valueOf(generation.signals.completion);
  const parsed = valueOf(generation.signals.parsed);
  const gap = parsed === null ? null : parseGap(parsed.input ?? completion?.text ?? "", parsed.result);
  return [
    `### The answer\n\n${completion === null ? "Not recorded." : block(completion.refusal ?? completion.text)}`,
    ...(parsed === null ? [] : [`Parsed${parsed.parser === null ? "" : ` by ${span(parsed.parser)}`}: ${parsed.outcome}${parsed.error === null ? "" : ` ${span(`${parsed.error.name}: ${parsed.error.message}`)}`}${parsed.result === null || parsed.result === undefined ? "" : `\n\n${block(JSON.stringify(parsed.result, null, 2), "json")}`}`]),
    ...(gap === null || gap.inRaw.size === 0 ? [] : [`Lost in parsing:\n\n${[...gap.inRaw].slice(0, 20).map(([path, why]) => `- ${span(path.replace(/^\./, ""))} ${why}`).join("\n")}`]),
  ];
}

function checks({ generations }: Reconstruction): readonly string[] {
  const all = generations.flatMap(({ signals }) => valueOf(signals.validation) ?? []);
  if (all.length === 0) return [];
  const rows = all.map(({ rule, validator, outcome, path, value, expected }) => `| ${outcome === "failed" ? "✗" : outcome === "passed" ? "✓" : "–"} | ${cell(rule ?? validator)} | ${cell(path ?? "")} | ${value === null || value === undefined ? "" : cell(typeof value === "string" ? value : JSON.stringify(value))} | ${cell(expected ?? "")} |`);
  return [`### Validation\n\n| | rule | path | value | expected |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}`];
}

function did({ actions, startedAtMs }: Reconstruction): readonly string[] {
  if (actions.length === 0) return [];
  return ["### What the user did", ...actions.map((action) => `**${action.action}**, ${ago(Math.max(0, action.atMs - startedAtMs))} later${action.note === null ? "" : `: ${span(safeLine(action.note))}`}${changed(action)}`)];
}
function changed({ before, after }: ActionSignal): string {
  if (after === null) return "";
  const lines = (text: string, mark: string): string => safe(text.slice(0, MOST_TEXT)).split("\n").map((line) => `${mark}${line}`).join("\n");
  return `\n\n${before === null ? block(after) : codeBlock(`${lines(before, "- ")}\n${lines(after, "+ ")}`, "diff")}`;
}

const tones: Readonly<Record<string, string>> = { other: "another subject's", nowhere: "nowhere in the input", derived: "worked out", sourced: "" };
function values(story: Reconstruction): readonly string[] {
  const { groups } = linksOf(story, story.findings, story.provenance);
  if (groups.length === 0) return [];
  const rows = groups.slice(0, MOST_VALUES).map(({ value, tone, origins }) => `| ${cell(value)} | ${[tones[tone] ?? "", ...origins.slice(0, 3).map((origin) => cell(originName(story, origin)))].filter((text) => text !== "").join(" ")} |`);
  return [`### Where each value came from\n\n| value | came from |\n| --- | --- |\n${rows.join("\n")}${groups.length > MOST_VALUES ? `\n\n… ${groups.length - MOST_VALUES} more values` : ""}`];
}
