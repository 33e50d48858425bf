/** Every command: its arguments, options and examples. The code behind one is loaded when it is called, so that starting costs nothing of the others. */
import type { CommandSpec, OptionSpec } from "./command.ts";
import { caseCommands } from "./case-commands.ts";
import { experimentCommands } from "./experiment-commands.ts";
import { judgingCommands } from "./judging-commands.ts";
import { redactionCommands } from "./redaction-commands.ts";
import { serverCommands } from "./server-commands.ts";
import { storageCommands } from "./storage-commands.ts";

/** Options every command takes. */
export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  json: { type: "boolean", about: "print JSON for programs" },
  dir: { type: "string", hint: "DIR", about: "directory of the recordings (default .whysaid)" },
  store: { type: "string", hint: "PATH", about: "the store: a file (default store.db in that directory) or a ClickHouse URL" },
  help: { type: "boolean", short: "h", about: "show this" },
};

const filters: Readonly<Record<string, OptionSpec>> = {
  feature: { type: "string", hint: "NAME", about: "of this feature" },
  model: { type: "string", hint: "NAME", about: "answered by this model" },
  prompt: { type: "string", hint: "VERSION", about: "with this prompt version" },
  rule: { type: "string", hint: "NAME", about: "where this rule failed" },
  action: { type: "string", hint: "ACTION", about: "where the user did this: accept, edit, retry, abandon" },
  state: { type: "string", hint: "STATE", about: "complete, cancelled, aborted, cut, unread, failed or open" },
  tag: { type: "string", hint: "KEY=VALUE", about: "with this tag" },
  conversation: { type: "string", hint: "ID", about: "of this conversation" },
  since: { type: "string", hint: "TIME", about: "begun at or after: 2h, 7d, 2026-11-21, 2026-11-21T10:00Z" },
  until: { type: "string", hint: "TIME", about: "begun before" },
};

const trace = { name: "trace", about: "a trace id, or its first 6 digits or more" };

export const commands: readonly CommandSpec[] = [
  {
    name: "show",
    about: "the moment rebuilt: findings first, then the story in time order",
    args: [trace],
    options: {
      full: { type: "boolean", about: "fold nothing" },
      unfold: { type: "string", multiple: true, hint: "PATH", about: "show this text whole, e.g. generations[0].input.messages[2]; may be repeated" },
    },
    examples: ["whysaid show 0193a5f2c7d1", "whysaid show 0193a5f2c7d1 --unfold generations[0].completion.raw", "whysaid show 0193a5f2c7d1 --json"],
    exits: "3 no such trace · 4 found, but incomplete",
    load: () => import("./commands/show.ts"),
  },
  {
    name: "why",
    about: "the likely causes alone, with what proves each and what to do next",
    args: [trace],
    options: {},
    examples: ["whysaid why 0193a5f2c7d1", "whysaid why 0193a5f2c7d1 --json"],
    exits: "3 no such trace · 4 found, but incomplete",
    load: () => import("./commands/why.ts"),
  },
  {
    name: "find",
    about: "traces by what a person saw: a few words, a pasted answer, a screenshot",
    args: [{ name: "what", isRest: true, about: "a text, the path of a PNG or JPEG image, or - for a text on standard input" }],
    options: { ...filters, subject: { type: "string", hint: "PSEUDONYM", about: "about this person, e.g. ID:g7k3q9x2m4vt as show prints it" }, limit: { type: "string", hint: "N", about: "at most this many (default 10)" } },
    examples: ['whysaid find "caffeine citrate 12.5 mg once daily"', "whysaid find screenshot.png", "whysaid find - --feature dose-summary --since 7d --json"],
    exits: "3 not found, or nothing recorded here",
    load: () => import("./commands/find.ts"),
  },
  {
    name: "list",
    about: "traces, newest first, one a line",
    args: [],
    options: { ...filters, limit: { type: "string", hint: "N", about: "at most this many (default 50)" }, after: { type: "string", hint: "KEY", about: "go on after this row (`next` of --json)" } },
    examples: ["whysaid list --feature dose-summary --action edit --since 7d", "whysaid list --rule dose_range_neonatal --json"],
    exits: "3 nothing recorded here",
    load: () => import("./commands/list.ts"),
  },
  {
    name: "act",
    about: "record what the user did with an answer",
    args: [trace, { name: "action", about: "what they did", choices: ["accept", "edit", "retry", "abandon"] }],
    options: {
      before: { type: "string", hint: "FILE", about: "the text as it was said (- for standard input)" },
      after: { type: "string", hint: "FILE", about: "the text as the user left it (- for standard input)" },
      note: { type: "string", hint: "TEXT", about: "why, in words" },
      id: { type: "string", hint: "ID", about: "of this action: sending it again counts once" },
    },
    examples: ["whysaid act 0193a5f2c7d1 accept", "whysaid act 0193a5f2c7d1 edit --after corrected.txt"],
    exits: "3 no such trace",
    load: () => import("./commands/act.ts"),
  },
  {
    name: "diff",
    about: "two traces field by field",
    args: [
      { name: "a", about: "a trace id, or its first digits" },
      { name: "b", about: "another" },
    ],
    options: { full: { type: "boolean", about: "fold nothing" } },
    examples: ["whysaid diff 0193a5f2c7d1 0193a5f30b44"],
    exits: "3 no such trace",
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "import",
    about: "take in recorded HTTP exchanges, HAR, chat JSONL, OTLP, or what `export` printed",
    args: [{ name: "file", about: "the file, or - for standard input" }],
    options: { feature: { type: "string", hint: "NAME", about: "feature of traces that name none" } },
    examples: ["whysaid import exchanges.jsonl", "whysaid export | whysaid import - --dir elsewhere"],
    exits: "4 something in the file could not be read",
    load: () => import("./commands/import.ts"),
  },
  {
    name: "export",
    about: "one reconstruction a line, oldest first; or spans for an OpenTelemetry backend",
    args: [],
    options: {
      ...filters,
      limit: { type: "string", hint: "N", about: "at most this many, the newest" },
      format: { type: "string", hint: "FORMAT", about: "json (default), or otlp: one trace request a line, GenAI conventions" },
      to: { type: "string", hint: "URL", about: "with otlp: post the requests there (headers from OTEL_EXPORTER_OTLP_HEADERS)" },
    },
    examples: ["whysaid export --feature dose-summary > dose-summary.jsonl", "whysaid export --format otlp --to http://127.0.0.1:4318/v1/traces --since 1h"],
    exits: "3 nothing recorded here",
    load: () => import("./commands/export.ts"),
  },
  {
    name: "bundle",
    about: "one trace as one redacted file for a ticket, readable offline",
    args: [trace],
    options: {
      out: { type: "string", hint: "FILE", about: "write there (default whysaid-<feature>-<trace>.html here; - for standard output)" },
      format: { type: "string", hint: "FORMAT", about: "html (default), or md for a ticket that takes text" },
    },
    examples: ["whysaid bundle 0193a5f2c7d1", "whysaid bundle 0193a5f2c7d1 --format md --out -"],
    exits: "3 no such trace · 4 found, but incomplete",
    load: () => import("./commands/bundle.ts"),
  },
  ...judgingCommands,
  ...experimentCommands,
  ...caseCommands,
  ...redactionCommands,
  ...serverCommands,
  ...storageCommands,
  {
    name: "verify",
    about: "re-hash every stored text and check every reference",
    args: [],
    options: {},
    examples: ["whysaid verify"],
    exits: "3 nothing recorded here · 4 damage found",
    load: () => import("./commands/verify.ts"),
  },
  {
    name: "doctor",
    about: "settings and where each came from, deliveries here and at the server, gaps, what lies in journal and store",
    args: [],
    options: { server: { type: "string", hint: "URL", about: "the server to ask (default WHYSAID_URL); the key is read from WHYSAID_KEY" } },
    examples: ["whysaid doctor", "whysaid doctor --server https://whysaid.example.org", "whysaid doctor --json"],
    exits: "4 something needs attention",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "demo",
    about: "a day on a neonatal ward, recorded on this machine, with the incident to look at",
    args: [],
    options: {},
    examples: ["whysaid demo"],
    load: () => import("./commands/demo.ts"),
  },
];
