/** What the answer could come from: the question, each retrieved chunk, each tool result; what is about another subject stands out. */
import type { ChunkSignal, ToolCallSignal } from "@whysaid/recorder/format";
import { duration, whyMissing } from "../../marks/amounts.ts";
import { valueOf } from "../../marks/story.ts";
import { safeLine } from "../../marks/visible.ts";
import { html, type Drawing, type Html } from "./drawing.ts";

export function sources(drawing: Drawing, place: number): Html {
  const { generations, steps } = drawing.story;
  const withChunks = generations.findIndex(({ signals }) => (valueOf(signals.chunks)?.length ?? 0) > 0);
  const chunks = withChunks < 0 ? [] : (valueOf(generations[withChunks]?.signals.chunks ?? { state: "missing", why: "not-recorded" }) ?? []);
  const queries = steps.flatMap((step, index) => (step.kind === "retrieval" ? [{ step, at: `steps[${index}]` }] : []));
  const calls = generations.slice(0, place + 1).flatMap(({ signals }, index) => (valueOf(signals.toolCalls) ?? []).map((call, position) => ({ call, at: `generations[${index}].signals.toolCalls.value[${position}]` })));
  const absent = generations[Math.max(0, place)]?.signals.chunks;
  return html`<h2 id="sources">What the answer could come from</h2>
${queries.map(({ step, at }) => (step.query === null ? "" : html`<article class="panel"><div class="head"><span>question to</span><b>${safeLine(step.name)}</b>${step.chunks.length === 0 ? html`<span class="pill warn">found nothing</span>` : ""}${step.error === null ? "" : html`<span class="pill bad">${safeLine(step.error.name)}</span>`}</div>${drawing.block(step.query, `${at}.query`)}${step.error === null ? "" : html`<p class="v bad">${drawing.text(step.error.message)}</p>`}</article>`))}
${chunks.map((chunk, index) => chunkView(drawing, chunk, `generations[${withChunks}].signals.chunks.value[${index}]`))}
${chunks.length === 0 && absent?.state === "missing" ? html`<p class="absent">Retrieved chunks: ${whyMissing[absent.why]}</p>` : ""}
${calls.map(({ call, at }) => toolView(drawing, call, at))}
${queries.length === 0 ? question(drawing) : ""}`;
}

function chunkView(drawing: Drawing, chunk: ChunkSignal, at: string): Html {
  const isWrong = drawing.links.marksAt(`${at}.text`).some(({ tone }) => tone === "wrong-origin");
  return html`<article class="panel ${isWrong ? "wrong" : ""}"><div class="head"><span>chunk ${chunk.position + 1}</span><b>${drawing.text(chunk.sourceId ?? "no source id")}</b>${chunk.score === null ? "" : html`<span>score ${chunk.score}</span>`}
${chunk.reachedPrompt === true ? html`<span class="good">in the prompt</span>` : chunk.reachedPrompt === false ? html`<span class="warn">did not reach the prompt</span>` : ""}${isWrong ? html`<span class="pill bad">another subject</span>` : ""}</div>${drawing.block(chunk.text, `${at}.text`)}</article>`;
}

function toolView(drawing: Drawing, call: ToolCallSignal, at: string): Html {
  return html`<article class="panel" id="${drawing.anchor(at)}"><div class="head"><span>tool</span><b>${safeLine(call.name)}</b>${call.durationMs === null ? "" : html`<span>${duration(call.durationMs)}</span>`}${call.source === "wire" ? html`<span>result seen in the next request</span>` : ""}${call.error === null ? "" : html`<span class="pill bad">failed</span>`}</div>
<dl class="pairs"><dt class="soft">arguments</dt><dd>${drawing.block(call.arguments, `${at}.arguments`)}</dd>
${call.error === null ? "" : html`<dt class="bad">error</dt><dd>${drawing.block(call.error, `${at}.error`, "bad")}</dd>`}
<dt class="soft">result</dt><dd>${call.result === null ? html`<span class="${call.error === null ? "warn" : "soft"}">${call.error === null ? "not recorded" : "none"}</span>` : call.result === "" ? html`<span class="warn">empty</span>` : drawing.block(call.result, `${at}.result`)}</dd></dl></article>`;
}

/** Where nothing was retrieved, the last thing the user said. */
function question(drawing: Drawing): Html | "" {
  const input = valueOf(drawing.story.generations[0]?.signals.input ?? { state: "missing", why: "not-recorded" });
  const asked = input?.messages.findLastIndex(({ role }) => role === "user") ?? -1;
  const parts = input?.messages[asked]?.parts ?? [];
  if (parts.length === 0) return "";
  return html`<article class="panel"><div class="head"><span>question</span></div>${parts.map((part, index) => (part.type === "text" ? drawing.block(part.text, `generations[0].signals.input.value.messages[${asked}].parts[${index}].text`) : html`<p class="soft">[${part.type}]</p>`))}</article>`;
}
