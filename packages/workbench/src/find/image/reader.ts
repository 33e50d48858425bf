/** What reads letters: an engine behind an interface, tesseract.js in a browser and in Node (`tesseract-js.ts`), another one if you hand it in. */
import type { Box, Grey } from "./pixels.ts";

export interface ReadWord {
  readonly text: string;
  /** 0 to 100. */
  readonly confidence: number;
}
export interface ReadLine {
  readonly words: readonly ReadWord[];
  /** In pixels of the image that was read. */
  readonly box: Box;
  /** Lines of one block have the same number. */
  readonly block: number;
}
export interface Reader {
  readonly name: string;
  /** @param layout  `page`: find blocks and columns; `lines`: one column of lines */
  read(image: Grey, layout: "page" | "lines"): Promise<readonly ReadLine[]>;
  close(): Promise<void>;
}
