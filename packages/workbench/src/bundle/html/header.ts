/** What the trace was: feature, when, model, prompt, release, whom it was about, what the user did; the nine signals; every gap of the recording by name. */
import type { Reconstruction, SignalName } from "@whysaid/recorder/format";
import { ago, count, duration, time, whyMissing } from "../../marks/amounts.ts";
import { answeringIndex, signalMarks, signalStates } from "../../marks/signal-states.ts";
import { modelName, signalLabels, valueOf } from "../../marks/story.ts";
import { safe, safeLine } from "../../marks/visible.ts";
import { html, type Drawing, type Html } from "./drawing.ts";

const verbs = { accept: "accepted", edit: "edited", retry: "retried", abandon: "abandoned" } as const;

export function header(drawing: Drawing): Html {
  const { story } = drawing;
  const last = story.actions.at(-1);
  const failed = story.generations.flatMap(({ signals }) => (valueOf(signals.validation) ?? []).filter(({ outcome }) => outcome === "failed"));
  return html`<header class="stack">
<div class="top"><h1>${safeLine(story.feature ?? "Trace")}</h1><code>${story.traceId}</code>
${last === undefined ? "" : html`<span class="pill ${last.action === "accept" ? "good" : "warn"}">${verbs[last.action]}</span><span class="soft">${later(last.atMs - story.startedAtMs)}</span>`}
${failed[0] === undefined ? "" : html`<span class="pill bad">✗ ${safeLine(failed[0].rule ?? failed[0].validator)}</span>`}
${story.outcome === "threw" ? html`<span class="pill bad">threw ${safeLine(story.error?.name ?? "")}</span>` : story.outcome === "open" ? html`<span class="pill warn">has not ended</span>` : ""}
${story.complete ? "" : html`<span class="pill warn">recording incomplete</span>`}</div>
${facts(drawing)}
${story.error === null ? "" : html`<p class="v bad">${safe(story.error.name)}: ${drawing.text(story.error.message)}</p>`}
<ol class="strip" aria-label="The nine signals">${signalStates(story).map(({ number, name, state, says }) => html`<li class="${state}" title="${says}">${number} ${name} <span class="${state === "captured" ? "good" : ""}">${signalMarks[state]}</span></li>`)}</ol>
${missing(story)}
${story.gaps.length === 0 ? "" : html`<div class="panel"><h2>Missing from the recording</h2><ul>${story.gaps.map(({ why, detail, count: times }, index) => html`<li id="${drawing.anchor(`gaps[${index}]`)}"><b class="warn">${safeLine(why)}</b> ${safe(detail)}${times === null || times === 1 ? "" : ` (${count(times)})`}</li>`)}</ul></div>`}
</header>`;
}

function facts(drawing: Drawing): Html {
  const { story } = drawing;
  const generation = story.generations[answeringIndex(story)];
  const model = generation === undefined ? null : valueOf(generation.signals.model);
  const usage = story.generations.flatMap(({ signals }) => valueOf(signals.usage) ?? []);
  const sum = (of: "inputTokens" | "outputTokens"): string => (usage.some((one) => one[of] !== null) ? count(usage.reduce((total, one) => total + (one[of] ?? 0), 0)) : "–");
  const rows: readonly (readonly [string, Html | string | null])[] = [
    ["at", `${time(story.startedAtMs).slice(0, 19)}${story.durationMs === null ? "" : ` · ${duration(story.durationMs)}`}`],
    ["model", generation === undefined ? null : html`<code>${safeLine(modelName(generation))}</code>${model?.requested == null || model.requested === modelName(generation) ? "" : ` asked for ${safeLine(model.requested)}`}${model?.fingerprint == null ? "" : ` · ${safeLine(model.fingerprint)}`}`],
    ["prompt", story.prompt === null ? null : `${safeLine(story.prompt.id)} ${safeLine(story.prompt.version ?? "")}`],
    ["tokens", usage.length === 0 ? null : `${sum("inputTokens")} in · ${sum("outputTokens")} out`],
    ["service", story.service === null ? null : safeLine(story.service)],
    ["release", story.release === null ? null : drawing.text(story.release)],
    ["environment", story.environment === null ? null : drawing.text(story.environment)],
    ["conversation", story.conversationId === null ? null : drawing.text(story.conversationId)],
    ["user", story.user === null ? null : drawing.text(story.user)],
    ...Object.entries(story.tags).map(([name, value]) => [safeLine(name), drawing.text(value)] as const),
    ["about", story.subject === null ? null : html`${Object.entries(story.subject).map(([, value]) => html`${drawing.text(value)} `)}`],
  ];
  return html`<dl class="facts" id="${drawing.anchor("subject")}">${rows.map(([name, value]) => (value === null ? "" : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>`;
}

/** What any call should have and nobody recorded. */
function missing({ generations }: Reconstruction): Html | "" {
  const reasons = new Map<string, number[]>();
  for (const [index, { signals }] of generations.entries())
    for (const name of Object.keys(signalLabels) as SignalName[]) {
      const signal = signals[name];
      if (signal.state === "captured" || signal.why === "not-applicable") continue;
      const says = `${signalLabels[name]} ${whyMissing[signal.why]}`;
      reasons.set(says, [...(reasons.get(says) ?? []), index + 1]);
    }
  if (reasons.size === 0) return "";
  return html`<p class="absent">Missing: ${[...reasons].map(([says, places]) => `${says}${generations.length > 1 ? ` (call ${places.length > 6 ? `${places.slice(0, 6).join(", ")} and ${places.length - 6} more` : places.join(", ")})` : ""}`).join(" · ")}</p>`;
}

export const later = (ms: number): string => (ms < 0 ? "before it was asked" : `${ago(ms)} later`);
