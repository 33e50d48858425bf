/**
 * The reader made of tesseract.js. It comes handed in, so that nothing is loaded before an image is: in Node by `node/load-reader.ts`, in a browser by a dynamic import with the
 * addresses of our own assets.
 */
import { toPgm, type Box } from "./pixels.ts";
import type { Reader, ReadLine } from "./reader.ts";

interface Bounds {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}
/** Of tesseract.js 7, as far as it is used. */
export interface TesseractModule {
  createWorker(language: string, engine: number, options: Readonly<Record<string, unknown>>): Promise<TesseractWorker>;
}
interface TesseractWorker {
  setParameters(parameters: Readonly<Record<string, string>>): Promise<unknown>;
  recognize(image: unknown, options: object, output: Readonly<Record<string, boolean>>): Promise<{
    readonly data: {
      readonly blocks: readonly { readonly paragraphs: readonly { readonly lines: readonly { readonly words: readonly { readonly text: string; readonly confidence: number }[]; readonly bbox: Bounds }[] }[] }[] | null;
    };
  }>;
  terminate(): Promise<unknown>;
}
export interface TesseractOptions {
  /** Where `eng.traineddata.gz` lies: a directory, or in a browser an address of our own. */
  readonly langPath: string;
  /** In a browser: addresses of the worker's script and the WebAssembly core, never a foreign host's. */
  readonly workerPath?: string;
  readonly corePath?: string;
  /** What a file's bytes are handed over as: a `Buffer` in Node, a `Blob` in a browser. */
  readonly wrap: (bytes: Uint8Array) => unknown;
}

const LSTM = 1;
/** Page segmentation modes: automatic, one uniform block. */
const MODES = { page: "3", lines: "6" } as const;

export async function tesseractReader(module: TesseractModule, { wrap, ...paths }: TesseractOptions): Promise<Reader> {
  const worker = await module.createWorker("eng", LSTM, { ...paths, cacheMethod: "none", gzip: true, workerBlobURL: false, logger: () => undefined, errorHandler: () => undefined });
  let layout: keyof typeof MODES | null = null;
  return {
    name: "tesseract.js",
    async read(image, wanted) {
      if (layout !== wanted) await worker.setParameters({ tessedit_pageseg_mode: MODES[wanted], user_defined_dpi: "150" });
      layout = wanted;
      const { data } = await worker.recognize(wrap(toPgm(image)), {}, { text: false, blocks: true });
      return (data.blocks ?? []).flatMap(({ paragraphs }, block) => paragraphs.flatMap(({ lines }) => lines.map(({ words, bbox }): ReadLine => ({ words: words.map(({ text, confidence }) => ({ text, confidence })), box: boxOf(bbox), block }))));
    },
    async close() {
      await worker.terminate();
    },
  };
}

const boxOf = ({ x0, y0, x1, y1 }: Bounds): Box => ({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
