/** The keys a person must hold to see or erase originals. Holding one is the right: there is no other list of who may. */
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { derivedKey, readKey, type KeySource } from "@whysaid/recorder/redact";

export interface HeldKeys {
  /** Where the vault's key comes from when it is not `keys/vault.key`. */
  readonly vault?: KeySource;
  /** Where the pseudonyms' key comes from when it is not `keys/pseudonyms.key`. */
  readonly pseudonyms?: KeySource;
}

/** @throws WhysaidError `NOT_ALLOWED` when the key is not there to be read */
export const vaultKey = (directory: string, held: HeldKeys): Buffer => derivedKey(held.vault === undefined ? fileKey(join(directory, "keys", "vault.key"), "reveal or erase originals") : given(held.vault, "reveal or erase originals"), "vault");
/** As it is read: what needs it derives it. */
export const pseudonymsKey = (directory: string, held: HeldKeys): Buffer => (held.pseudonyms === undefined ? fileKey(join(directory, "keys", "pseudonyms.key"), "find a person's pseudonyms") : given(held.pseudonyms, "find a person's pseudonyms"));

const fileKey = (file: string, right: string): Buffer => given({ file, create: false }, right);
function given(source: KeySource, right: string): Buffer {
  try {
    return readKey(source);
  } catch (cause) {
    throw new WhysaidError("NOT_ALLOWED", `this account does not hold the key to ${right}`, { fix: "Run it where the key can be read, or name the key's file with --key or its environment variable with --key-env.", cause });
  }
}
