/**
 * Pixels → the texts on them, a region each, with what was read in two ways marked. Used in a browser and in Node; keeps and logs nothing.
 *
 * A digit misread once looks as sure as any other, so lines with digits are read a second time at another scale, and where the two readings differ neither is
 * believed.
 */
import { canonicalNumber } from "../../store/search/words.ts";
import { cropped, darkOnLight, enlargement, scaled, stacked, toGrey, type Box, type Grey, type Pixels } from "./pixels.ts";
import type { Reader, ReadLine } from "./reader.ts";

export interface Region {
  readonly text: string;
  /** Offsets into `text`. */
  readonly doubtful: readonly { readonly start: number; readonly end: number }[];
  readonly box: Box;
}

/** A word that is surer than this is believed when both readings have it. */
const SURE = 50;
const MAX_REGIONS = 6;
const GAP = 24;
/** Of the first reading's scale; letters should not grow beyond what the reader was trained on. */
const SECOND_SCALE = 0.72;
const SECOND_SCALE_OF_LARGE = 1.5;
const MAX_SECOND_PIXELS = 8_000_000;

/** @returns regions, the one with most text first; empty when nothing can be read */
export async function readPixels(pixels: Pixels, reader: Reader): Promise<readonly Region[]> {
  const grey = darkOnLight(toGrey(pixels));
  const factor = enlargement(grey);
  const lines = (await reader.read(scaled(grey, factor), "page")).map((line) => ({ ...line, box: shrunk(line.box, factor) })).filter(({ words }) => words.some(({ text }) => /[\p{L}\p{N}]/u.test(text)));
  const second = await readDigitsAgain(grey, lines, factor, reader);
  return regionsOf(lines)
    .map((members) => regionOf(members.map((at) => ({ line: lines[at] as ReadLine, again: second.get(at) }))))
    .sort((a, b) => b.text.length - a.text.length)
    .slice(0, MAX_REGIONS);
}

const shrunk = ({ x, y, width, height }: Box, factor: number): Box => ({ x: x / factor, y: y / factor, width: width / factor, height: height / factor });
const textOf = ({ words }: Pick<ReadLine, "words">): string => words.map(({ text }) => text).join(" ");

/** The lines with digits, cut out and read one below the other at another scale. @returns their second readings by line */
async function readDigitsAgain(grey: Grey, lines: readonly ReadLine[], factor: number, reader: Reader): Promise<ReadonlyMap<number, string>> {
  const wanted = lines.flatMap((line, at) => (/\d/.test(textOf(line)) ? [at] : []));
  const again = new Map<number, string>();
  if (wanted.length === 0) return again;
  const other = factor * (factor > 1.4 ? SECOND_SCALE : SECOND_SCALE_OF_LARGE);
  const strips: Grey[] = [];
  let pixels = 0;
  for (const at of wanted) {
    const { box } = lines[at] as ReadLine;
    const margin = Math.max(2, box.height * 0.25);
    const strip = scaled(cropped(grey, { x: box.x - margin, y: box.y - margin, width: box.width + 2 * margin, height: box.height + 2 * margin }), other);
    pixels += strip.data.length;
    if (pixels > MAX_SECOND_PIXELS) break;
    strips.push(strip);
  }
  const { image, rows } = stacked(strips, GAP);
  for (const line of await reader.read(image, "lines")) {
    const middle = line.box.y + line.box.height / 2;
    const row = rows.findIndex(({ top, bottom }) => middle >= top - GAP / 2 && middle <= bottom + GAP / 2);
    const at = wanted[row];
    if (row >= 0 && at !== undefined) again.set(at, `${again.has(at) ? `${again.get(at)} ` : ""}${textOf(line)}`);
  }
  return again;
}

/** Blocks that follow each other closely in one column are one region. */
function regionsOf(lines: readonly ReadLine[]): readonly (readonly number[])[] {
  const blocks = new Map<number, number[]>();
  for (const [at, { block }] of lines.entries()) blocks.set(block, [...(blocks.get(block) ?? []), at]);
  const regions: number[][] = [];
  const heights = lines.map(({ box }) => box.height).sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 0;
  for (const members of blocks.values()) {
    const first = lines[members[0] as number] as ReadLine;
    const before = regions.at(-1);
    const last = before === undefined ? undefined : lines[before.at(-1) as number];
    const isClose = last !== undefined && first.box.y >= last.box.y && first.box.y - (last.box.y + last.box.height) < usual * 2 && overlap(first.box, last.box) > 0.5;
    if (isClose && before !== undefined) before.push(...members);
    else regions.push([...members]);
  }
  return regions;
}

const overlap = (a: Box, b: Box): number => Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) / Math.max(1, Math.min(a.width, b.width));

function regionOf(members: readonly { readonly line: ReadLine; readonly again: string | undefined }[]): Region {
  let text = "";
  const doubtful: { start: number; end: number }[] = [];
  for (const { line, again } of members) {
    const left = numbersOf(again ?? "");
    for (const { text: word, confidence } of line.words) {
      if (text !== "") text += text.endsWith("\n") ? "" : " ";
      const start = text.length;
      text += word;
      if (!/\d/.test(word)) continue;
      const agree = numbersOf(word).every((number) => {
        const at = left.indexOf(number);
        // In order, each once: a number that stands twice must be read twice.
        if (at >= 0) left.splice(0, at + 1);
        return at >= 0;
      });
      if (!agree || confidence < SURE) doubtful.push({ start, end: text.length });
    }
    text += "\n";
  }
  const boxes = members.map(({ line }) => line.box);
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return { text: text.trimEnd(), doubtful, box: { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y } };
}

const numbersOf = (text: string): string[] => [...text.matchAll(/\d+(?:[.,]\d+)*/g)].map(([figure]) => canonicalNumber(figure));
