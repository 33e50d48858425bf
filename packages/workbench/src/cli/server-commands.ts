/** The commands about the server, as `commands.ts` declares the others. */
import type { CommandSpec } from "./command.ts";

export const serverCommands: readonly CommandSpec[] = [
  {
    name: "up",
    about: "the server: takes in journals as they are written, answers /api, shows the pages",
    args: [],
    options: {
      host: { type: "string", hint: "ADDRESS", about: "listen here (default 127.0.0.1); elsewhere than on this machine only with keys" },
      port: { type: "string", hint: "N", about: "and here (default 9119; 0 takes any free one)" },
      "public-url": { type: "string", hint: "URL", about: "what browsers call it, behind a proxy" },
      log: { type: "string", hint: "LEVEL", about: "JSON lines on stderr: debug, info (each request), warn (default), error, silent" },
      name: { type: "string", multiple: true, hint: "HOST:PORT", about: "another name it answers to, e.g. of a service in a cluster; may be repeated" },
      oidc: { type: "string", hint: "FILE", about: "people sign in through the OpenID Connect provider this JSON file names" },
      replay: { type: "boolean", about: "the pages may send recorded calls again, where they went, for who has the right `reveal`; the provider's key is read from the environment" },
      "replay-target": { type: "string", hint: "URL", about: "and only to this base URL; implies --replay" },
      "replay-key-env": { type: "string", hint: "NAME", about: "environment variable with the API key (default the provider's, e.g. OPENAI_API_KEY)" },
      "replay-max-tokens": { type: "string", hint: "N", about: "refuse one replay of more tokens than this, in and out, all its calls (default 200000)" },
      "tls-cert": { type: "string", hint: "FILE", about: "certificate chain, PEM" },
      "tls-key": { type: "string", hint: "FILE", about: "its private key, PEM" },
    },
    examples: ["whysaid up", "whysaid up --replay", "whysaid up --host 10.0.0.7 --tls-cert fullchain.pem --tls-key privkey.pem"],
    exits: "5 this address only with keys",
    load: () => import("./commands/up.ts"),
  },
  {
    name: "ship",
    about: "a journal to a server: what is written there, and what died processes left",
    args: [],
    options: {
      to: { type: "string", hint: "URL", about: "the server (default WHYSAID_URL); its key is read from WHYSAID_KEY" },
      once: { type: "boolean", about: "ship what is there now and end" },
      keep: { type: "boolean", about: "leave what is shipped on disk" },
    },
    examples: ["whysaid ship --to https://whysaid.example.org", "whysaid ship --once --dir /var/lib/mila/.whysaid"],
    exits: "4 not everything could be shipped; it stays in the journal",
    load: () => import("./commands/ship.ts"),
  },
];
