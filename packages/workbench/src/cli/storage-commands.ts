/** The commands that look after a store: made, moved, kept small, kept safe. As `commands.ts` declares the others. */
import type { CommandSpec } from "./command.ts";

export const storageCommands: readonly CommandSpec[] = [
  {
    name: "migrate",
    about: "make the tables of a ClickHouse store, or bring an older store to this version",
    args: [],
    options: {},
    examples: ["whysaid migrate --store clickhouse://whysaid:secret@db.internal:8123/whysaid"],
    load: () => import("./commands/migrate.ts"),
  },
  {
    name: "copy",
    about: "one store into another, each trace read back and compared by its hash; goes on where it was broken off",
    args: [],
    options: {
      from: { type: "string", hint: "STORE", about: "the store to read (default the one --store names)" },
      to: { type: "string", hint: "STORE", about: "the store to write: a file or a ClickHouse URL (required)" },
      "from-start": { type: "boolean", about: "look at every trace again, not only at those an earlier copy had not come to" },
    },
    examples: ["whysaid copy --from .whysaid/store.db --to clickhouse://whysaid:secret@db.internal:8123/whysaid"],
    exits: "4 a trace reads back otherwise than it was",
    load: () => import("./commands/copy.ts"),
  },
  {
    name: "backup",
    about: "a copy of store, keys, vault and audit log, made while everything runs; it is a directory to use like the first",
    args: [],
    options: { to: { type: "string", hint: "DIR", about: "a directory that is not there yet (required)" } },
    examples: ["whysaid backup --to /backup/whysaid-2026-11-28"],
    exits: "3 nothing recorded here",
    load: () => import("./commands/backup.ts"),
  },
  {
    name: "retain",
    about: "what is kept how long: rules by age, feature, environment and size; says what would go, --yes removes it; audited",
    args: [
      { name: "deed", about: "add, list or remove a rule that `up` applies each hour", choices: ["add", "list", "remove"], isOptional: true },
      { name: "id", about: "of the rule to remove", isOptional: true },
    ],
    options: {
      "older-than": { type: "string", hint: "AGE", about: "traces begun longer ago: 36h, 90d, 26w, 10y" },
      feature: { type: "string", hint: "NAME", about: "only of this feature; the rule that says most about a trace decides" },
      environment: { type: "string", hint: "NAME", about: "only of this environment" },
      keep: { type: "string", hint: "SHARE", about: "thin instead of remove: errors, failed rules, edits, retries, rare models stay whole, and this share of the rest, e.g. 10%" },
      "max-size": { type: "string", hint: "SIZE", about: "the oldest traces of a store larger than this: 500MB, 20GB" },
      reason: { type: "string", hint: "TEXT", about: "why, for the audit log (default retention)" },
      yes: { type: "boolean", about: "do it; without, say what would go" },
    },
    examples: ["whysaid retain --older-than 90d --environment staging", "whysaid retain add --older-than 7d --keep 10%", "whysaid retain add --older-than 26w", "whysaid retain add --older-than 10y --feature dose-summary", "whysaid retain --yes"],
    exits: "3 nothing recorded here, or no such rule",
    load: () => import("./commands/retain.ts"),
  },
  {
    name: "hold",
    about: "legal holds: a trace, a feature or a person that neither retention nor erasure may touch; audited",
    args: [
      { name: "deed", about: "what to do", choices: ["add", "list", "remove"] },
      { name: "id", about: "of the hold to remove", isOptional: true },
    ],
    options: {
      trace: { type: "string", hint: "TRACE", about: "this trace" },
      feature: { type: "string", hint: "NAME", about: "all traces of this feature, also those to come" },
      subject: { type: "string", multiple: true, hint: "NAME=VALUE", about: "all traces declared to be about this person, e.g. mrn=01791786" },
      reason: { type: "string", hint: "TEXT", about: "why, for the audit log (required to add and to remove)" },
      key: { type: "string", hint: "FILE", about: "the vault's key, to find a person (default keys/vault.key)" },
      "key-env": { type: "string", hint: "NAME", about: "or the environment variable that holds it" },
    },
    examples: ['whysaid hold add --subject mrn=01791786 --reason "claim 2026-117"', "whysaid hold list", 'whysaid hold remove hold_3f9a01c2 --reason "claim settled"'],
    exits: "3 no such hold or person",
    load: () => import("./commands/hold.ts"),
  },
];
