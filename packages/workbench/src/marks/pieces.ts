/** A text cut where something begins or ends: a pseudonym, a value of the answer, evidence. What `Marked` draws, piece by piece, as text nodes. */
import { pseudonymsIn, type PlacedPseudonym } from "@whysaid/recorder/format";

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly tone: "sourced" | "derived" | "nowhere" | "other" | "origin" | "wrong-origin" | "evidence" | "gap";
  /** Values with a group in common light up together; empty for marks that only colour. */
  readonly groups: readonly string[];
  /** What it is, for those who do not see the colour. */
  readonly says: string;
}
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly pseudonym: PlacedPseudonym | null;
  readonly marks: readonly Mark[];
}

/** @param marks  UTF-16 offsets into `text`, overlapping as they like; those outside it are left out */
export function piecesOf(text: string, marks: readonly Mark[]): readonly Piece[] {
  const pseudonyms = [...pseudonymsIn(text)];
  const inside = marks.filter(({ start, end }) => start >= 0 && end > start && start < text.length);
  if (pseudonyms.length === 0 && inside.length === 0) return text === "" ? [] : [{ text, start: 0, pseudonym: null, marks: [] }];
  const cuts = new Set<number>([0, text.length]);
  for (const { start, end } of pseudonyms) cuts.add(start).add(end);
  // A mark that ends within a pseudonym takes the whole of it.
  const whole = inside.map((mark) => {
    const first = pseudonyms.find(({ start, end }) => mark.start > start && mark.start < end);
    const last = pseudonyms.find(({ start, end }) => mark.end > start && mark.end < end);
    return { mark, start: first?.start ?? mark.start, end: last?.end ?? Math.min(mark.end, text.length) };
  });
  for (const { start, end } of whole) cuts.add(start).add(end);
  const places = [...cuts].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (let index = 0; index + 1 < places.length; index += 1) {
    const [start, end] = [places[index] as number, places[index + 1] as number];
    pieces.push({
      text: text.slice(start, end),
      start,
      pseudonym: pseudonyms.find((one) => one.start === start && one.end === end) ?? null,
      marks: whole.filter((one) => one.start <= start && one.end >= end).map(({ mark }) => mark),
    });
  }
  return pieces;
}
