/** Where each value of the answer came from, in a table: what a reader of a ticket checks by eye. */
import { originName } from "../../marks/place-name.ts";
import { textAt } from "../../reconstruct/condense.ts";
import { html, type Drawing, type Html } from "./drawing.ts";

const MOST_VALUES = 80;
const MOST_ORIGINS = 4;
const AROUND = 32;
const says: Readonly<Record<string, readonly [string, string]>> = { other: ["bad", "another subject's"], nowhere: ["warn", "stands nowhere in the input"], derived: ["good", "worked out"], sourced: ["good", ""] };
const rank: readonly string[] = ["other", "nowhere", "derived", "sourced"];

export function values(drawing: Drawing): Html | "" {
  const groups = [...drawing.links.groups].sort((a, b) => rank.indexOf(a.tone) - rank.indexOf(b.tone));
  if (groups.length === 0) return "";
  return html`<section class="panel long" aria-labelledby="values"><h2 id="values">Where each value of the answer came from</h2>
<table><thead><tr><th>value</th><th>came from</th><th>as it stands there</th></tr></thead><tbody>${groups.slice(0, MOST_VALUES).map(({ value, tone, origins }) => {
    const [look, words] = says[tone] ?? ["", ""];
    const shown = origins.slice(0, MOST_ORIGINS);
    return html`<tr><td><code><mark class="m m-${tone}">${drawing.text(value)}</mark></code></td>
<td>${words === "" ? "" : html`<span class="${look}">${words}</span> `}${shown.map((origin, index) => html`${index === 0 ? "" : html`<br>`}${drawing.place(origin.at, originName(drawing.story, origin))}`)}${origins.length > shown.length ? html`<br><span class="soft">and ${origins.length - shown.length} more places</span>` : ""}</td>
<td class="v soft">${shown.map(({ at, start, end, note }, index) => html`${index === 0 ? "" : "\n"}${note === undefined ? around(drawing, at, start, end) : drawing.text(note)}`)}</td></tr>`;
  })}</tbody></table>${groups.length > MOST_VALUES ? html`<p class="soft">… ${groups.length - MOST_VALUES} more values</p>` : ""}</section>`;
}

/** A value with the words around it; whole pseudonyms only. */
function around(drawing: Drawing, at: string, start: number, end: number): Html | "" {
  const text = textAt(drawing.story, at);
  if (text === undefined) return "";
  let [from, to] = [Math.max(0, start - AROUND), Math.min(text.length, end + AROUND)];
  const opened = text.lastIndexOf("⟦", from);
  if (opened >= 0 && text.indexOf("⟧", opened) >= from) from = opened;
  const last = text.lastIndexOf("⟦", to - 1);
  const closes = last < 0 ? -1 : text.indexOf("⟧", last);
  if (last >= from && closes >= to && closes - last < 200) to = closes + 1;
  const line = (part: string): Html => drawing.text(part.replaceAll(/\s+/g, " "));
  return html`${from > 0 ? "…" : ""}${line(text.slice(from, start))}<mark class="m m-origin">${line(text.slice(start, end))}</mark>${line(text.slice(end, to))}${to < text.length ? "…" : ""}`;
}
