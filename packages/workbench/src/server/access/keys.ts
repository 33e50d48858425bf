/**
 * Access keys: `keys/access.json` of the directory, owner only. A key is shown once when it is made; what is kept is its SHA-256 (it is 256 random bits, which no
 * dictionary holds). Changed by `whysaid keys`, read anew by a running server as soon as the file changes.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { isRole, mayDo, type Role } from "./rights.ts";

export interface AccessKey {
  /** 8 hex digits, part of the key: names it without giving it away. */
  readonly id: string;
  readonly role: Role;
  readonly project: string;
  /** What it is for, in the operator's words. */
  readonly name: string;
  readonly createdAtMs: number;
  /** null never expires. */
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
}
interface KeptKey extends AccessKey {
  readonly sha256: string;
}
export type KeyVerdict = { readonly outcome: "good"; readonly key: AccessKey } | { readonly outcome: "unknown" | "expired" | "revoked" };

const KEY = /^wsk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$/;
const digest = (secret: string): Buffer => createHash("sha256").update(secret).digest();
/** Compared with when there is no such key, so that an unknown id takes as long as a wrong secret. */
const NOBODY = digest("");

export class AccessKeys {
  readonly #file: string;
  #kept: readonly KeptKey[] = [];
  #version = "";

  /** @param directory  `.whysaid` */
  constructor(directory: string) {
    this.#file = join(directory, "keys", "access.json");
  }

  /** @returns the whole key, for the one time it is shown */
  add(given: Pick<AccessKey, "role" | "project" | "name" | "expiresAtMs">, nowMs: number): { readonly key: AccessKey; readonly secret: string } {
    const id = randomBytes(4).toString("hex");
    const secret = `wsk_${id}_${randomBytes(32).toString("base64url")}`;
    const key: AccessKey = { id, ...given, createdAtMs: nowMs, revokedAtMs: null };
    this.#write([...this.#read(), { ...key, sha256: digest(secret).toString("hex") }]);
    return { key, secret };
  }

  list(): readonly AccessKey[] {
    return this.#read().map(publicPart);
  }

  /** @returns false when there is no such key */
  revoke(id: string, nowMs: number): boolean {
    const kept = this.#read();
    if (!kept.some((key) => key.id === id)) return false;
    this.#write(kept.map((key) => (key.id === id && key.revokedAtMs === null ? { ...key, revokedAtMs: nowMs } : key)));
    return true;
  }

  judge(secret: string, nowMs: number): KeyVerdict {
    const id = KEY.exec(secret)?.[1];
    const kept = this.#read().find((key) => key.id === id);
    const isRight = timingSafeEqual(digest(secret), kept === undefined ? NOBODY : Buffer.from(kept.sha256, "hex"));
    if (kept === undefined || !isRight) return { outcome: "unknown" };
    if (kept.revokedAtMs !== null) return { outcome: "revoked" };
    if (kept.expiresAtMs !== null && kept.expiresAtMs <= nowMs) return { outcome: "expired" };
    return { outcome: "good", key: publicPart(kept) };
  }

  /** Tickets are signed with what we keep of a key that may append: its hash. null when there is no such key, or none that is good. */
  ticketKey(id: string, nowMs: number): { readonly signingKey: Buffer; readonly project: string } | null {
    const kept = this.#read().find((key) => key.id === id);
    if (kept === undefined || kept.revokedAtMs !== null || (kept.expiresAtMs !== null && kept.expiresAtMs <= nowMs) || !mayDo(kept.role, "ingest")) return null;
    return { signingKey: Buffer.from(kept.sha256, "hex"), project: kept.project };
  }

  /** Is there a key that opens anything? */
  hasAny(nowMs: number): boolean {
    return this.#read().some(({ revokedAtMs, expiresAtMs }) => revokedAtMs === null && (expiresAtMs === null || expiresAtMs > nowMs));
  }

  #read(): readonly KeptKey[] {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    const version = found === undefined ? "" : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (version === this.#version) return this.#kept;
    this.#kept = found === undefined ? [] : keysIn(readFileSync(this.#file, "utf8"), this.#file);
    this.#version = version;
    return this.#kept;
  }

  #write(keys: readonly KeptKey[]): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#file);
    if (!existsSync(this.#file)) throw unreadable(this.#file);
    this.#version = "";
  }
}

function publicPart(kept: KeptKey): AccessKey {
  const { sha256: _hash, ...key } = kept;
  return key;
}

function keysIn(text: string, file: string): readonly KeptKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(file);
  }
  const { keys } = (value ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every(isKept)) throw unreadable(file);
  return keys;
}
function isKept(value: unknown): value is KeptKey {
  const key = value as Partial<KeptKey> | null;
  return typeof key === "object" && key !== null && typeof key.id === "string" && isRole(key.role) && typeof key.project === "string" && typeof key.sha256 === "string" && /^[0-9a-f]{64}$/.test(key.sha256);
}
/** Nobody is let in on a guess: a list that can't be read opens nothing. */
const unreadable = (file: string): WhysaidError => new WhysaidError("ACCESS_KEYS_UNREADABLE", `the access keys in ${file} cannot be read`, { fix: "Restore the file from a backup, or remove it and make new keys with `whysaid keys add`." });
