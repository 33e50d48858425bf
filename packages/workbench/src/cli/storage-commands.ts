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
];
