/** The texts a segment has defined so far, and those the entry being built adds. Capture sees it as `TextTable`; the journal commits or rolls back. */
import { crc32 } from "../format/crc32.ts";
import type { RedactedText, TextRef } from "../format/index.ts";
import type { TextTable } from "./journal.ts";

/** V8 makes `slice` of this many units or more a view that keeps the whole it was cut from. */
const VIEW_UNITS = 13;
/** A chain this long is made of texts that look alike where we look, such as one template filled in a thousand times: it goes on by CRC-32. */
const CHAIN_TEXTS = 6;

/** A text the entry being built is the first to use, and how it is spelled inside a JSON string where that is known. */
export type FreshText = readonly [ref: TextRef, text: RedactedText, json?: string];

/** Texts of one key, newest first. */
interface Kept {
  readonly text: string;
  readonly ref: TextRef;
  readonly next: Kept | undefined;
}

/**
 * Texts by a hash of a few of their units, compared whole. Not a `Map` keyed by the text: V8 hashes a string unit by unit once per string object, 1.3 µs
 * a KB for strings fresh from a parser (six times the cost of this), and one of more than 16,383 units by its length alone, so that prompts of one
 * template and length all collide.
 */
export class SegmentTexts implements TextTable {
  readonly #kept = new Map<number, Kept>();
  readonly #alike = new Map<number, Kept>();
  #next = 0;
  #fresh: FreshText[] = [];
  /** Texts from `#from` up to `#mine` are being defined by an entry around the one being built, and will stand after it. */
  #from = 0;
  #mine = 0;

  ref(text: RedactedText, json?: string): TextRef {
    const key = sampleOf(text);
    const head = this.#kept.get(key);
    let known: TextRef | undefined;
    let chained = 0;
    for (let kept = head; kept !== undefined; kept = kept.next) {
      if (kept.text === text) {
        known = kept.ref;
        break;
      }
      chained += 1;
    }
    const isAlike = known === undefined && chained >= CHAIN_TEXTS;
    const crc = isAlike ? crcOf(text) : 0;
    if (isAlike) known = find(this.#alike.get(crc), text);
    if (known !== undefined && (known < this.#from || known >= this.#mine)) return known;
    const ref = this.#next;
    this.#next += 1;
    this.#fresh.push(json === undefined ? [ref, text] : [ref, text, json]);
    // A text is often a slice of a body; kept as it is, 1 KB of new text would hold 120 KB of conversation until the segment ends.
    const own = text.length < VIEW_UNITS ? text : ` ${text}`.slice(1);
    if (isAlike) this.#alike.set(crc, { text: own, ref, next: this.#alike.get(crc) });
    else this.#kept.set(key, { text: own, ref, next: head });
    return ref;
  }

  /**
   * Start the texts of one entry. Building an entry may append another (a redaction problem reported on the way): the inner one is
   * written first, so it may not refer to texts of the outer one.
   *
   * @returns what `resume` takes to go back to the outer entry; undefined when there is none
   */
  begin(nested: boolean): OuterTexts | undefined {
    const outer = nested ? { fresh: this.#fresh, from: this.#from, mine: this.#mine } : undefined;
    if (!nested) this.#from = this.#next;
    this.#mine = this.#next;
    this.#fresh = [];
    return outer;
  }
  resume(outer: OuterTexts | undefined): void {
    if (outer === undefined) return;
    this.#fresh = outer.fresh;
    this.#from = outer.from;
    this.#mine = outer.mine;
  }

  /** What the entry being built has added. */
  get fresh(): readonly FreshText[] {
    return this.#fresh;
  }

  /** The entry is not written: its texts are unknown again. Their numbers are not used a second time, for who knows what of it reached the disk. */
  rollback(): void {
    const refs = new Set(this.#fresh.map(([ref]) => ref));
    for (const [, text] of this.#fresh) {
      forget(this.#kept, sampleOf(text), refs);
      forget(this.#alike, crcOf(text), refs);
    }
    this.#fresh = [];
  }

  /** A new segment: nothing is defined. */
  clear(): void {
    this.#kept.clear();
    this.#alike.clear();
    this.#fresh = [];
    this.#next = 0;
    this.#from = 0;
    this.#mine = 0;
  }
}

export interface OuterTexts {
  readonly fresh: FreshText[];
  readonly from: number;
  readonly mine: number;
}

const SAMPLES = 12;

/** Length, both ends and units spread between them: 0.1 µs whatever the length. */
function sampleOf(text: string): number {
  const last = text.length - 1;
  let hash = text.length;
  if (last < SAMPLES) {
    for (let at = 0; at <= last; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
    return hash;
  }
  const step = last / (SAMPLES - 1);
  for (let sample = 0; sample < SAMPLES; sample += 1) hash = (Math.imul(hash, 31) + text.charCodeAt((sample * step) | 0)) | 0;
  return hash;
}

/** Of the low byte of each unit: cheap, and a chain compares the texts themselves. */
const crcOf = (text: string): number => crc32(Buffer.from(text, "latin1"));

function find(chain: Kept | undefined, text: string): TextRef | undefined {
  for (let kept = chain; kept !== undefined; kept = kept.next) if (kept.text === text) return kept.ref;
  return undefined;
}

function forget(chains: Map<number, Kept>, key: number, refs: ReadonlySet<TextRef>): void {
  const left: Kept[] = [];
  for (let kept = chains.get(key); kept !== undefined; kept = kept.next) if (!refs.has(kept.ref)) left.push(kept);
  const head = left.reduceRight<Kept | undefined>((next, { text, ref }) => ({ text, ref, next }), undefined);
  if (head === undefined) chains.delete(key);
  else chains.set(key, head);
}
