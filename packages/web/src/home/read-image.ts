/** A screenshot's texts, read in this browser: the image leaves it in no form. The engine and its data are our own server's files, fetched on first use. */
import { readPixels, type Region } from "../../../workbench/src/find/image/read.ts";
import type { Reader } from "../../../workbench/src/find/image/reader.ts";
import { tesseractReader, type TesseractModule } from "../../../workbench/src/find/image/tesseract-js.ts";

const ASSETS = "/assets/ocr-7.0.0";
const MAX_PIXELS = 40_000_000;
let reader: Promise<Reader> | null = null;

async function openReader(): Promise<Reader> {
  const { default: module } = (await import("tesseract.js")) as unknown as { readonly default: TesseractModule };
  const at = (name: string): string => `${location.origin}${ASSETS}${name}`;
  return tesseractReader(module, { langPath: at(""), workerPath: at("/worker.min.js"), corePath: at("/tesseract-core-simd-lstm.wasm.js"), wrap: (bytes) => new Blob([bytes as BlobPart]) });
}

export interface ReadImage {
  readonly regions: readonly Region[];
  readonly bitmap: ImageBitmap;
}

/** @throws Error when it is no image, or one of more than 40 million pixels */
export async function readImage(file: Blob): Promise<ReadImage> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("That is no image this browser can open.");
  });
  if (bitmap.width * bitmap.height > MAX_PIXELS) throw new Error("The image is larger than 40 million pixels: crop it to the answer.");
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot read pixels.");
  // What is transparent is paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  reader ??= openReader();
  reader.catch(() => {
    reader = null;
  });
  const regions = await readPixels({ width: bitmap.width, height: bitmap.height, data }, await reader);
  return { regions, bitmap };
}
