/** The commands around cases. As `commands.ts` declares the others. */
import type { CommandSpec } from "./command.ts";
import { reportOptions } from "./report-options.ts";

export const caseVerbs = ["list", "add", "show", "review", "export", "import", "run", "runs", "compare"] as const;

export const caseCommands: readonly CommandSpec[] = [
  {
    name: "cases",
    about: "what users edited, retried or left, as cases: review, run, export",
    args: [
      { name: "do", about: "what to do", choices: caseVerbs },
      { name: "what", about: "add: a trace · show, review: a case · import: a file · run: a module · compare: a run", isOptional: true },
      { name: "other", about: "compare: another run", isOptional: true },
    ],
    options: {
      feature: { type: "string", hint: "NAME", about: "of this feature" },
      status: { type: "string", hint: "STATUS", about: "list, export: new, confirmed or rejected" },
      label: { type: "string", multiple: true, hint: "NAME", about: "list: with this label · review, add: put this label on it; may be repeated" },
      confirm: { type: "boolean", about: "review: it is right as it is" },
      reject: { type: "boolean", about: "review: it is no case" },
      expected: { type: "string", hint: "FILE", about: "review, add: what the answer should have been (- for standard input)" },
      note: { type: "string", hint: "TEXT", about: "review, add: why, in words" },
      format: { type: "string", hint: "FORMAT", about: "export: whysaid, openai-evals, promptfoo, braintrust, langfuse or csv (default whysaid)" },
      version: { type: "string", hint: "N", about: "export: this version of the dataset" },
      all: { type: "boolean", about: "run: those that wait for review too" },
      release: { type: "string", hint: "NAME", about: "run: what is tested, kept with the run" },
      ...reportOptions("run: "),
    },
    examples: ["whysaid cases list --feature dose-summary", "whysaid cases add 0193a5f2c7d1 --expected corrected.txt", "whysaid cases review case_1f00 --confirm", "whysaid cases run ./dose.cases.mjs --junit report.xml"],
    exits: "3 no such trace, case or run · 4 a case failed, or something of a file could not be read",
    load: () => import("./commands/cases.ts"),
  },
  {
    name: "mcp",
    about: "tools for coding agents, over standard input and output (MCP)",
    args: [],
    options: {
      "allow-replay": { type: "boolean", about: "the agent may send recorded calls again" },
      target: { type: "string", hint: "URL", about: "with --allow-replay: send them under this base URL instead of the recorded one" },
    },
    examples: ["whysaid mcp", "whysaid mcp --dir ./recordings --allow-replay"],
    load: () => import("./commands/mcp.ts"),
  },
];
