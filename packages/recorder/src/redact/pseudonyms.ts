/**
 * Taken values become pseudonyms: keyed parts for what is equal, a suffix for how it was spelled. Equal values get equal parts on every machine with the same
 * key; without the key nobody can tell which value a part stands for, or try values out.
 */
import { createHmac, randomBytes } from "node:crypto";
import { PART_LENGTH, bracketed, type PseudonymForm } from "../format/pseudonym.ts";
import { canonicalParts } from "./canonical.ts";
import type { Taken } from "./taken.ts";
import { SUFFIX_LENGTH, type Claim, type VaultWriter } from "./vault/writer.ts";

/**
 * - `part`  each component of a name has its own part: siblings share the family part, "John" joins with "John Smith"
 * - `whole` a name is one part: nothing but the same full name joins
 * - `call`  parts differ from trace to trace: values join within one answer's trace only
 */
export type Linkability = "part" | "whole" | "call";

/** Crockford's alphabet: no i, l, o, u, so a part read aloud or retyped stays itself. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** First 60 bits of a hash in Crockford base32. */
export function base32(hash: Uint8Array, length: number = PART_LENGTH): string {
  let text = "";
  for (let index = 0; index < length; index += 1) {
    const bit = index * 5;
    const pair = ((hash[bit >> 3] as number) << 8) | (hash[(bit >> 3) + 1] as number);
    text += ALPHABET.charAt((pair >> (11 - (bit & 7))) & 31);
  }
  return text;
}

const REMEMBERED = 20_000;
/** Of one surface. */
const MOST_BODIES = 8;

export interface PseudonymOptions {
  readonly key: Buffer;
  readonly tenant: string;
  readonly linkability: Linkability;
  readonly form: PseudonymForm;
  readonly vault: VaultWriter | undefined;
}

export class Pseudonyms {
  readonly #options: PseudonymOptions;
  readonly #typeKeys = new Map<string, Buffer>();
  readonly #parts = new Map<string, string>();
  /** By surface, then by what else decides: most surfaces have one body. */
  readonly #bodies = new Map<string, Remembered>();
  readonly #salt: string;

  constructor(options: PseudonymOptions) {
    this.#options = options;
    this.#salt = options.linkability === "call" ? randomBytes(12).toString("base64") : "";
  }

  /** A set of pseudonyms that joins with no other, for `linkability: "call"`; this one otherwise. */
  forCall(): Pseudonyms {
    return this.#options.linkability === "call" ? new Pseudonyms(this.#options) : this;
  }

  /** The pseudonyms of the stretches taken of one text, all new spellings sealed in the vault before they are returned. */
  of(all: readonly Taken[], raw: string): readonly string[] {
    const made: string[] = [];
    let news: { readonly surface: string; readonly index: number; readonly claim: Claim }[] | undefined;
    for (const [index, taken] of all.entries()) {
      const surface = raw.slice(taken.start, taken.end);
      const body = this.#remembered(surface, taken);
      made.push(body === undefined ? "" : this.#shown(body, taken));
      if (body === undefined) (news ??= []).push({ surface, index, claim: this.#claim(taken, surface) });
    }
    if (news === undefined) return made;
    const claims = news.map((one) => one.claim);
    const suffixes = this.#options.vault?.claim(claims) ?? claims.map((one) => one.tag.slice(0, SUFFIX_LENGTH));
    for (const [at, { surface, index, claim }] of news.entries()) {
      const body = `${claim.value}~${suffixes[at] as string}`;
      const taken = all[index] as Taken;
      const known = this.#bodies.get(surface);
      // a first name of many subjects: the latest few are asked for again
      const next = known === undefined || known.depth >= MOST_BODIES ? undefined : known;
      bounded(this.#bodies, surface, { type: taken.type, value: taken.value, parts: taken.parts, identity: taken.identity, body, depth: next === undefined ? 1 : next.depth + 1, next });
      made[index] = this.#shown(body, taken);
    }
    return made;
  }

  #remembered(surface: string, taken: Taken): string | undefined {
    for (let known = this.#bodies.get(surface); known !== undefined; known = known.next)
      if (known.type === taken.type && known.value === taken.value && known.identity === taken.identity && equal(known.parts, taken.parts)) return known.body;
    return undefined;
  }

  #shown(body: string, taken: Taken): string {
    if (taken.quote === undefined) return bracketed(body, this.#options.form);
    return `${taken.quote}"${bracketed(`${body}#`, this.#options.form)}${taken.quote}"`;
  }

  /** Type and keyed parts of one canonical value: `PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz`. */
  valueOf(type: string, canonical: readonly string[]): string {
    const joined = this.#options.linkability === "whole" ? [canonical.join(" ")] : canonical;
    return `${type}:${joined.map((part) => this.#part(type, part)).join(".")}`;
  }

  #claim(taken: Taken, surface: string): Claim {
    const type = /^[A-Z][A-Z0-9_]*$/.test(taken.type) ? taken.type : "TEXT";
    const value = this.valueOf(type, taken.parts !== undefined && taken.parts.length > 0 ? taken.parts : canonicalParts(type, taken.value ?? surface));
    return { value, tag: base32(this.#hash("surface", surface)), surface, subject: base32(this.#hash("subject", taken.identity ?? value)) };
  }

  /** The part of one canonical component: what a subject's identifiers are searched by. */
  #part(type: string, canonical: string): string {
    const remembered = `${type}\0${canonical}`;
    let part = this.#parts.get(remembered);
    if (part === undefined) {
      part = base32(this.#hash(type, this.#salt + canonical));
      bounded(this.#parts, remembered, part);
    }
    return part;
  }

  #hash(purpose: string, value: string): Buffer {
    let key = this.#typeKeys.get(purpose);
    if (key === undefined) {
      key = createHmac("sha256", this.#options.key).update(`whysaid pseudonym 1\0${this.#options.tenant}\0${purpose}`).digest();
      this.#typeKeys.set(purpose, key);
    }
    return createHmac("sha256", key).update(value).digest();
  }

  /** A keyed hash of something that is not kept: equal images have equal hashes, and the hash says nothing about the image. */
  hashOf(content: string): string {
    return base32(this.#hash("media", content));
  }

  /** The key a subject's data key is filed under in the vault. */
  subjectOf(identity: string): string {
    return base32(this.#hash("subject", identity));
  }
}

/** A body that was made, and all that decided it. */
interface Remembered {
  readonly type: string;
  readonly value: string | undefined;
  readonly parts: readonly string[] | undefined;
  readonly identity: string | undefined;
  readonly body: string;
  /** Bodies in the chain from here. */
  readonly depth: number;
  readonly next: Remembered | undefined;
}

const equal = (one: readonly string[] | undefined, other: readonly string[] | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && one.length === other.length && one.every((part, index) => part === other[index]));

function bounded<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= REMEMBERED) {
    // Oldest first: a Map remembers the order of insertion.
    let drop = REMEMBERED / 4;
    for (const old of map.keys()) {
      if (drop-- <= 0) break;
      map.delete(old);
    }
  }
  map.set(key, value);
}
