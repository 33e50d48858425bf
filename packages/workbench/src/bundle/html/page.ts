/** The file as a whole: what it was, why, what the answer could come from beside the answer, where its values came from, when what happened, every call, and how to go on. */
import { createHash } from "node:crypto";
import type { Reconstruction } from "@whysaid/recorder/format";
import { time } from "../../marks/amounts.ts";
import { answeringIndex } from "../../marks/signal-states.ts";
import { version } from "../../version.ts";
import { answer } from "./answer.ts";
import { calls } from "./calls.ts";
import { Drawing, html, raw, shortName, type Html } from "./drawing.ts";
import { header } from "./header.ts";
import { sources } from "./sources.ts";
import { style } from "./style.ts";
import { values } from "./values.ts";
import { waterfall } from "./waterfall.ts";
import { why } from "./why.ts";

/** Nothing may run, load, be sent or framed; the one style sheet is named by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'none'`;

export function htmlPage(story: Reconstruction, atMs: number): string {
  const drawing = new Drawing(story);
  const place = answeringIndex(story);
  const head = header(drawing);
  const body = html`<div class="two"><section class="stack" aria-labelledby="sources">${sources(drawing, place)}</section><section class="stack" aria-labelledby="answer">${answer(drawing, place)}</section></div>`;
  const told = html`${waterfall(story)}${calls(drawing)}`;
  // Last: what they point at has its place by now.
  const traced = values(drawing);
  const causes = why(drawing);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex, nofollow">
<meta name="generator" content="whysaid ${version}"><link rel="icon" href="data:,">
<title>${`${story.feature ?? "trace"} ${story.traceId.slice(0, 13)} · whysaid`}</title>
<style>${raw(style)}</style></head>
<body><main>${head}${causes}${body}${traced}${told}${footer(drawing, atMs)}</main></body></html>
`;
  // The template waits for parts that are promises; none here is one.
  if (page instanceof Promise) throw new TypeError("a part of the page is a promise");
  return page.toString();
}

function footer({ story, people, colourOf }: Drawing, atMs: number): Html {
  return html`<footer>
${people.length === 0 ? "" : html`<div><h2>Pseudonyms</h2><p>Names and ids were replaced before anything was recorded. Equal ones are the same value everywhere; who may reveal them does so with <code>whysaid reveal ${story.traceId} --reason "…"</code>.</p>
<dl class="pairs">${people.map((one) => html`<dt><span class="ps ${colourOf(one)}"><small>${one.type.toLowerCase().replaceAll("_", " ")}</small> ${shortName(one)}</span></dt><dd><code>${one.text}</code></dd>`)}</dl></div>`}
<p>Trace <code>${story.traceId}</code> · made ${time(atMs).slice(0, 19)} UTC by whysaid ${version} · times are UTC. This file runs no script and loads nothing. To go on where it was recorded: <code>whysaid show ${story.traceId}</code></p>
</footer>`;
}
