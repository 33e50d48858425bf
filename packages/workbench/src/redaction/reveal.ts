/** A trace's true names, for who holds the vault's key and says why: the deed is in the audit log before anything is shown. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { WhysaidError, isTraceId, pseudonymsIn } from "@whysaid/recorder/format";
import { createRedactor, openVault, type Vault } from "@whysaid/recorder/redact";
import { AuditLog } from "./audit.ts";
import { pseudonymsKey, vaultKeys, type HeldKeys } from "./keys.ts";

export interface RevealRequest {
  /** `.whysaid`. */
  readonly directory: string;
  readonly traceId: string;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
  readonly keys?: HeldKeys;
}

/** What a revealed value holds, and what it could not be given back. */
export interface Revealed<T> {
  readonly value: T;
  /** Pseudonyms that got their originals back, each spelling once. */
  readonly revealed: number;
  /** Pseudonyms that stayed: their subject was erased, or they were sealed under another key or in another vault. */
  readonly left: number;
}

/**
 * @param value  anything read from the store: every string in it is revealed
 * @throws WhysaidError `REASON_MISSING`, `NOT_ALLOWED`, `AUDIT_UNWRITABLE`, `VAULT_MISSING`
 */
export function reveal<T>(value: T, request: RevealRequest): Revealed<T> {
  const { directory, keys = {} } = request;
  const reason = request.reason.trim();
  if (reason.length < 3) throw new WhysaidError("REASON_MISSING", "revealing originals needs a reason", { fix: 'Say why in words: --reason "support ticket 4711".' });
  if (!isTraceId(request.traceId)) throw new WhysaidError("TRACE_NOT_FOUND", "that is no trace id", { fix: "`whysaid list` shows the traces with their ids." });
  const vault = openVault({ dir: join(directory, "vault"), keys: vaultKeys(directory, keys) });
  const found = new Set(stringsOf(value).flatMap((text) => [...pseudonymsIn(text)].map((one) => one.text)));
  const revealed = [...found].filter((text) => vault.reveal(text) !== text).length;
  new AuditLog(directory).append({ atMs: request.atMs, actor: request.actor, action: "reveal", about: request.traceId, reason: redactedReason(reason, directory, keys), details: { revealed, left: found.size - revealed } });
  return { value: revealedValue(value, vault) as T, revealed, left: found.size - revealed };
}

/** Reasons are written by people and may name one. The log can't be changed when that person is erased, so not even a pseudonym stands in it: `[PERSON]`. */
export function redactedReason(reason: string, directory: string, keys: HeldKeys): string {
  const redacted = createRedactor({ key: reasonKey(directory, keys), vault: "none" }).root.text(reason, { signal: "metadata" });
  let written = "";
  let at = 0;
  for (const one of pseudonymsIn(redacted)) {
    written += `${redacted.slice(at, one.start)}[${one.type}]`;
    at = one.end;
  }
  return written + redacted.slice(at);
}
function reasonKey(directory: string, keys: HeldKeys): Buffer {
  try {
    return pseudonymsKey(directory, keys);
  } catch {
    return randomBytes(32);
  }
}

function revealedValue(value: unknown, vault: Vault): unknown {
  if (typeof value === "string") return vault.reveal(value);
  if (Array.isArray(value)) return value.map((one) => revealedValue(one, vault));
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [vault.reveal(key), revealedValue(one, vault)]));
  return value;
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsOf(one)]);
}
