/**
 * The journal's text numbers → the store's, for the entries of one pack. Says on the way which texts are worth a row of their own and which a search
 * should find.
 */
import { WhysaidError, type Entry, type Pieces, type TextOf, type TextRef } from "@whysaid/recorder/format";
import { mapRefs, type RefMap, type TextRole } from "../packing/entry-refs.ts";
import { LOCAL_BASE, LOCALS_PER_PACK, LOST_TEXT } from "../packing/pack.ts";
import type { Recent } from "./recent.ts";
import { answerPart, indexedIn, isWellFormed, notIndexed, type Indexed, type Texts } from "./texts.ts";

/** Punctuation of a body shorter than this stays in its pack until it proves to repeat: most of it has an id or a time in it. */
const SHORT_UNITS = 400;
/** One word of letters, digits and dashes that no one would type: ids, hashes, base64. */
const OPAQUE = /^[\w+/=.:-]{20,}$/;
const SHORTEST_INDEXED_UNITS = 2;

/** What has been learnt of a segment's text numbers. */
export interface KnownNumbers {
  readonly ids: (number | undefined)[];
  readonly opensString: (boolean | undefined)[];
}

export class Renumbering implements RefMap {
  readonly locals: string[] = [];
  readonly #localIds = new Map<string, number>();
  readonly #texts: Pick<Texts, "put" | "remembers">;
  readonly #seenOnce: Recent<string, true>;
  /** Of the whole segment: what a number stood for before. */
  readonly #known: (number | undefined)[];
  readonly #opensString: (boolean | undefined)[];
  readonly #trace: number;
  readonly #textOf: TextOf;
  /** Texts of the trace's answers: they are searched there. "all": whatever a response or a parser brings. */
  readonly #answers: ReadonlySet<string> | "all";
  #mayBeAnswer = false;

  constructor(texts: Pick<Texts, "put" | "remembers">, seenOnce: Recent<string, true>, known: KnownNumbers, trace: number, textOf: TextOf, answers: ReadonlySet<string> | "all") {
    this.#texts = texts;
    this.#seenOnce = seenOnce;
    this.#known = known.ids;
    this.#opensString = known.opensString;
    this.#trace = trace;
    this.#textOf = textOf;
    this.#answers = answers;
  }

  /** The entry with the store's numbers; its texts are stored. */
  entry(entry: Entry): Entry {
    // What was told by hand holds the question as well: only what is known to be an answer is one.
    this.#mayBeAnswer = entry.kind === "response" || entry.kind === "parse" || (entry.kind === "generation" && this.#answers !== "all");
    return mapRefs(entry, this);
  }

  text(ref: TextRef, role: TextRole): TextRef {
    return this.#shared(ref, role === "prose");
  }

  /**
   * Literals and the strings between them take turns (recorder `wire/body-json.ts`): a string stands behind a literal that ends with its
   * opening quote. A string is searched, a literal is not.
   */
  pieces(pieces: Pieces): Pieces {
    const mapped: number[] = [];
    let isString = false;
    for (let at = 0; at < pieces.length; at += 1) {
      const code = pieces[at] as number;
      if (code < 0) {
        at += 1;
        mapped.push(code, pieces[at] as number);
        isString = false;
        continue;
      }
      const style = code % 4;
      const ref = (code - style) / 4;
      if (style !== 0 || isString) {
        mapped.push(this.#string(ref) * 4 + style);
        isString = false;
      } else {
        mapped.push(this.#punctuation(ref) * 4);
        isString = (this.#opensString[ref] ??= this.#read(ref)?.endsWith('"') === true);
      }
    }
    return mapped;
  }

  #string(ref: TextRef): number {
    const known = this.#known[ref];
    if (known !== undefined) return known;
    const text = this.#read(ref);
    return text !== undefined && text.length < SHORT_UNITS && OPAQUE.test(text) ? this.#punctuation(ref) : this.#shared(ref, true);
  }

  #shared(ref: TextRef, isProse: boolean): number {
    const known = this.#known[ref];
    if (known !== undefined) return known;
    const text = this.#read(ref);
    if (text === undefined) return LOST_TEXT;
    const isSearched = isProse && text.length >= SHORTEST_INDEXED_UNITS && !(text.length < 4096 && OPAQUE.test(text));
    const indexed: Indexed = !isSearched ? notIndexed : this.#mayBeAnswer && (this.#answers === "all" || this.#answers.has(text)) ? answerPart : indexedIn;
    return (this.#known[ref] = this.#texts.put(text, this.#trace, indexed));
  }

  #punctuation(ref: TextRef): number {
    const known = this.#known[ref];
    if (known !== undefined) return known;
    const text = this.#read(ref);
    if (text === undefined) return LOST_TEXT;
    const local = this.#localIds.get(text);
    if (local !== undefined) return local;
    const isFresh = text.length < SHORT_UNITS && !this.#texts.remembers(text) && this.#seenOnce.get(text) === undefined;
    if (!isFresh || this.locals.length >= LOCALS_PER_PACK || !isWellFormed(text)) return (this.#known[ref] = this.#texts.put(text, this.#trace, notIndexed));
    this.#seenOnce.set(text, true);
    const id = LOCAL_BASE + this.locals.length;
    this.locals.push(text);
    this.#localIds.set(text, id);
    return id;
  }

  /** undefined for a text that a damaged frame took with it. */
  #read(ref: TextRef): string | undefined {
    try {
      return this.#textOf(ref);
    } catch (cause) {
      if (cause instanceof WhysaidError && cause.code === "TEXT_LOST") return undefined;
      throw cause;
    }
  }
}
