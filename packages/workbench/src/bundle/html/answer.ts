/** What was said: raw beside parsed with what got lost between them, what the checks said, and what the user made of it. */
import { diffArrays } from "diff/lib/diff/array.js";
import type { ActionSignal, Generation, ValidationSignal } from "@whysaid/recorder/format";
import { count, whyMissing } from "../../marks/amounts.ts";
import { jsonLines } from "../../marks/json-lines.ts";
import { parseGap } from "../../marks/parse-gap.ts";
import { valueOf } from "../../marks/story.ts";
import { safe, safeLine } from "../../marks/visible.ts";
import { html, type Drawing, type Html } from "./drawing.ts";
import { later } from "./header.ts";

const MOST_LINES = 400;
const MOST_COMPARED = 40_000;

export function answer(drawing: Drawing, place: number): Html {
  const generation = drawing.story.generations[place];
  return html`<h2 id="answer">The answer</h2>${generation === undefined ? html`<p class="absent">The answer: no call is recorded</p>` : said(drawing, generation, place)}${checks(drawing)}${actions(drawing)}`;
}

function said(drawing: Drawing, { signals, state }: Generation, place: number): Html {
  const base = `generations[${place}].signals`;
  const completion = valueOf(signals.completion);
  const parsed = valueOf(signals.parsed);
  const gap = parsed === null ? null : parseGap(parsed.input ?? completion?.text ?? "", parsed.result);
  const lost = gap?.inRaw.size ?? 0;
  const rawSide = html`<div><div class="head"><span>raw</span>${completion?.finishReason == null ? "" : html`<span>finish ${safeLine(completion.finishReason)}</span>`}${state === "complete" ? "" : html`<span class="pill bad">${state}</span>`}</div>
${completion === null ? html`<p class="absent">Completion: ${signals.completion.state === "missing" ? whyMissing[signals.completion.why] : ""}</p>` : completion.refusal !== null ? drawing.block(completion.refusal, `${base}.completion.value.refusal`, "bad") : completion.text === "" ? html`<p class="warn">The model answered with no text.</p>` : drawing.block(completion.text, `${base}.completion.value.text`)}
${gap === null || lost === 0 ? "" : html`<p><b class="bad">${lost} ${lost === 1 ? "field" : "fields"} lost in parsing</b></p><ul>${[...gap.inRaw].slice(0, 20).map(([path, why]) => html`<li><code class="m-gap">${safeLine(path.replace(/^\./, ""))}</code> <span class="soft">${why}</span></li>`)}</ul>`}</div>`;
  if (parsed === null) return html`<article class="panel">${rawSide}${signals.parsed.state === "missing" ? html`<p class="absent">Parsed result: ${whyMissing[signals.parsed.why]}</p>` : ""}</article>`;
  return html`<article class="panel split">${rawSide}<div id="${drawing.anchor(`${base}.parsed.value.result`)}"><div class="head"><span>parsed${parsed.parser === null ? "" : ` by ${safeLine(parsed.parser)}`}</span>${parsed.outcome === "failed" ? html`<span class="pill bad">failed</span>` : ""}</div>
${parsed.error === null ? "" : html`<p class="v bad">${safe(parsed.error.name)}: ${drawing.text(parsed.error.message)}</p>`}
${parsed.result === undefined || parsed.result === null ? html`<p class="absent">${parsed.result === null && parsed.outcome === "parsed" ? "null" : "nothing came out"}</p>` : json(drawing, parsed.result, `${base}.parsed.value.result`, gap?.inParsed)}</div></article>`;
}

/** A value printed with its leaves marked: where each came from, and what parsing made of it. */
function json(drawing: Drawing, value: unknown, at: string, gaps: ReadonlyMap<string, string> = new Map()): Html {
  const lines = jsonLines(value, MOST_LINES + 1);
  return html`<div class="v">${lines.slice(0, MOST_LINES).map(({ indent, tokens }, index) => html`${index === 0 ? "" : "\n"}${"  ".repeat(indent)}${tokens.map(({ text, kind, path }) => {
    if (kind === "key" || kind === "punctuation") return html`<span class="k">${safe(text)}</span>`;
    const lost = path === undefined ? undefined : gaps.get(path);
    const leaf = drawing.text(text, `${at}${path ?? ""}`, lost === undefined ? [] : [{ start: 0, end: text.length, tone: "gap", groups: [], says: lost }]);
    return html`${kind === "string" ? html`<span class="k">"</span>${leaf}<span class="k">"</span>` : leaf}${lost === undefined ? "" : html`<span class="lost">${safe(lost)}</span>`}`;
  })}`)}${lines.length > MOST_LINES ? html`\n<span class="soft">… more lines: whysaid show ${drawing.story.traceId} --unfold ${at}</span>` : ""}</div>`;
}

function checks(drawing: Drawing): Html {
  const { generations } = drawing.story;
  const place = generations.findLastIndex(({ signals }) => signals.validation.state === "captured");
  const all = place < 0 ? [] : (valueOf(generations[place]?.signals.validation ?? { state: "missing", why: "not-recorded" }) ?? []);
  const passed = all.filter(({ outcome }) => outcome === "passed");
  const why = generations.at(-1)?.signals.validation;
  return html`<article class="panel"><h2>Validation</h2>
${place < 0 ? html`<p class="absent">Validation: ${why?.state === "missing" ? whyMissing[why.why] : "not recorded"}</p>` : ""}
${all.filter(({ outcome }) => outcome !== "passed").map((check) => checkView(drawing, check, `generations[${place}].signals.validation.value[${all.indexOf(check)}]`))}
${passed.length === 0 ? "" : html`<p><span class="good">✓</span> ${passed.map(({ rule, validator }) => safeLine(rule ?? validator)).join(", ")} <span class="soft">passed</span></p>`}</article>`;
}

const checkView = (drawing: Drawing, { rule, validator, outcome, path, value, expected, message }: ValidationSignal, at: string): Html =>
  html`<p id="${drawing.anchor(at)}"><b class="${outcome === "failed" ? "bad" : "soft"}">${outcome === "failed" ? "✗" : "○"} ${safeLine(rule ?? validator)}</b> ${path === null ? "" : html`<code>${safeLine(path)}</code> `}${value === null || value === undefined ? "" : html`is <code>${drawing.text(typeof value === "string" ? value : JSON.stringify(value))}</code> `}${expected === null ? "" : html`expected <code>${drawing.text(expected)}</code> `}${message === null || message === expected ? "" : html`<span class="soft">${drawing.text(message)}</span>`}</p>`;

function actions(drawing: Drawing): Html {
  const { story } = drawing;
  const signal = story.generations.at(-1)?.signals.action;
  return html`<article class="panel"><h2>What the user did</h2>${story.actions.length === 0 ? html`<p class="absent">The user's action: ${signal?.state === "missing" ? whyMissing[signal.why] : "pending"}</p>` : story.actions.map((action, index) => actionView(drawing, action, `actions[${index}]`, story.startedAtMs))}</article>`;
}

function actionView(drawing: Drawing, action: ActionSignal, at: string, startedAtMs: number): Html {
  const changed = action.editDistance === null ? "" : ` · ${count(action.editDistance)} ${action.editDistance === 1 ? "character" : "characters"} changed`;
  return html`<div id="${drawing.anchor(at)}"><p><span class="pill ${action.action === "accept" ? "good" : "warn"}">${action.action}</span> <span class="soft">${later(action.atMs - startedAtMs)}${changed}</span></p>
${action.note === null ? "" : html`<blockquote>${drawing.text(action.note)}</blockquote>`}
${action.after === null ? "" : action.before === null || action.before.length + action.after.length > MOST_COMPARED ? drawing.block(action.after, `${at}.after`) : edit(drawing, action.before, action.after)}</div>`;
}

/** Words; a number with its separators is one, and so is a pseudonym. */
const wordsOf = (text: string): string[] => text.match(/⟦[^⟧]*⟧|\d[\d.,:/-]*\d|[\p{L}\p{N}_]+|\s+|[^]/gu) ?? [];
function edit(drawing: Drawing, before: string, after: string): Html {
  const changes = diffArrays(wordsOf(before), wordsOf(after));
  return html`<div class="v">${changes.map(({ value, added, removed }) => {
    const text = drawing.text(value.join(""));
    return added ? html`<ins>${text}</ins>` : removed ? html`<del>${text}</del>` : text;
  })}</div>`;
}
