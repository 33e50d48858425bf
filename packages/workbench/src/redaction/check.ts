/** `whysaid redact`: what a policy would take of texts, by which layer and rule, and what would stay. Writes nothing anywhere. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { createRedactor, type Declared, type RedactorOptions } from "@whysaid/recorder/redact";

export interface CheckedText {
  /** Redacted. */
  readonly text: string;
  /** UTF-16 offsets into the original. */
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string; readonly layer: string; readonly rule: string }[];
}

/** Reads one line `{text, declared?}` at a time. */
export type Checker = (line: string, number: number) => { readonly original: string; readonly checked: CheckedText };

/**
 * @param directory  its keys make the pseudonyms, so that they are those of the recordings; keys of the moment where there are none
 * @param options    the redaction options the app records with
 */
export function checker(directory: string, options: RedactorOptions = {}): Checker {
  const key = join(directory, "keys", "pseudonyms.key");
  const { vault: _, ...rest } = options;
  const redactor = createRedactor({ ...(options.key === undefined ? { key: existsSync(key) ? { file: key, create: false } : randomBytes(32) } : {}), ...rest, vault: "none" });
  return (line, number) => {
    const { text, declared } = parsed(line, number);
    return { original: text, checked: redactor.root.with(declared).explain(text, { signal: "input" }) };
  };
}

function parsed(line: string, number: number): { readonly text: string; readonly declared: Declared } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const { text, declared } = (value ?? {}) as { readonly text?: unknown; readonly declared?: unknown };
  if (typeof text !== "string") throw new WhysaidError("USAGE", `line ${number} is not JSON with a text`, { fix: 'Give one object a line: {"text": "…", "declared": {"subject": {"name": "…"}}}.' });
  return { text, declared: typeof declared === "object" && declared !== null ? declared : {} };
}
