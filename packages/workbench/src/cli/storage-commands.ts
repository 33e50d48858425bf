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
];
