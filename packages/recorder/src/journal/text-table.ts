/** The texts a segment has defined so far, and those the entry being built adds. Capture sees it as `TextTable`; the journal commits or rolls back. */
import { crc32 } from "../format/crc32.ts";
import type { RedactedText, TextRef } from "../format/index.ts";
import type { TextTable } from "./journal.ts";

/** V8 hashes a string longer than this by its length alone: prompts of one template and one length would all collide (measured: 1.7 ms a lookup among 2,000). */
const HASHED_UNITS = 16_383;
/** V8 makes `slice` of this many units or more a view that keeps the whole it was cut from. */
const VIEW_UNITS = 13;

export class SegmentTexts implements TextTable {
  /** Keyed by the text itself: exact, and free for a string object that was looked up before (its hash is cached in it). */
  readonly #refs = new Map<string, TextRef>();
  /** Texts too long to be hashed, by CRC-32. */
  readonly #long = new Map<number, { readonly text: string; readonly ref: TextRef }[]>();
  #next = 0;
  #fresh: [TextRef, RedactedText][] = [];
  /** Texts from `#from` up to `#mine` are being defined by an entry around the one being built, and will stand after it. */
  #from = 0;
  #mine = 0;

  ref(text: RedactedText): TextRef {
    const known = text.length > HASHED_UNITS ? this.#longOf(text)?.ref : this.#refs.get(text);
    if (known !== undefined && (known < this.#from || known >= this.#mine)) return known;
    const ref = this.#next;
    this.#next += 1;
    this.#fresh.push([ref, text]);
    this.#keep(text, ref);
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
  get fresh(): readonly (readonly [TextRef, RedactedText])[] {
    return this.#fresh;
  }

  /** The entry is not written: its texts are unknown again. Their numbers are not used a second time, for who knows what of it reached the disk. */
  rollback(): void {
    for (const [ref, text] of this.#fresh) {
      if (text.length > HASHED_UNITS) {
        const bucket = this.#long.get(crcOf(text));
        bucket?.splice(0, bucket.length, ...bucket.filter((kept) => kept.ref !== ref));
      } else if (this.#refs.get(text) === ref) this.#refs.delete(text);
    }
    this.#fresh = [];
  }

  /** A new segment: nothing is defined. */
  clear(): void {
    this.#refs.clear();
    this.#long.clear();
    this.#fresh = [];
    this.#next = 0;
    this.#from = 0;
    this.#mine = 0;
  }

  #longOf(text: string): { readonly ref: TextRef } | undefined {
    // The latest wins: after a nested entry has defined a text again, both numbers are right.
    return this.#long.get(crcOf(text))?.findLast((kept) => kept.text === text);
  }

  #keep(text: string, ref: TextRef): void {
    // A text is often a slice of a body; kept as it is, 1 KB of new text would hold 120 KB of conversation until the segment ends.
    const own = text.length < VIEW_UNITS ? text : ` ${text}`.slice(1);
    if (text.length <= HASHED_UNITS) {
      this.#refs.set(own, ref);
      return;
    }
    const bucket = this.#long.get(crcOf(text));
    if (bucket === undefined) this.#long.set(crcOf(text), [{ text: own, ref }]);
    else bucket.push({ text: own, ref });
  }
}

export interface OuterTexts {
  readonly fresh: [TextRef, RedactedText][];
  readonly from: number;
  readonly mine: number;
}

/** Of the low byte of each unit: cheap, and a bucket compares the texts themselves. */
const crcOf = (text: string): number => crc32(Buffer.from(text, "latin1"));
