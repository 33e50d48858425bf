/**
 * The keyed hash texts are known by across journals, processes and machines: HMAC-SHA-256 over the redacted text, first 16 bytes. Keyed, so that
 * a store that falls into wrong hands does not answer "is this sentence in it?".
 */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";

export const HASH_BYTES = 16;
const KEY_BYTES = 32;

export interface TextHasher {
  /** Names the key, tells nothing about it: 16 hex digits. */
  readonly keyId: string;
  of(bytes: Uint8Array): Buffer;
}

export function textHasher(key: Uint8Array): TextHasher {
  return {
    keyId: createHash("sha256").update("whysaid text-hash key id").update(key).digest("hex").slice(0, 16),
    of: (bytes) => createHmac("sha256", key).update(bytes).digest().subarray(0, HASH_BYTES),
  };
}

/**
 * The key in `<keysDir>/text-hash.key`, made on first use, readable by its owner only.
 *
 * @throws WhysaidError `STORE_KEY_UNREADABLE`
 */
export function readTextHashKey(keysDir: string): Buffer {
  const path = join(keysDir, "text-hash.key");
  try {
    return parseKey(readFileSync(path, "latin1"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw unreadable(path, cause);
  }
  try {
    mkdirSync(keysDir, { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}.${randomBytes(6).toString("hex")}`;
    writeFileSync(draft, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
    chmodSync(draft, 0o600);
    try {
      linkSync(draft, path); // whole or not at all, and only the first of two processes succeeds
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    } finally {
      rmSync(draft, { force: true });
    }
    return parseKey(readFileSync(path, "latin1"));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text.trim(), "hex");
  if (key.length !== KEY_BYTES) throw new TypeError("not 64 hex digits");
  return key;
}

const unreadable = (path: string, cause: unknown): WhysaidError =>
  new WhysaidError("STORE_KEY_UNREADABLE", `the store's key cannot be read or made at ${path}`, { fix: "Make the file readable and its directory writable for this user, or restore the file from a backup.", cause });
