/** The likely causes, best first, each with the places that prove it and what to do next. */
import type { Finding } from "@whysaid/recorder/format";
import { safe } from "../../marks/visible.ts";
import { placeName } from "../../marks/place-name.ts";
import { html, type Drawing, type Html } from "./drawing.ts";

export function why(drawing: Drawing): Html {
  const { findings } = drawing.story;
  if (findings.length === 0) return html`<section class="panel" aria-labelledby="why"><h2 id="why">Why</h2><p>No cause found: every rule ran over this recording, and none speaks against its answer.</p></section>`;
  return html`<section class="panel long cause" aria-labelledby="why"><h2 id="why">Why</h2>${findings.map((finding, index) => html`<div class="${index === 0 ? "" : "other"}">${cause(drawing, finding, index === 0)}</div>`)}</section>`;
}

function cause(drawing: Drawing, { cause: kind, title, confidence, evidence, next }: Finding, isFirst: boolean): Html {
  return html`<div class="top"><span class="pill ${isFirst ? "bad" : ""}"><code>${kind}</code></span><span class="soft">${Math.round(confidence * 100)} % sure</span></div>
<p class="${isFirst ? "said" : ""}">${drawing.text(title)}</p>
<dl class="pairs">${evidence.map(({ at, sourceId, excerpt }) => html`<dt>${drawing.place(at, sourceId ?? placeName(at))}</dt><dd class="v soft">${drawing.text(excerpt)}</dd>`)}</dl>
${next === "" ? "" : html`<p class="next"><span class="soft">Next</span> <code>${safe(next)}</code></p>`}`;
}
