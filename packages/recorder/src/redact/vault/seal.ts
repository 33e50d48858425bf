/** AES-256-GCM as the vault uses it: random 96-bit iv, ciphertext, 128-bit tag, in a row; bound to what it stands for. */
import { createCipheriv, createDecipheriv, randomFillSync } from "node:crypto";
import { IV_BYTES, TAG_BYTES } from "./frames.ts";

// Random bytes are drawn in bulk, as for ids: one call of the system's generator costs as much as sealing.
const pool = Buffer.allocUnsafeSlow(4096);
let used = pool.length;
export function randomBytesOf(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return Buffer.from(pool.subarray(used - length, used));
}

export function seal(key: Buffer, plain: Buffer, boundTo: string): Buffer {
  const iv = randomBytesOf(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(boundTo, "utf8"));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** undefined when the key is another one or the bytes were changed. */
export function unseal(key: Buffer, sealed: Buffer, boundTo: string): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(boundTo, "utf8"));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

export const boundKey = (subject: string, slot: string): string => `whysaid vault key ${subject} ${slot}`;
export const boundSpelling = (value: string, tag: string): string => `whysaid vault spelling ${value}~${tag}`;
