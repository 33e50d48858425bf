/** PNG and JPEG files → pixels. How many there are is read from the head of the file before anything is unpacked: a few bytes may claim gigabytes. */
import { WhysaidError } from "@whysaid/recorder/format";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import type { Pixels } from "../pixels.ts";

export const MAX_IMAGE_BYTES: number = 32 * 2 ** 20;
const MAX_PIXELS = 30_000_000;

/** @throws WhysaidError `IMAGE_UNREADABLE` */
export function decodeImage(file: Buffer): Pixels {
  const isPng = file.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const size = isPng ? pngSize(file) : jpegSize(file);
  if (size === null) throw unreadable("the image is neither PNG nor JPEG, or is damaged", "Save it as PNG or JPEG and search again.");
  if (size.width * size.height > MAX_PIXELS || file.length > MAX_IMAGE_BYTES) throw unreadable(`the image has ${size.width} × ${size.height} pixels in ${file.length} bytes; ${MAX_PIXELS} and ${MAX_IMAGE_BYTES} are read at most`, "Crop it to the part that shows the answer.");
  try {
    if (isPng) {
      const { width, height, data } = PNG.sync.read(file);
      return { width, height, data };
    }
    return jpeg.decode(file, { useTArray: true, formatAsRGBA: true, maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: 512 });
  } catch (cause) {
    throw unreadable("the image is damaged", "Save it again as PNG or JPEG.", cause);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
const pngSize = (file: Buffer): Size | null => (file.length < 33 || file.toString("latin1", 12, 16) !== "IHDR" ? null : { width: file.readUInt32BE(16), height: file.readUInt32BE(20) });

/** Of the first frame header; segments are skipped by their lengths. */
function jpegSize(file: Buffer): Size | null {
  if (file[0] !== 0xff || file[1] !== 0xd8) return null;
  for (let at = 2; at + 9 < file.length; ) {
    if (file[at] !== 0xff) return null;
    const marker = file[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
    at += 2 + file.readUInt16BE(at + 2);
  }
  return null;
}

const unreadable = (sentence: string, fix: string, cause?: unknown): WhysaidError => new WhysaidError("IMAGE_UNREADABLE", sentence, { fix, cause });
