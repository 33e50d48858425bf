/** Every model call as the model saw it: messages, tools offered, parameters, what came back off the wire. What a call repeats of the one before is said, not repeated. */
import type { CompletionSignal, Generation, Message, Part } from "@whysaid/recorder/format";
import { count, duration, time } from "../../marks/amounts.ts";
import { modelName, sharedMessages, tokens, troubles, valueOf } from "../../marks/story.ts";
import { safe, safeLine } from "../../marks/visible.ts";
import { html, type Drawing, type Html } from "./drawing.ts";

const MOST_CALLS = 60;

export function calls(drawing: Drawing): Html {
  const { generations } = drawing.story;
  return html`${generations.slice(0, MOST_CALLS).map((generation, index) => callView(drawing, generation, index, generations[index - 1]))}
${generations.length > MOST_CALLS ? html`<p class="absent">${generations.length - MOST_CALLS} more calls: <code>whysaid show ${drawing.story.traceId}</code></p>` : ""}`;
}

function callView(drawing: Drawing, generation: Generation, index: number, previous: Generation | undefined): Html {
  const { signals, attemptList, provider, state } = generation;
  const base = `generations[${index}].signals`;
  const [input, usage, latency, completion] = [valueOf(signals.input), valueOf(signals.usage), valueOf(signals.latency), valueOf(signals.completion)];
  const shared = sharedMessages(generation, previous);
  const facts = [provider === null || provider === "unknown" ? "" : safeLine(provider), usage === null ? "" : tokens(usage), latency?.timeToFirstChunkMs == null ? "" : `first chunk after ${duration(latency.timeToFirstChunkMs)}`, generation.attempts > 1 ? `${generation.attempts} attempts` : "", state === "complete" ? "" : state, generation.url === null ? "" : safeLine(generation.url)];
  return html`<section class="panel long" id="${drawing.anchor(`generations[${index}]`)}"><div class="top"><h3>Call ${index + 1}: <code>${safeLine(modelName(generation))}</code></h3><span class="soft">${facts.filter((text) => text !== "").join(" · ")}</span></div>
${troubles(generation).map((text) => html`<p class="bad">${text}</p>`)}
${attemptList.length < 2 ? "" : html`<ul>${attemptList.map((one) => html`<li class="soft">attempt ${one.attempt}: ${time(one.atMs).slice(11)} · ${one.status === null ? "no status" : `HTTP ${one.status}`} · ${one.state} · ${duration(one.durationMs)}${one.error === null ? "" : ` · ${safeLine(one.error.message)}`}</li>`)}</ul>`}
${input === null ? html`<p class="absent">Input: ${signals.input.state === "missing" ? signals.input.why : ""}</p>` : html`<details${index === 0 || shared < input.messages.length ? html` open` : ""}><summary>What the model was given: ${count(input.messages.length)} ${input.messages.length === 1 ? "message" : "messages"}${shared > 0 ? `, the first ${count(shared)} as in the call before` : ""}</summary><div>
${input.system !== null && !input.messages.some(({ role }) => role === "system" || role === "developer") ? html`<div class="msg"><span>system</span>${drawing.block(input.system, `${base}.input.value.system`)}</div>` : ""}
${input.messages.slice(shared).map((message, place) => messageView(drawing, message, `${base}.input.value.messages[${shared + place}]`))}</div></details>
${input.tools.length === 0 ? "" : html`<details><summary>Tools offered: ${input.tools.map(({ name }) => safeLine(name)).join(", ")}</summary>${input.tools.map((tool, place) => html`<div class="msg"><span>${safeLine(tool.name)}</span><div>${tool.description === null ? "" : html`<p>${drawing.text(tool.description)}</p>`}${tool.parameters === null ? "" : drawing.block(tool.parameters, `${base}.input.value.tools[${place}].parameters`)}</div></div>`)}</details>`}
${Object.keys(input.parameters).length === 0 ? "" : html`<p class="soft">parameters ${Object.entries(input.parameters).map(([name, value]) => html`<code>${safeLine(name)} ${drawing.text(JSON.stringify(value) ?? "")}</code> `)}</p>`}`}
${completion === null ? "" : answered(drawing, completion, base)}</section>`;
}

function answered(drawing: Drawing, completion: CompletionSignal, base: string): Html {
  const { text, reasoning, refusal, alternatives, raw } = completion;
  return html`${reasoning === null ? "" : html`<div class="msg"><span>reasoning</span>${drawing.block(reasoning, `${base}.completion.value.reasoning`)}</div>`}
${refusal === null ? "" : html`<div class="msg"><span>refused</span>${drawing.block(refusal, `${base}.completion.value.refusal`, "bad")}</div>`}
${text === "" ? "" : html`<div class="msg"><span>answered</span>${drawing.block(text, `${base}.completion.value.text`)}</div>`}
${alternatives.map((one, index) => html`<div class="msg"><span>or ${index + 1}</span>${drawing.block(one, `${base}.completion.value.alternatives[${index}]`)}</div>`)}
${raw === null || raw === "" ? html`<p class="absent">The body off the wire: not recorded</p>` : html`<details data-wire><summary>Off the wire: ${count(raw.length)} characters</summary>${drawing.block(raw, `${base}.completion.value.raw`)}</details>`}`;
}

function messageView(drawing: Drawing, message: Message, at: string): Html {
  return html`<div class="msg" id="${drawing.anchor(at)}"><span>${safeLine(message.role)}${message.name === undefined ? "" : ` ${safeLine(message.name)}`}</span><div class="stack">${message.parts.length === 0 ? html`<span class="soft">(empty)</span>` : message.parts.map((part, index) => partView(drawing, part, `${at}.parts[${index}]`))}</div></div>`;
}

function partView(drawing: Drawing, part: Part, at: string): Html {
  switch (part.type) {
    case "text":
      return drawing.block(part.text, `${at}.text`);
    case "reasoning":
    case "refusal":
      return html`<div><span class="soft">${part.type}</span>${drawing.block(part.text, `${at}.text`)}</div>`;
    case "tool-call":
      return html`<div><span class="warn">→ ${safeLine(part.name)}</span>${drawing.block(part.arguments, `${at}.arguments`)}</div>`;
    case "tool-result":
      return html`<div><span class="${part.isError ? "bad" : "good"}">← ${safeLine(part.name ?? "result")}${part.isError ? " failed" : ""}</span>${drawing.block(part.result, `${at}.result`)}</div>`;
    case "media":
      return html`<p class="soft">[${[part.mediaType ?? "media", part.bytes === null ? null : `${count(part.bytes)} bytes`, part.name ?? null, part.reference].filter((one) => one !== null).map((one) => safe(one)).join(", ")}]</p>`;
    case "other":
      return drawing.block(part.json, `${at}.json`);
    default:
      return part satisfies never;
  }
}
