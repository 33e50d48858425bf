/** The tools a coding agent gets: from "an answer was wrong" to the trace, the cause and a case. Pseudonyms only: nothing here can reveal. */
import { WhysaidError, isTraceId, type Reconstruction } from "@whysaid/recorder/format";
import { z } from "zod";
import { caseNamed, listCases } from "../cases/case-store.ts";
import { handMade } from "../cases/hand-made.ts";
import { syncCases } from "../cases/sync.ts";
import { Explainer } from "../diagnose/explainer.ts";
import { find } from "../find/find.ts";
import type { Redact } from "../find/query.ts";
import type { Store, TraceFilter } from "../store/store.ts";
import { DEFAULT_TOKENS, MOST_TOKENS, within } from "./budget.ts";
import { caseLine, caseText, differenceLines, findingLines, foundLines, rowLine, storyLines, textAt } from "./telling.ts";

export interface ToolPlace {
  /** Opens the store with everything recorded so far, and closes it. */
  readonly withStore: <T>(use: (store: Store) => Promise<T>) => Promise<T>;
  /** The recordings' redactor, for what an agent types. */
  readonly redacted: (text: string) => string;
  /** The same for what is searched. */
  readonly redactQuery: Redact;
  /** Sends a recorded call again; undefined where that is not allowed. */
  readonly replay?: (args: readonly string[]) => Promise<string>;
  readonly now: () => number;
  /** Tools that change or send something are not there. */
  readonly isReadOnly?: boolean;
}
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodRawShape;
  readonly readOnly: boolean;
  readonly run: (args: Record<string, unknown>, place: ToolPlace) => Promise<string>;
}

const maxTokens = z.number().int().min(100).max(MOST_TOKENS).default(DEFAULT_TOKENS).describe("longest answer, about");
const trace = z.string().describe("a trace id, or its first 6 digits or more");
const limit = z.number().int().min(1).max(100).default(10);
const tool = <Shape extends z.ZodRawShape>(spec: Omit<Tool, "input" | "run"> & { readonly input: Shape; readonly run: (args: z.infer<z.ZodObject<Shape>>, place: ToolPlace) => Promise<string> }): Tool => spec as unknown as Tool;

async function idOf(store: Store, typed: string): Promise<string> {
  const id = typed.trim().toLowerCase();
  if (isTraceId(id)) return id;
  if (!/^[0-9a-f]{6,31}$/.test(id)) throw new WhysaidError("USAGE", "that is no trace id", { fix: "Use `list` or `find` to get one." });
  const [first, second] = await store.tracesStartingWith(id, 2);
  if (first === undefined) throw notFound(store);
  if (second !== undefined) throw new WhysaidError("TRACE_AMBIGUOUS", "more than one trace begins so", { fix: "Give more digits." });
  return first;
}
const notFound = (store: Store): WhysaidError => new WhysaidError("TRACE_NOT_FOUND", `no such trace in ${store.name}`, { fix: "Use `list` or `find`." });
async function explained(store: Store, typed: string): Promise<Reconstruction> {
  const story = await new Explainer(store).explain(await idOf(store, typed));
  if (story === null) throw notFound(store);
  return story;
}

export const tools: readonly Tool[] = [
  tool({
    name: "find",
    title: "Find traces by text",
    description: "Traces whose answer or input holds this text: words of a wrong answer, a pasted screenshot's text. Redacted before it is searched.",
    input: { text: z.string().min(2), limit, maxTokens },
    readOnly: true,
    run: ({ text, limit: most, maxTokens: tokens }, { withStore, redactQuery }) => withStore(async (store) => within(foundLines(await find(store, { text }, redactQuery, { limit: most })), tokens, 0, () => "ask with a smaller limit or more of the text")),
  }),
  tool({
    name: "list",
    title: "List traces",
    description: "Traces, newest first: id, time, feature, model, the user's action, failed rules, the answer's first words. Filter by feature, action (edit, retry, abandon are answers somebody did not take), rule.",
    input: { feature: z.string().optional(), action: z.enum(["accept", "edit", "retry", "abandon"]).optional(), rule: z.string().optional(), model: z.string().optional(), sinceMs: z.number().int().optional(), after: z.string().optional().describe("key of the last answer, to go on"), limit, maxTokens },
    readOnly: true,
    run: ({ maxTokens: tokens, limit: most, ...filter }, { withStore }) =>
      withStore(async (store) => {
        const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Omit<TraceFilter, "limit">;
        const rows = await store.list({ ...given, limit: most });
        const last = rows.at(-1);
        return within([...(rows.length === 0 ? ["No trace matches."] : rows.map(rowLine)), ...(rows.length === most && last !== undefined ? [`more: list with after=${last.key}`] : [])].join("\n"), tokens, 0, () => "ask with a smaller limit");
      }),
  }),
  tool({
    name: "show",
    title: "The moment rebuilt",
    description: "Everything one answer was made from: causes, steps with chunks and tool results, calls, what the user did. Long texts are cut; `path` (as the lines and evidence name them) gives one whole, `offset` goes on in it.",
    input: { trace, path: z.string().optional(), offset: z.number().int().min(0).default(0), maxTokens },
    readOnly: true,
    run: ({ trace: typed, path, offset, maxTokens: tokens }, { withStore }) =>
      withStore(async (store) => {
        const story = await explained(store, typed);
        const text = path === undefined ? storyLines(story) : textAt(story, path);
        if (text === undefined) throw new WhysaidError("USAGE", "nothing stands at that path", { fix: "Paths are as `show` names them, e.g. generations[0].signals.completion.value.text." });
        return within(text, tokens, offset, (next) => `show ${story.traceId}${path === undefined ? "" : ` path=${path}`} offset=${next}`);
      }),
  }),
  tool({
    name: "why",
    title: "Why was this said",
    description: "The likely causes of what is wrong with an answer, likeliest first, each with evidence and what to do next; and where each value of the answer came from.",
    input: { trace, maxTokens },
    readOnly: true,
    run: ({ trace: typed, maxTokens: tokens }, { withStore }) =>
      withStore(async (store) => {
        const story = await explained(store, typed);
        const values = story.provenance.map(({ value, at, origins }) => `${value} (${at}) ← ${origins.length === 0 ? "nowhere in the input" : origins.slice(0, 3).map(({ kind, sourceId }) => (sourceId === null ? kind : `${kind} ${sourceId}`)).join(", ")}`);
        return within([...findingLines(story.findings), "", "Where its values came from", ...new Set(values)].join("\n"), tokens, 0, () => `show ${story.traceId} path=provenance`);
      }),
  }),
  tool({
    name: "diff",
    title: "Two traces compared",
    description: "What differs between two traces: prompt, chunks, parameters, answer, parsed result, checks.",
    input: { a: trace, b: trace, offset: z.number().int().min(0).default(0), maxTokens },
    readOnly: true,
    run: ({ a, b, offset, maxTokens: tokens }, { withStore }) => withStore(async (store) => within(differenceLines(await explained(store, a), await explained(store, b)), tokens, offset, (next) => `diff a=${a} b=${b} offset=${next}`)),
  }),
  tool({
    name: "cases",
    title: "Cases",
    description: "Answers users edited, retried or left, as cases. With `case`: one whole, with how to run it as a test. Else a list, by feature, status (new, confirmed, rejected) or label (e.g. cause:wrong-entity).",
    input: { case: z.string().optional(), feature: z.string().optional(), status: z.enum(["new", "confirmed", "rejected"]).optional(), label: z.string().optional(), limit, maxTokens },
    readOnly: true,
    run: ({ case: wanted, limit: most, maxTokens: tokens, feature, status, label }, { withStore }) =>
      withStore(async (store) => {
        await syncCases(store);
        if (wanted !== undefined) return within(caseText(await caseNamed(store, wanted)), tokens, 0, () => `whysaid cases show ${wanted}`);
        const found = await listCases(store, { ...(feature === undefined ? {} : { feature }), ...(status === undefined ? {} : { status }), ...(label === undefined ? {} : { label }) });
        const lines = found.slice(0, most).map(caseLine);
        return within(found.length === 0 ? "No case matches." : [...lines, ...(found.length > most ? [`${found.length - most} more: ask with a filter or a larger limit`] : [])].join("\n"), tokens, 0, () => "ask with a smaller limit");
      }),
  }),
  tool({
    name: "add_case",
    title: "Make a case of a trace",
    description: "Keeps a trace as a confirmed case of its feature, to be run as a regression test. `expected` is what the answer should have been, where you know it; without it the user's edit counts.",
    input: { trace, expected: z.string().optional(), note: z.string().optional() },
    readOnly: false,
    run: ({ trace: typed, expected, note }, { withStore, redacted, now }) =>
      withStore(async (store) => {
        const made = await handMade(store, await idOf(store, typed), { expected: expected === undefined ? null : redacted(expected), note: note === undefined ? null : redacted(note), labels: [], actor: "mcp", atMs: now() });
        if (made === null) throw notFound(store);
        return `${made.isNew ? "Made" : "Was there, is confirmed"}: ${caseLine(made.head)}`;
      }),
  }),
  tool({
    name: "replay",
    title: "Send a recorded call again",
    description: "Sends the recorded request again, redacted, as it was or without one of the things it was given, e.g. without=[\"chunk:chart/881#3\"]. Costs what a call costs.",
    input: { trace, without: z.array(z.string()).default([]), model: z.string().optional(), maxTokens },
    readOnly: false,
    run: async ({ trace: typed, without, model, maxTokens: tokens }, { replay }) => {
      if (replay === undefined) throw new WhysaidError("NOT_ALLOWED", "replay is off", { fix: "Start the server with `whysaid mcp --allow-replay`." });
      // These become words of a command line: none may be an option of its own.
      if (!/^[0-9a-f]{6,32}$/.test(typed.trim().toLowerCase())) throw new WhysaidError("USAGE", "that is no trace id", { fix: "Use `list` or `find` to get one." });
      return within(await replay([typed.trim(), ...without.map((one) => `--without=${one}`), ...(model === undefined ? [] : [`--model=${model}`])]), tokens, 0, () => "whysaid replay --runs");
    },
  }),
];
