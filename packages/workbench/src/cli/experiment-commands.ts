/** The commands that try something: a request sent again, a parser run again. As `commands.ts` declares the others. */
import type { CommandSpec } from "./command.ts";

export const experimentCommands: readonly CommandSpec[] = [
  {
    name: "replay",
    about: "a recorded request sent again, as it was or changed, and how the answer's values moved",
    args: [{ name: "trace", about: "a trace id, or its first 6 digits or more" }],
    options: {
      generation: { type: "string", hint: "N", about: "this one of the trace's calls, from 0 (default the last complete one)" },
      model: { type: "string", hint: "NAME", about: "ask this model" },
      set: { type: "string", multiple: true, hint: "PATH=VALUE", about: "set a value of the body, e.g. temperature=0; may be repeated" },
      without: { type: "string", multiple: true, hint: "WHAT", about: "leave out chunk:ID, tool:ID or message:N; may be repeated" },
      n: { type: "string", short: "n", hint: "TIMES", about: "send it so many times (default 1)" },
      target: { type: "string", hint: "URL", about: "base URL to send to (default where it went)" },
      "allow-loopback": { type: "boolean", about: "the recorded URL may be this machine" },
      "key-env": { type: "string", hint: "NAME", about: "environment variable with the API key (default the provider's, e.g. OPENAI_API_KEY)" },
      reveal: { type: "boolean", about: "send the originals instead of pseudonyms; audited" },
      reason: { type: "string", hint: "TEXT", about: "why; required with --reveal" },
      "vault-key": { type: "string", hint: "FILE", about: "the vault's key, where it is not keys/vault.key" },
      "dry-run": { type: "boolean", about: "print what would be sent and its tokens, send nothing" },
      "max-calls": { type: "string", hint: "N", about: "refuse more calls than this (default 10)" },
      "max-tokens-total": { type: "string", hint: "N", about: "refuse more tokens than this, in and out, all calls (default 200000)" },
      runs: { type: "boolean", about: "list the runs of this trace instead" },
    },
    examples: ["whysaid replay 0193a5f2c7d1 --without chunk:chart/881#3", "whysaid replay 0193a5f2c7d1 --model gpt-4o-mini -n 5 --dry-run", "whysaid replay 0193a5f2c7d1 --runs"],
    exits: "3 no such trace or request · 4 a call failed · 5 target, cost or key not allowed",
    load: () => import("./commands/replay.ts"),
  },
  {
    name: "reparse",
    about: "your parser and rules, as they are now, over every stored completion of a feature",
    args: [{ name: "module", about: "a JavaScript or TypeScript module that exports parse(raw)" }],
    options: {
      feature: { type: "string", hint: "NAME", about: "completions of this feature (required)" },
      since: { type: "string", hint: "TIME", about: "begun at or after: 2h, 7d, 2026-11-21" },
      timeout: { type: "string", hint: "MS", about: "for one completion; longer counts as hung (default 1000)" },
      memory: { type: "string", hint: "MB", about: "the most the module may take (default 256)" },
    },
    examples: ["whysaid reparse ./src/dose-parser.ts --feature dose-summary", "whysaid reparse ./dist/dose.js --feature dose-summary --since 7d --json"],
    exits: "3 no completion of the feature · 4 something that passed before breaks now",
    load: () => import("./commands/reparse.ts"),
  },
];
