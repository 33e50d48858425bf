/** The redactor a query goes through: with the key the recordings' pseudonyms were made with, so that equal names are equal words. Seals nothing, writes nothing. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createRedactor } from "@whysaid/recorder/redact";
import type { Redact } from "./query.ts";

/** @param keysDir  where `pseudonyms.key` lies; without it names are still taken out, but find no pseudonym */
export function queryRedactor(keysDir: string): Redact {
  const file = join(keysDir, "pseudonyms.key");
  const redactor = createRedactor({ key: existsSync(file) ? { file, create: false } : randomBytes(32), vault: "none" });
  return (text) => redactor.root.with({}).explain(text, { signal: "completion" });
}
