/** Lines for a terminal: labels in a column, wrapped text beside them, headings with their time at the right edge. All recorded text comes in through `safe`. */
import stringWidth from "fast-string-width";
import { wrapAnsi } from "fast-wrap-ansi";
import type { Output, Style } from "../output.ts";
import { safe } from "../terminal-safe.ts";
import { count } from "./amounts.ts";
import { shortPath, type FoldLimits, type Folding } from "./fold.ts";

const LABEL_COLUMNS = 11;
const MARGIN = "  ";

export interface TextOptions {
  readonly path: string;
  readonly limits: FoldLimits;
  readonly style?: Style;
}

export class Page {
  readonly output: Output;
  readonly folding: Folding;

  constructor(output: Output, folding: Folding) {
    this.output = output;
    this.folding = folding;
  }

  get columns(): number {
    return this.output.columns;
  }
  get textColumns(): number {
    return this.columns - MARGIN.length - LABEL_COLUMNS;
  }
  paint(text: string, ...styles: readonly Style[]): string {
    return this.output.paint(text, ...styles);
  }

  blank(): void {
    this.output.line();
  }
  /** Our own words, painted or not; wrapped, later lines indented like the first. */
  words(text: string, indent = ""): void {
    for (const line of wrapped(text, this.columns - stringWidth(indent))) this.output.line(`${indent}${line}`);
  }
  heading(left: string, right: string): void {
    const room = this.columns - stringWidth(right) - 2;
    const shown = stringWidth(left) > room ? truncated(left, room) : left;
    this.output.line(`${this.paint(shown, "bold")}${" ".repeat(Math.max(2, this.columns - stringWidth(shown) - stringWidth(right)))}${this.paint(right, "dim")}`);
  }
  /** A label and our own words beside it. */
  row(label: string, text: string, style: Style = "dim"): void {
    this.#beside(label, style, wrapped(text, this.textColumns));
  }
  /** A label and recorded text beside it, folded when it is long. */
  text(label: string, text: string, { path, limits, style }: TextOptions): void {
    const { text: shown, more } = this.folding.fold(text, path, limits);
    const lines = wrapped(safe(shown).trimEnd(), this.textColumns).map((line) => (style === undefined ? line : this.paint(line, style)));
    if (more > 0) lines.push(...wrapped(this.more(more, path), this.textColumns).map((line) => this.paint(line, "dim")));
    this.#beside(label, "dim", lines);
  }
  more(characters: number, path: string): string {
    return `… ${count(characters)} more characters (--full, or --unfold ${shortPath(path)})`;
  }
  /** Two texts side by side where there is room, else one under the other. */
  columnsOf(left: { readonly title: string; readonly lines: readonly string[] }, right: { readonly title: string; readonly lines: readonly string[] }): void {
    const half = Math.floor((this.columns - MARGIN.length - 3) / 2);
    if (half < 40) {
      for (const { title, lines } of [left, right]) this.#beside(title, "dim", lines.flatMap((line) => wrapped(line, this.textColumns)));
      return;
    }
    const columns = [left, right].map(({ lines }) => lines.flatMap((line) => wrapped(line, half)));
    const height = Math.max(...columns.map((lines) => lines.length));
    const bar = this.paint("│", "dim");
    this.output.line(`${MARGIN}${this.paint(left.title.padEnd(half), "dim")} ${bar} ${this.paint(right.title, "dim")}`);
    for (let at = 0; at < height; at += 1) this.output.line(`${MARGIN}${padded(columns[0]?.[at] ?? "", half)} ${bar} ${columns[1]?.[at] ?? ""}`.trimEnd());
  }

  #beside(label: string, style: Style, lines: readonly string[]): void {
    const shown = stringWidth(label) > LABEL_COLUMNS - 1 ? truncated(label, LABEL_COLUMNS - 1) : label;
    for (const [index, line] of (lines.length === 0 ? [""] : lines).entries()) {
      const lead = index === 0 ? this.paint(padded(shown, LABEL_COLUMNS), style) : " ".repeat(LABEL_COLUMNS);
      this.output.line(`${MARGIN}${lead}${line}`.trimEnd());
    }
  }
}

/** Each line's own indent is kept, by what is wrapped of it too: JSON stays readable. */
export function wrapped(text: string, columns: number): readonly string[] {
  const room = Math.max(20, columns);
  return text.split("\n").flatMap((line) => {
    if (line.length <= room && stringWidth(line) <= room) return [line.trimEnd()];
    const indent = /^ {0,12}/.exec(line)?.[0] ?? "";
    return wrapAnsi(line.slice(indent.length), room - indent.length, { hard: true, trim: true })
      .split("\n")
      .map((part) => `${indent}${part}`.trimEnd());
  });
}
export const padded = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - stringWidth(text)));
/** The longest beginning that leaves room for an ellipsis; the text itself when it fits. */
export function truncated(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const characters = Array.from(text.slice(0, columns * 4));
  let [fits, tooMany] = [0, characters.length + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (stringWidth(characters.slice(0, middle).join("")) < columns) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join("").trimEnd()}…`;
}
