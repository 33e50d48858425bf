/** Tesseract's table of what it read (`tesseract … tsv`), a row for each page, block, paragraph, line and word → lines. */
import type { ReadLine, ReadWord } from "./reader.ts";

const [LINE, WORD] = ["4", "5"];
/** level, page, block, paragraph, line, word, left, top, width, height, confidence, text */
const COLUMNS = 12;

export function linesOfTsv(table: string): readonly ReadLine[] {
  const lines: (ReadLine & { readonly words: ReadWord[] })[] = [];
  for (const row of table.split(/\r?\n/)) {
    const cells = row.split("\t");
    if (cells.length < COLUMNS) continue;
    const [level, , block, , , , x, y, width, height, confidence] = cells;
    if (level === LINE) lines.push({ words: [], box: { x: Number(x), y: Number(y), width: Number(width), height: Number(height) }, block: Number(block) });
    const text = cells.slice(COLUMNS - 1).join("\t").trim();
    if (level === WORD && text !== "") lines.at(-1)?.words.push({ text, confidence: Number(confidence) });
  }
  return lines.filter(({ words }) => words.length > 0);
}
