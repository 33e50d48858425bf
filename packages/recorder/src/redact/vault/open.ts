/**
 * The vault as people with the key have it: reveal pseudonyms, erase a subject, change the master key. Used by `whysaid reveal` and `whysaid erase`; never in the app's process.
 */
import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { WhysaidError } from "../../format/errors.ts";
import { revealWith } from "../../format/pseudonym.ts";
import { keyIdOf } from "../keys.ts";
import { vaultFile } from "./append.ts";
import { WRAPPED_BYTES, emptyFrame, erasedFrame, keyFrame, readFrames, type VaultFrame } from "./frames.ts";
import { boundKey, boundSpelling, seal, unseal } from "./seal.ts";
import { Suffixes } from "./suffixes.ts";

export interface VaultOptions {
  readonly dir: string;
  /** Master keys, newest first; pseudonyms sealed under none of them stay pseudonyms. */
  readonly keys: readonly Buffer[];
}

type KeyFrame = Extract<VaultFrame, { kind: "K" }>;
type SealedFrame = Extract<VaultFrame, { kind: "S" }>;

/** What erasing did. */
export interface Erasure {
  /** Data keys destroyed. */
  readonly keys: number;
  /** Pseudonyms (`PERSON:…~abc`) whose originals were sealed under them. */
  readonly pseudonyms: readonly string[];
}

/**
 * @throws WhysaidError `VAULT_MISSING` when there is no vault in the directory
 */
export function openVault(options: VaultOptions): Vault {
  return new Vault(options);
}

export class Vault {
  readonly #file: string;
  readonly #masters: Map<string, Buffer>;
  readonly #keys: KeyFrame[] = [];
  readonly #dataKeys = new Map<string, Buffer | undefined>();
  readonly #bySlot = new Map<string, KeyFrame[]>();
  readonly #spellings = new Map<string, SealedFrame[]>();
  readonly #bySubject = new Map<string, Set<string>>();
  readonly #erased = new Map<string, number>();

  constructor(options: VaultOptions) {
    this.#file = vaultFile(options.dir);
    this.#masters = new Map(options.keys.map((key) => [keyIdOf(key), key]));
    if (!existsSync(this.#file)) throw new WhysaidError("VAULT_MISSING", `there is no vault in ${options.dir}`, { fix: "Pass the directory the recorder writes to (`.whysaid`), or reveal where the vault is kept." });
    this.#load();
  }

  #load(): void {
    const suffixes = new Suffixes();
    for (const map of [this.#dataKeys, this.#bySlot, this.#spellings, this.#bySubject, this.#erased]) map.clear();
    this.#keys.length = 0;
    readFrames(readFileSync(this.#file), 0, (frame) => {
      if (frame.kind === "K") {
        this.#keys.push(frame);
        const slots = this.#bySlot.get(frame.slot) ?? [];
        slots.push(frame);
        this.#bySlot.set(frame.slot, slots);
      } else if (frame.kind === "E") this.#erased.set(frame.subject, frame.atMs);
      else if (frame.kind === "S") {
        const key = `${frame.value}~${suffixes.of(frame.value, frame.tag)}`;
        const sealed = this.#spellings.get(key) ?? [];
        sealed.push(frame);
        this.#spellings.set(key, sealed);
        const subject = this.#bySubject.get(frame.subject) ?? new Set<string>();
        subject.add(key);
        this.#bySubject.set(frame.subject, subject);
      }
    });
  }

  /** The text with its originals back; byte-exact where every pseudonym could be opened. */
  reveal(text: string): string {
    return revealWith(text, (key) => this.original(key));
  }

  /** The original of one pseudonym (`PERSON:…~abc`), or undefined: unknown, erased, or sealed under a key we do not have. */
  original(pseudonym: string): string | undefined {
    for (const sealed of this.#spellings.get(pseudonym) ?? []) {
      const key = this.#dataKey(sealed.slot);
      const plain = key === undefined ? undefined : unseal(key, sealed.sealed, boundSpelling(sealed.value, sealed.tag));
      if (plain !== undefined) return plain.toString("utf16le");
    }
    return undefined;
  }

  /** Pseudonyms sealed for a subject (`PERSON:…~abc`). */
  pseudonymsOf(subject: string): readonly string[] {
    return [...(this.#bySubject.get(subject) ?? [])];
  }
  /** Subjects something is sealed for under one of these pseudonym values (`ID:…`). */
  subjectsWith(value: string): readonly string[] {
    return [...this.#bySubject].filter(([, keys]) => [...keys].some((key) => key.startsWith(`${value}~`))).map(([subject]) => subject);
  }
  /** When the subject was erased, or undefined. */
  erasedAtMs(subject: string): number | undefined {
    return this.#erased.get(subject);
  }
  get counts(): { readonly subjects: number; readonly spellings: number; readonly erased: number } {
    return { subjects: this.#bySubject.size, spellings: this.#spellings.size, erased: this.#erased.size };
  }

  /**
   * Destroy every data key of subjects: overwritten in place, on the disk before this returns. What was sealed under it is overwritten too, but for values sealed for
   * somebody else as well. Recorders that run meanwhile seal later spellings under a new key.
   */
  erase(subjects: readonly string[], atMs: number): Erasure {
    const gone = new Set(subjects);
    const keys = this.#keys.filter((frame) => gone.has(frame.subject) && frame.wrapped !== undefined);
    const pseudonyms = [...new Set(subjects.flatMap((subject) => this.pseudonymsOf(subject)))];
    const sealed = [...this.#spellings.values()].flat();
    const others = new Set(sealed.filter((frame) => !gone.has(frame.subject)).map((frame) => frame.value));
    const own = sealed.filter((frame) => gone.has(frame.subject) && !others.has(frame.value));
    this.#write([
      ...keys.map((frame) => ({ at: frame.wrappedAt, bytes: Buffer.alloc(WRAPPED_BYTES) })),
      ...own.map((frame) => ({ at: frame.at, bytes: emptyFrame(frame.bytes) })),
    ]);
    this.#append(subjects.map((subject) => erasedFrame(subject, atMs)));
    this.#load();
    return { keys: keys.length, pseudonyms };
  }

  /**
   * Wrap every data key we can open with a new master key and destroy the old wrapping.
   *
   * @returns data keys wrapped anew, and those left as they were because none of our keys opens them
   */
  rotate(newKey: Buffer): { readonly wrapped: number; readonly left: number } {
    const keyId = keyIdOf(newKey);
    const old = this.#keys.filter((frame) => frame.keyId !== keyId && frame.wrapped !== undefined);
    const opened = old.flatMap((frame) => {
      const key = this.#unwrapped(frame);
      return key === undefined ? [] : [{ frame, key }];
    });
    this.#append(opened.map(({ frame, key }) => keyFrame(frame.subject, Buffer.from(frame.slot, "hex"), keyId, seal(newKey, key, boundKey(frame.subject, frame.slot)))));
    this.#write(opened.map(({ frame }) => ({ at: frame.wrappedAt, bytes: Buffer.alloc(WRAPPED_BYTES) })));
    this.#masters.set(keyId, newKey);
    this.#load();
    return { wrapped: opened.length, left: old.length - opened.length };
  }

  #dataKey(slot: string): Buffer | undefined {
    if (this.#dataKeys.has(slot)) return this.#dataKeys.get(slot);
    let key: Buffer | undefined;
    for (const frame of this.#bySlot.get(slot) ?? []) key ??= this.#unwrapped(frame);
    this.#dataKeys.set(slot, key);
    return key;
  }
  #unwrapped(frame: KeyFrame): Buffer | undefined {
    const master = this.#masters.get(frame.keyId);
    return master === undefined || frame.wrapped === undefined ? undefined : unseal(master, frame.wrapped, boundKey(frame.subject, frame.slot));
  }

  #append(frames: readonly Buffer[]): void {
    const descriptor = openSync(this.#file, "a");
    try {
      writeSync(descriptor, Buffer.concat(frames));
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  /** Overwrite in place. */
  #write(changes: readonly { readonly at: number; readonly bytes: Buffer }[]): void {
    const descriptor = openSync(this.#file, "r+");
    try {
      for (const { at, bytes } of changes) writeSync(descriptor, bytes, 0, bytes.length, at);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}
