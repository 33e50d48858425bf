/** What `--key` and `--key-env` say, and who is asking. */
import { userInfo } from "node:os";
import type { HeldKeys } from "../redaction/keys.ts";
import type { CommandOptions } from "./command.ts";

export function heldKeys(options: CommandOptions): HeldKeys {
  const file = options.text("key");
  const env = options.text("key-env");
  return file !== undefined ? { vault: { file, create: false } } : env !== undefined ? { vault: { env } } : {};
}

/** The account, for the audit log. */
export function actor(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
