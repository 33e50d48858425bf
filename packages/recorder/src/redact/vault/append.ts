/**
 * The vault as the recorder has it: append only. A spelling is in the file before the entry that shows its pseudonym is written, so `kill -9` cannot take it.
 *
 * Processes agree without locks: each appends its frames with one write, then reads on from where it had read to; what stands earlier in the file was claimed first.
 */
import { closeSync, constants, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { WhysaidError } from "../../format/errors.ts";
import { keyIdOf } from "../keys.ts";
import { MAX_PAYLOAD_BYTES, keyFrame, readFrames, sealedFrame, type VaultFrame } from "./frames.ts";
import { boundKey, boundSpelling, randomBytesOf, seal } from "./seal.ts";
import { HashTable, Suffixes, hash53 } from "./suffixes.ts";
import { SUFFIX_LENGTH, type Claim, type VaultWriter } from "./writer.ts";

export const vaultFile = (dir: string): string => join(dir, "originals.vault");

export interface VaultAppenderOptions {
  /** `.whysaid/vault`. */
  readonly dir: string;
  /** Wraps the data keys. */
  readonly key: Buffer;
  /** Survive a power cut, not only the process's death: waits for the disk. Default false. */
  readonly sync?: boolean;
  readonly onProblem: (problem: WhysaidError) => void;
}

interface DataKey {
  readonly slot: Buffer;
  readonly key: Buffer;
  readonly epoch: number;
}
const MAX_DATA_KEYS = 10_000;
const CHUNK_BYTES = 1 << 20;

export class VaultAppender implements VaultWriter {
  readonly #options: VaultAppenderOptions;
  readonly #keyId: string;
  readonly #suffixes = new Suffixes();
  /** Spellings sealed under a subject, by hash; see `#sealedKey`. */
  readonly #sealed = new HashTable();
  /** How often a subject was erased: what was sealed before counts no more. */
  readonly #epochs = new Map<string, number>();
  readonly #dataKeys = new Map<string, DataKey>();
  #descriptor: number | undefined;
  #readTo = 0;
  #brokenUntilMs = 0;

  constructor(options: VaultAppenderOptions) {
    this.#options = options;
    this.#keyId = keyIdOf(options.key);
  }

  claim(claims: readonly Claim[]): readonly string[] {
    try {
      if (Date.now() < this.#brokenUntilMs) return claims.map(unsealed);
      this.#open();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const missing = claims.filter((one) => this.#sealed.get(this.#sealedKey(one)) === undefined);
        if (missing.length === 0) break;
        // Others may have sealed them, or erased the subject, since we last looked.
        if (attempt === 0 && this.#catchUp()) continue;
        this.#append(missing);
        this.#catchUp();
      }
      return claims.map((one) => this.#suffixes.of(one.value, one.tag));
    } catch (cause) {
      this.#brokenUntilMs = Date.now() + 1_000;
      this.#close();
      this.#options.onProblem(
        new WhysaidError("VAULT_UNWRITABLE", `cannot append to ${vaultFile(this.#options.dir)}; new pseudonyms cannot be revealed`, {
          fix: "Make the vault's directory writable and give it space; recording goes on without it.",
          cause,
        }),
      );
      return claims.map(unsealed);
    }
  }

  close(): void {
    this.#close();
  }

  #open(): void {
    if (this.#descriptor !== undefined) return;
    const file = vaultFile(this.#options.dir);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#descriptor = openSync(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
    this.#catchUp();
  }
  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(claims: readonly Claim[]): void {
    const frames: Buffer[] = [];
    for (const one of claims) {
      let dataKey = this.#dataKeys.get(one.subject);
      if (dataKey === undefined || dataKey.epoch !== this.#epochOf(one.subject)) {
        dataKey = { slot: randomBytesOf(8), key: randomBytesOf(32), epoch: this.#epochOf(one.subject) };
        if (this.#dataKeys.size >= MAX_DATA_KEYS) this.#dataKeys.clear();
        this.#dataKeys.set(one.subject, dataKey);
        frames.push(keyFrame(one.subject, dataKey.slot, this.#keyId, seal(this.#options.key, dataKey.key, boundKey(one.subject, dataKey.slot.toString("hex")))));
      }
      const sealed = seal(dataKey.key, Buffer.from(one.surface, "utf16le"), boundSpelling(one.value, one.tag));
      if (sealed.length < MAX_PAYLOAD_BYTES / 2) frames.push(sealedFrame(one.subject, dataKey.slot, one.value, one.tag, sealed));
    }
    const bytes = Buffer.concat(frames);
    const descriptor = this.#descriptor as number;
    // One write(2) in append mode: frames of several processes never mix.
    const written = writeSync(descriptor, bytes);
    if (written !== bytes.length) throw new Error("the write was cut short");
    if (this.#options.sync === true) fdatasyncSync(descriptor);
  }

  /** Read what was appended since, by whomever. False when there was nothing. */
  #catchUp(): boolean {
    const descriptor = this.#descriptor as number;
    const size = fstatSync(descriptor).size;
    if (size < this.#readTo) this.#readTo = 0;
    const before = this.#readTo;
    let chunk = CHUNK_BYTES;
    while (this.#readTo < size) {
      const bytes = Buffer.allocUnsafe(Math.min(chunk, size - this.#readTo));
      const got = readSync(descriptor, bytes, 0, bytes.length, this.#readTo);
      if (got === 0) break;
      const used = readFrames(bytes.subarray(0, got), this.#readTo, (frame) => this.#apply(frame));
      if (used === 0 && this.#readTo + got >= size) break;
      if (used === 0) chunk *= 2;
      this.#readTo += used;
    }
    return this.#readTo > before;
  }

  #apply(frame: VaultFrame): void {
    if (frame.kind === "S") {
      this.#suffixes.of(frame.value, frame.tag);
      this.#sealed.set(this.#sealedKey(frame), 1);
    } else if (frame.kind === "E") {
      this.#epochs.set(frame.subject, this.#epochOf(frame.subject) + 1);
      this.#dataKeys.delete(frame.subject);
    }
  }

  #sealedKey(one: Pick<Claim, "value" | "tag" | "subject">): number {
    return hash53(`${one.value}~${one.tag}@${one.subject}#${this.#epochOf(one.subject)}`);
  }
  #epochOf(subject: string): number {
    return this.#epochs.get(subject) ?? 0;
  }
}

const unsealed = (one: Claim): string => one.tag.slice(0, SUFFIX_LENGTH);
