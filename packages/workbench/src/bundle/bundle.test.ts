import { marked } from "marked";
import { expect, test } from "vitest";
import { payloads } from "../../../web/test/payloads.ts";
import { diagnose } from "../diagnose/diagnose.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import { TraceBuilder } from "../reconstruct/testing/trace-builder.ts";
import { safe } from "../marks/visible.ts";
import { bundle, bundleName } from "./bundle.ts";

const atMs = Date.UTC(2026, 10, 28);
const explained = (builder: TraceBuilder) => {
  const story = reconstruct(builder.build());
  return { ...story, ...diagnose(story, { previous: [] }) };
};
/** One text in every place that recorded text has. */
const everywhere = (text: string): TraceBuilder =>
  new TraceBuilder()
    .start(text.slice(0, 60), { [text.slice(0, 30)]: text })
    .retrieval([{ sourceId: text, text, score: 0.5 }], { name: text, query: text })
    .chat([{ role: "system", content: text }, { role: "user", content: text }], { tool_calls: [{ id: text, type: "function", function: { name: text, arguments: text } }] }, { tools: [{ type: "function", function: { name: text, description: text, parameters: { description: text } } }] })
    .tool(text, text, text, { callId: text, error: text })
    .chat([{ role: "user", content: text }, { role: "tool", tool_call_id: text, content: text }], text)
    .parse(text, null, { parser: text, error: text })
    .validation(text, [{ rule: text, outcome: "failed", path: text, value: text, expected: text }])
    .end()
    .action("edit", { before: text, after: `${text} changed` });
const ward = (): TraceBuilder =>
  new TraceBuilder()
    .start()
    .retrieval([{ sourceId: "chart/871#3", text: "Daily weight 2.1 kg." }], { query: "weight?" })
    .chat([{ role: "user", content: "weight? Daily weight 2.1 kg." }], '{"mg": 8.4, "kg": 2.1, "plan": "36 h"}')
    .parse('{"mg": 8.4, "kg": 2.1, "plan": "36 h"}', '{"mg": 8.4, "kg": 2.1}')
    .validation("dose", [{ rule: "dose_range", outcome: "failed", path: "mg", value: 8.4, expected: "≤ 5" }])
    .end()
    .action("edit", { before: "8.4 mg", after: "12.8 mg" });
const attributes = (page: string, name: string): readonly string[] => [...page.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value]) => value ?? "");

test("the file holds the whole moment: facts, signals, chunks, tools, raw and parsed with what got lost, checks, the edit", () => {
  const page = bundle(explained(ward()), { format: "html", atMs });
  for (const words of ["dose-summary", "chart/871#3", "8 validation", "<del>8.4</del><ins>12.8</ins>", "field lost in parsing", "not in the parsed result", "✗ dose_range", "≤ 5", "Off the wire"]) expect(page).toContain(words);
});

test("every link leads to a place in the file, every id is there once", () => {
  for (const story of [explained(ward()), explained(everywhere(payloads[0] ?? ""))]) {
    const page = bundle(story, { format: "html", atMs });
    const ids = attributes(page, "id");
    const leads = attributes(page, "href").filter((href) => href !== "data:,");
    expect(leads.length).toBeGreaterThan(0);
    expect(leads.filter((href) => !href.startsWith("#") || !ids.includes(href.slice(1)))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test("what is missing is named with its reason, and a gap of the recording with its detail", () => {
  const open = explained(new TraceBuilder().start().request({ model: "m", messages: [{ role: "user", content: "weight?" }] }));
  for (const format of ["html", "md"] as const) {
    const text = bundle(open, { format, atMs });
    expect(text).toContain("⑥ completion pending");
    expect(text).toContain("open-generation");
  }
});

test("a hundred payloads in every place: the HTML has no tag and no attribute it has not without them", () => {
  const tags = (text: string): readonly string[] =>
    [...bundle(explained(everywhere(text)), { format: "html", atMs }).replace(/<style>[^]*?<\/style>/, "").matchAll(/<(?=[a-z/!])([a-z0-9]+)?((?: [a-zA-Z-]+(?:="[^"]*")?)* ?\/?>)?/g)].flatMap(([whole, name, rest]) => (name === undefined ? [] : rest === undefined ? [whole] : [name, ...[...rest.matchAll(/ ([a-zA-Z-]+)="[^"]*"/g)].map(([, attribute]) => `${name} ${attribute}`)]));
  const known = new Set(tags('plain words, 12 mg of "quoted words here"'));
  for (const name of ["b", "br", "ul", "li", "ins", "del"]) known.add(name);
  expect(payloads.flatMap((payload) => tags(payload).filter((name) => !known.has(name)).map((name) => ({ name, payload: payload.slice(0, 80) })))).toEqual([]);
});

test("a hundred payloads in every place: Markdown reads none of them as markup", () => {
  const plain = new Set(["heading", "space", "table", "text", "paragraph", "codespan", "code", "strong", "list", "list_item", "hr", "escape"]);
  const wrong = payloads.flatMap((payload) => {
    const page = bundle(explained(everywhere(payload)), { format: "md", atMs });
    const kinds = new Set<string>();
    void marked.walkTokens(marked.lexer(page), ({ type }) => void kinds.add(type));
    const isThere = page.includes(safe(payload.slice(0, 30)).split("\n")[0] ?? "");
    return [...[...kinds].filter((kind) => !plain.has(kind)), ...(isThere ? [] : ["not there"])].map((what) => ({ what, payload: payload.slice(0, 80) }));
  });
  expect(wrong).toEqual([]);
});

test("a file's name says what and which, in characters every file system takes", () => {
  const story = explained(everywhere("../../évil <name>.sh"));
  expect(bundleName(story, "md")).toMatch(/^whysaid-[a-z0-9-]+-[0-9a-f]{12}\.md$/);
});
