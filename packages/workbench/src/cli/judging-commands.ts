/** The commands that look at a feature as a whole: what it records, what changed, what keeps failing. As `commands.ts` declares the others. */
import type { CommandSpec, OptionSpec } from "./command.ts";
import { reportOptions } from "./report-options.ts";

const within: Readonly<Record<string, OptionSpec>> = {
  since: { type: "string", hint: "TIME", about: "begun at or after: 2h, 7d, 2026-11-21" },
  until: { type: "string", hint: "TIME", about: "begun before" },
};

export const alertVerbs = ["check", "list", "test"] as const;

export const judgingCommands: readonly CommandSpec[] = [
  {
    name: "gate",
    about: "does a feature record all nine signals? For CI, before it ships",
    args: [],
    options: {
      feature: { type: "string", hint: "NAME", about: "the feature (required)" },
      min: { type: "string", hint: "SHARE", about: "captured in at least this share of its generations (default 0.95)" },
      limit: { type: "string", hint: "N", about: "look at the newest N traces (default 1000)" },
      ...within,
      ...reportOptions(),
    },
    examples: ["whysaid gate --feature dose-summary", "whysaid gate --feature dose-summary --min 99% --since 1d --json"],
    exits: "3 no trace of the feature · 4 a signal is missing",
    load: () => import("./commands/gate.ts"),
  },
  {
    name: "drift",
    about: "what changed in a feature by model, prompt, release and tag, told from noise",
    args: [],
    options: {
      feature: { type: "string", hint: "NAME", about: "the feature (required)" },
      tag: { type: "string", multiple: true, hint: "KEY", about: "compare by this tag; may be repeated (default: tags with few values)" },
      span: { type: "string", hint: "HOURS", about: "length of a span of time (default by the whole length)" },
      ...within,
    },
    examples: ["whysaid drift --feature dose-summary", "whysaid drift --feature dose-summary --since 30d --tag ward --json"],
    exits: "3 no trace of the feature",
    load: () => import("./commands/drift.ts"),
  },
  {
    name: "issues",
    about: "failures that recur, grouped; a resolved one reopens by itself",
    args: [],
    options: {
      feature: { type: "string", hint: "NAME", about: "of this feature" },
      since: { type: "string", hint: "TIME", about: "seen in traces begun at or after, to the hour: 2h, 7d, 2026-11-21" },
      all: { type: "boolean", about: "resolved ones too" },
      limit: { type: "string", hint: "N", about: "at most this many (default 30)" },
      resolve: { type: "string", hint: "ID", about: "mark this one resolved, by its id or the first digits" },
      reopen: { type: "string", hint: "ID", about: "take that back" },
      note: { type: "string", hint: "TEXT", about: "with --resolve: what was done" },
    },
    examples: ["whysaid issues --since 7d", "whysaid issues --feature dose-summary --json", 'whysaid issues --resolve 3f9a21c4 --note "filter by patient id"'],
    exits: "3 no such issue",
    load: () => import("./commands/issues.ts"),
  },
  {
    name: "alerts",
    about: "rules of whysaid.config.ts over rates, models and times, told to webhooks when something changes",
    args: [
      { name: "do", about: "what to do", choices: alertVerbs },
      { name: "target", about: "test: this receiver alone", isOptional: true },
    ],
    options: { "dry-run": { type: "boolean", about: "check: look, tell nobody" } },
    examples: ["whysaid alerts check --dry-run", "whysaid alerts test", "whysaid alerts list --json"],
    exits: "4 something fires, or a receiver did not take it · 5 an address nothing is sent to",
    load: () => import("./commands/alerts.ts"),
  },
];
