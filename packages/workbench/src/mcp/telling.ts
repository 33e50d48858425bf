/** Traces, causes and cases as text for an agent: short, with the ids and paths by which more can be fetched. */
import type { Finding, Generation, Reconstruction } from "@whysaid/recorder/format";
import type { Case, CaseHead } from "../cases/case.ts";
import { editBetween } from "../cases/edits.ts";
import type { Found } from "../find/find.ts";
import { differences } from "../reconstruct/differences.ts";
import type { TraceRow } from "../store/store.ts";
import { short } from "./budget.ts";

export const rowLine = (row: TraceRow): string =>
  [row.traceId, new Date(row.startedAtMs).toISOString().slice(0, 16), row.feature ?? "-", row.model ?? "-", `action:${row.action ?? "none"}`, ...(row.failedRules.length === 0 ? [] : [`failed:${row.failedRules.join(",")}`]), `"${short(row.answer ?? "", 100)}"`].join("  ");

export const foundLines = ({ answer, matches }: Found): string =>
  [answer.sentence, ...matches.map((one) => `${one.traceId}  ${one.score.toFixed(2)}${one.certain ? " certain" : ""}  ${one.where}  ${one.feature ?? "-"}  ${new Date(one.startedAtMs).toISOString().slice(0, 16)}  "${short(one.excerpt, 120)}"`)].join("\n");

export function findingLines(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return ["No likely cause: nothing in this recording speaks against its answer."];
  return findings.flatMap(({ cause, title, confidence, evidence, next }) => [`${cause} (${confidence.toFixed(2)}): ${title}`, ...evidence.slice(0, 4).map(({ at, sourceId, excerpt }) => `  evidence ${at}${sourceId === null ? "" : ` [${sourceId}]`}: ${short(excerpt, 160)}`), `  next: ${next}`]);
}

export function storyLines(story: Reconstruction): string {
  const lines = [
    `trace ${story.traceId}  feature ${story.feature ?? "-"}  release ${story.release ?? "-"}  ${new Date(story.startedAtMs).toISOString()}  ${story.complete ? "complete" : `INCOMPLETE: ${story.gaps.map(({ why }) => why).join(", ")}`}`,
    ...(story.prompt === null ? [] : [`prompt ${story.prompt.id} ${story.prompt.version ?? ""}`]),
    ...(story.subject === null ? [] : [`subject ${Object.entries(story.subject).map(([name, value]) => `${name}=${value}`).join(" ")}`]),
    "",
    "Causes",
    ...findingLines(story.findings),
    "",
    "Steps",
    ...story.steps.map((step, index) => `steps[${index}] ${stepLine(step)}`),
    "",
    ...story.generations.flatMap(generationLines),
    "Actions",
    ...(story.actions.length === 0 ? ["none"] : story.actions.map(({ action, before, after, note }) => `${action}${note === null ? "" : ` note: ${short(note, 160)}`}${after === null ? "" : `\n  before: ${short(before ?? "", 300)}\n  after:  ${short(after, 300)}`}`)),
  ];
  return lines.join("\n");
}

function stepLine(step: Reconstruction["steps"][number]): string {
  const failed = step.error === null ? "" : `  threw ${step.error.name}`;
  switch (step.kind) {
    case "retrieval":
      return `retrieval ${step.name} "${short(step.query ?? "", 80)}"${failed}${step.chunks.map((chunk, index) => `\n  chunks[${index}] [${chunk.sourceId ?? "-"}] ${chunk.score ?? ""} ${chunk.reachedPrompt === true ? "in the prompt" : ""}: ${short(chunk.text, 120)}`).join("")}`;
    case "tool":
      return `tool ${step.name}(${short(step.arguments ?? "", 100)}) → ${short(step.result ?? "", 120)}${failed}`;
    case "parse":
      return `parse ${step.name}: ${step.parsed.outcome}`;
    case "validation":
      return `validation ${step.name}: ${step.outcome}${step.checks.filter(({ outcome }) => outcome === "failed").map(({ rule, expected }) => `\n  failed ${rule ?? "-"}${expected === null ? "" : ` expected ${expected}`}`).join("")}`;
    default:
      return step satisfies never;
  }
}

function generationLines({ signals, state, status, error }: Generation, index: number): readonly string[] {
  const at = `generations[${index}]`;
  const model = signals.model.state === "captured" ? (signals.model.value.answered ?? signals.model.value.requested ?? "-") : "-";
  const missing = Object.entries(signals).flatMap(([name, signal]) => (signal.state === "missing" && signal.why === "not-recorded" ? [name] : []));
  return [
    `${at} ${model} ${state}${status === null ? "" : ` ${status}`}${error === null ? "" : ` ${error.name}: ${short(error.message, 120)}`}`,
    ...(signals.input.state === "captured" ? signals.input.value.messages.map(({ role, parts }, place) => `  ${at}.signals.input.value.messages[${place}] ${role}: ${short(parts.map((part) => ("text" in part ? part.text : part.type === "tool-call" ? `${part.name}(${part.arguments})` : part.type === "tool-result" ? part.result : part.type)).join(" "), 160)}`) : []),
    ...(signals.completion.state === "captured" ? [`  ${at}.signals.completion.value.text: ${short(signals.completion.value.refusal ?? signals.completion.value.text, 400)}`] : []),
    ...(missing.length === 0 ? [] : [`  not recorded: ${missing.join(", ")}`]),
    "",
  ];
}

export const caseLine = (one: CaseHead): string => `${one.id}  ${one.status}  ${one.feature}  ${one.origin}  ${one.traceIds.length} trace${one.traceIds.length === 1 ? "" : "s"}  ${[...new Set(one.labels.map(({ name }) => name))].join(" ")}  "${short(one.said, 80)}"`;

export function caseText(one: Case): string {
  const edit = one.expected === null ? null : editBetween(one.said, one.expected.text);
  return [
    caseLine(one),
    `traces ${one.traceIds.join(" ")}`,
    ...one.labels.filter(({ note }) => note !== null).map(({ name, note }) => `${name}: ${note ?? ""}`),
    `said:     ${one.said}`,
    `expected: ${one.expected?.text ?? "not known"}`,
    ...(edit?.fields ?? []).map(({ at, before, after }) => `  ${at}: ${JSON.stringify(before) ?? "–"} → ${JSON.stringify(after) ?? "–"}`),
    "",
    "As a test: import { cases } from \"whysaid/vitest\"; cases({ feature, run: ({ subject, queries }) => yourFeature(…) }). docs/cases.md; retrieval live (`serve: { retrieval: \"live\", model: \"live\" }`) when the retrieval is what you fix.",
  ].join("\n");
}

export function differenceLines(a: Reconstruction, b: Reconstruction): string {
  const found = differences(a, b);
  if (found.length === 0) return "No difference, ids, clocks and wire bytes apart.";
  return found.map(({ at, kind, a: was, b: is }) => (kind === "added" ? `+ ${at}: ${shown(is)}` : kind === "removed" ? `- ${at}: ${shown(was)}` : `~ ${at}\n  - ${shown(was)}\n  + ${shown(is)}`)).join("\n");
}
const shown = (value: unknown): string => short(typeof value === "string" ? value : (JSON.stringify(value) ?? ""), 240);

/** What stands at a path of the reconstruction, as `evidence.at` and the lines above name them. undefined when nothing does. */
export function textAt(story: Reconstruction, path: string): string | undefined {
  let at: unknown = story;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== "")) {
    if (typeof at !== "object" || at === null) return undefined;
    const place = at as Record<string, unknown>;
    const signals = place["signals"] as Record<string, unknown> | undefined;
    at = step in place ? place[step] : signals !== undefined && step in signals ? signals[step] : valueOf(place, step);
  }
  return at === undefined ? undefined : typeof at === "string" ? at : JSON.stringify(at, null, 1);
}
/** `value` may be left out. */
function valueOf(place: Record<string, unknown>, step: string): unknown {
  const value = place["value"];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
}
