/** The keys a person must hold to see or erase originals. Holding one is the right: there is no other list of who may. */
import { randomBytes } from "node:crypto";
import { existsSync, linkSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { KEY_BYTES, derivedKey, keyIdOf, openVault, readKey, type KeySource } from "@whysaid/recorder/redact";
import { AuditLog } from "./audit.ts";

export interface HeldKeys {
  /** Where the vault's key comes from when it is not `keys/vault.key`. */
  readonly vault?: KeySource;
  /** Where the pseudonyms' key comes from when it is not `keys/pseudonyms.key`. */
  readonly pseudonyms?: KeySource;
}

/**
 * The vault's master keys, the current one first. Behind it those it replaced: recorders that have not been restarted since still seal with them.
 *
 * @throws WhysaidError `NOT_ALLOWED` when the current one is not there to be read
 */
export function vaultKeys(directory: string, held: HeldKeys): readonly [Buffer, ...Buffer[]] {
  const right = "reveal or erase originals";
  const current = held.vault === undefined ? fileKey(vaultKeyFile(directory), right) : given(held.vault, right);
  const folder = join(directory, "keys");
  const replaced = existsSync(folder) ? readdirSync(folder).filter((name) => /^vault-[0-9a-f]{16}\.key$/.test(name)).map((name) => fileKey(join(folder, name), right)) : [];
  return [derivedKey(current, "vault"), ...replaced.map((key) => derivedKey(key, "vault"))];
}
export const vaultKeyFile = (directory: string): string => join(directory, "keys", "vault.key");

/**
 * As it is read: what needs it derives it.
 *
 * @throws WhysaidError `NOT_ALLOWED`
 */
export function pseudonymsKey(directory: string, held: HeldKeys): Buffer {
  const right = "find a person's pseudonyms";
  return held.pseudonyms === undefined ? fileKey(join(directory, "keys", "pseudonyms.key"), right) : given(held.pseudonyms, right);
}

const fileKey = (file: string, right: string): Buffer => given({ file, create: false }, right);
function given(source: KeySource, right: string): Buffer {
  try {
    return readKey(source);
  } catch (cause) {
    throw new WhysaidError("NOT_ALLOWED", `this account does not hold the key to ${right}`, { fix: "Run it where the key can be read, or name the key's file with --key or its environment variable with --key-env.", cause });
  }
}

/** The keys of a directory by their names, as ids that say nothing about them. */
export function keysOf(directory: string): readonly { readonly name: string; readonly keyId: string | null }[] {
  const folder = join(directory, "keys");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".key")).sort().map((name) => {
    try {
      return { name, keyId: keyIdOf(readKey({ file: join(folder, name), create: false })) };
    } catch {
      return { name, keyId: null };
    }
  });
}

export interface Rotation {
  readonly keyId: string;
  /** Data keys wrapped anew, and those none of our keys opens. */
  readonly wrapped: number;
  readonly left: number;
}

/**
 * Give the vault a new master key. The old one is kept as `vault-<id>.key` for recorders that still run with it; when they have been restarted, rotate again or remove it.
 *
 * @throws WhysaidError `NOT_ALLOWED`, `VAULT_MISSING`, `AUDIT_UNWRITABLE`
 */
export function rotateVaultKey(directory: string, by: { readonly actor: string; readonly atMs: number; readonly reason: string }): Rotation {
  const file = vaultKeyFile(directory);
  const keys = vaultKeys(directory, {});
  const vault = openVault({ dir: join(directory, "vault"), keys });
  const next = randomBytes(KEY_BYTES);
  const keyId = keyIdOf(next);
  new AuditLog(directory).append({ ...by, action: "rotate", about: keyId, details: {} });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${next.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  // The old key is safe under its own name before the new one takes its place, and the data keys are wrapped after: at no moment can nothing open them.
  linkSync(file, join(directory, "keys", `vault-${keyIdOf(readKey({ file, create: false }))}.key`));
  renameSync(draft, file);
  return { keyId, ...vault.rotate(derivedKey(next, "vault")) };
}
