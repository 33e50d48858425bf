/** What every part of a bundle draws with: the trace's marks and colours, the places that can be linked to, and recorded text as text. */
import { html, raw } from "hono/html";
import { pseudonymsIn, type PlacedPseudonym, type Reconstruction } from "@whysaid/recorder/format";
import { count } from "../../marks/amounts.ts";
import { linksOf, originalChunks, textPointer, type Links } from "../../marks/links.ts";
import { coloursOf, identityOf, type ColourOf } from "../../marks/people.ts";
import { piecesOf, type Mark, type Piece } from "../../marks/pieces.ts";
import { safe } from "../../marks/visible.ts";

export type Html = ReturnType<typeof html>;
export { html, raw };

/** Longer texts are cut: a ticket takes a few megabytes, and nobody reads on there. What is cut says how much and how to see it. */
const MOST_TEXT = 60_000;
const SHOWN_OF_PART = 4;
const LONGEST_WHOLE = 24;
/** The mark that is drawn where several lie. */
const strength: readonly Mark["tone"][] = ["other", "wrong-origin", "nowhere", "gap", "derived", "sourced", "origin", "evidence"];

/** Where a pointer's text stands in the file. */
export const anchorOf = (at: string): string => `at-${at.replaceAll(/[^A-Za-z0-9_]+/g, "-").replace(/-$/, "")}`;
export const shortName = ({ parts }: Pick<PlacedPseudonym, "parts">): string => parts.map((part) => part.slice(0, SHOWN_OF_PART)).join("·");

export class Drawing {
  readonly story: Reconstruction;
  readonly links: Links;
  readonly colourOf: ColourOf;
  /** The same chunks stand in every call; they are drawn where they stand first. */
  readonly original: (at: string) => string;
  readonly #anchors = new Set<string>();
  readonly #pseudonyms = new Map<string, PlacedPseudonym>();

  constructor(story: Reconstruction) {
    this.story = story;
    this.links = linksOf(story, story.findings, story.provenance);
    this.colourOf = coloursOf(story);
    this.original = originalChunks(story);
  }

  /** A text with its marks; `at` is its pointer in the reconstruction. Without one it has no marks of its own. */
  text(text: string, at?: string, marks: readonly Mark[] = []): Html {
    const cut = text.length > MOST_TEXT ? safeCut(text) : text.length;
    const own = at === undefined ? [] : this.links.marksAt(at);
    const pieces = piecesOf(text.slice(0, cut), [...own, ...marks]).map((piece) => this.#piece(piece));
    if (cut === text.length) return html`${pieces}`;
    return html`${pieces}<span class="soft"> … ${count(text.length - cut)} more characters${at === undefined ? "" : html` (whysaid show ${this.story.traceId} --unfold ${at})`}</span>`;
  }

  /** A block of its own that evidence can lead to. */
  block(text: string, at: string, kind = ""): Html {
    return html`<div class="v ${kind}" id="${this.anchor(at)}">${this.text(text, at)}</div>`;
  }

  /** @returns the id to put on an element; the first that asks for it has it */
  anchor(at: string): string {
    const id = anchorOf(at);
    if (this.#anchors.has(id)) return `${id}-again-${this.#anchors.size}`;
    this.#anchors.add(id);
    return id;
  }

  /** A link to where a pointer's text is drawn, or its name alone when it is drawn nowhere. Asked for after the rest is drawn. */
  place(at: string, name: string): Html {
    let pointer = textPointer(this.original(at));
    // What is drawn as a part of something: the whole of that.
    while (pointer !== "" && !this.#anchors.has(anchorOf(pointer))) pointer = pointer.slice(0, Math.max(0, pointer.lastIndexOf("."), pointer.lastIndexOf("[")));
    return pointer === "" ? html`<code>${safe(name)}</code>` : html`<a href="#${anchorOf(pointer)}"><code>${safe(name)}</code></a>`;
  }

  /** Every pseudonym drawn, each identity once. */
  get people(): readonly PlacedPseudonym[] {
    return [...this.#pseudonyms.values()];
  }

  #piece(piece: Piece): Html | string {
    const inner = piece.pseudonym === null ? safe(piece.text) : this.#chip(piece.pseudonym);
    if (piece.marks.length === 0) return inner;
    const tone = strength.find((one) => piece.marks.some((mark) => mark.tone === one)) ?? "evidence";
    // A number broken over two lines reads as two.
    const isWhole = piece.text.length <= LONGEST_WHOLE || piece.pseudonym !== null;
    return html`<mark class="m m-${tone}${isWhole ? " whole" : ""}" title="${safe(piece.marks.find((mark) => mark.tone === tone)?.says ?? "")}">${inner}</mark>`;
  }

  #chip(pseudonym: PlacedPseudonym): Html {
    const identity = identityOf(pseudonym);
    if (!this.#pseudonyms.has(identity)) this.#pseudonyms.set(identity, pseudonym);
    return html`<span class="ps ${this.colourOf(pseudonym)}" title="${pseudonym.text}"><small>${pseudonym.type.toLowerCase().replaceAll("_", " ")}</small> ${shortName(pseudonym)}</span>`;
  }
}

/** Never through a surrogate pair or a pseudonym. */
function safeCut(text: string): number {
  const opened = text.lastIndexOf("⟦", MOST_TEXT);
  const split = [...pseudonymsIn(text.slice(Math.max(0, opened), opened + 400))].find(({ start, end }) => opened + start < MOST_TEXT && opened + end > MOST_TEXT);
  const end = opened >= 0 && split !== undefined ? opened : MOST_TEXT;
  return /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
