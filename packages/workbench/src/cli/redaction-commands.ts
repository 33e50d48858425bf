/** The commands about redaction and originals, as `commands.ts` declares the others. */
import type { CommandSpec, OptionSpec } from "./command.ts";

const keyOptions: Readonly<Record<string, OptionSpec>> = {
  key: { type: "string", hint: "FILE", about: "the vault's key, where it is not keys/vault.key" },
  "key-env": { type: "string", hint: "NAME", about: "the environment variable that holds the vault's key" },
};
const reason: OptionSpec = { type: "string", hint: "TEXT", about: "why; it stands in the audit log (required)" };

export const redactionCommands: readonly CommandSpec[] = [
  {
    name: "redact",
    about: "what a policy would take: {text, declared?} a line in, {text, spans} a line out",
    args: [],
    options: {
      explain: { type: "boolean", about: "for people: what is taken, by which layer and rule, and what stays" },
      policy: { type: "string", hint: "NAME", about: "healthcare (default), gdpr or secrets-only" },
      level: { type: "string", hint: "LEVEL", about: "recall, balanced (default) or precise" },
    },
    examples: [`echo '{"text":"Ana García weighs 2.1 kg","declared":{"subject":{"name":"Ana García"}}}' | whysaid redact --explain`],
    load: () => import("./commands/redact.ts"),
  },
  {
    name: "reveal",
    about: "a trace with its true names, for who holds the vault's key; audited",
    args: [{ name: "trace", about: "a trace id, or its first 6 digits or more" }],
    options: { reason, ...keyOptions, full: { type: "boolean", about: "fold nothing" } },
    examples: ['whysaid reveal 0193a5f2c7d1 --reason "ticket 4711"'],
    exits: "3 no such trace, or no vault · 5 this account does not hold the key",
    load: () => import("./commands/reveal.ts"),
  },
  {
    name: "erase",
    about: "a person out of texts, journal, index and vault, with proof; audited",
    args: [],
    options: {
      subject: { type: "string", multiple: true, hint: "NAME=VALUE", about: "an identifier as the app declares it, e.g. mrn=01791786; may be repeated" },
      reason,
      yes: { type: "boolean", about: "do it; without, say what would be erased" },
      ...keyOptions,
    },
    examples: ["whysaid erase --subject mrn=01791786 --reason request", 'whysaid erase --subject mrn=01791786 --reason "request of 21 November" --yes'],
    exits: "3 nobody of that identifier here · 4 something still shows the person · 5 this account does not hold the keys",
    load: () => import("./commands/erase.ts"),
  },
  {
    name: "audit",
    about: "who revealed or erased what, when and why; whether the log was touched",
    args: [],
    options: {},
    examples: ["whysaid audit", "whysaid audit --json"],
    exits: "4 the log was tampered with",
    load: () => import("./commands/audit.ts"),
  },
  {
    name: "keys",
    about: "the keys of these recordings, by id; a new one for the vault; access keys of the server",
    args: [
      { name: "deed", about: "add, list or revoke an access key", choices: ["add", "list", "revoke"], isOptional: true },
      { name: "id", about: "of the access key to revoke", isOptional: true },
    ],
    options: {
      rotate: { type: "boolean", about: "give the vault a new master key" },
      reason,
      role: { type: "string", hint: "ROLE", about: "of the access key: ingest, read, reveal or admin" },
      name: { type: "string", hint: "TEXT", about: "what it is for" },
      project: { type: "string", hint: "NAME", about: "whose recordings it opens (default default)" },
      expires: { type: "string", hint: "DAYS", about: "e.g. 90d (default never)" },
    },
    examples: ["whysaid keys", "whysaid keys --rotate --reason yearly", "whysaid keys add --role ingest --name mila --expires 365d", "whysaid keys list", "whysaid keys revoke 3f9a01c2"],
    exits: "3 no vault, or no such key · 5 this account does not hold the vault's key",
    load: () => import("./commands/keys.ts"),
  },
];
