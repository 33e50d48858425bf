/**
 * A screenshot made ready to be read: grey, dark on light, letters tall enough. Pure functions over pixels, the same in a browser (`ImageData`) and in Node. Nothing is
 * stretched in contrast: that was measured to make reading worse.
 */

/** As the browser's `ImageData`: four bytes a pixel, red, green, blue, opacity. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}
/** One byte a pixel, 0 black. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
/** In pixels of the image as it was given. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Below this mean an image is light on dark. */
const DARK = 115;
/** After enlarging; what is larger is read as it is. */
const MAX_SCALED_PIXELS = 16_000_000;

export function toGrey({ width, height, data }: Pixels): Grey {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    const luma = ((data[from] as number) * 299 + (data[from + 1] as number) * 587 + (data[from + 2] as number) * 114) / 1000;
    const opacity = data[from + 3] as number;
    // What is transparent is seen on white.
    grey[at] = opacity === 255 ? luma : (luma * opacity + 255 * (255 - opacity)) / 255;
  }
  return { width, height, data: grey };
}

/** Letters dark, ground light. */
export function darkOnLight(grey: Grey): Grey {
  let sum = 0;
  for (const value of grey.data) sum += value;
  return sum / Math.max(1, grey.data.length) >= DARK ? grey : { ...grey, data: grey.data.map((value) => 255 - value) };
}

/** ×3 for a narrow image, ×2 for most, as far as it stays readable in time. */
export function enlargement({ width, height }: { readonly width: number; readonly height: number }): number {
  const wanted = width < 700 ? 3 : width < 1900 ? 2 : 1;
  return Math.max(1, Math.min(wanted, Math.sqrt(MAX_SCALED_PIXELS / Math.max(1, width * height))));
}

/** Bilinear; a factor below 1 averages badly and is not meant. */
export function scaled({ width, height, data }: Grey, factor: number): Grey {
  if (factor === 1) return { width, height, data };
  const wide = Math.max(1, Math.round(width * factor));
  const high = Math.max(1, Math.round(height * factor));
  const out = new Uint8Array(wide * high);
  for (let y = 0; y < high; y += 1) {
    const fromY = Math.min(height - 1, Math.max(0, (y + 0.5) / factor - 0.5));
    const top = Math.floor(fromY);
    const bottom = Math.min(height - 1, top + 1);
    const down = fromY - top;
    for (let x = 0; x < wide; x += 1) {
      const fromX = Math.min(width - 1, Math.max(0, (x + 0.5) / factor - 0.5));
      const left = Math.floor(fromX);
      const right = Math.min(width - 1, left + 1);
      const along = fromX - left;
      const above = (data[top * width + left] as number) * (1 - along) + (data[top * width + right] as number) * along;
      const below = (data[bottom * width + left] as number) * (1 - along) + (data[bottom * width + right] as number) * along;
      out[y * wide + x] = above * (1 - down) + below * down + 0.5;
    }
  }
  return { width: wide, height: high, data: out };
}

export function cropped({ width, height, data }: Grey, box: Box): Grey {
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(width, Math.ceil(box.x + box.width));
  const bottom = Math.min(height, Math.ceil(box.y + box.height));
  const wide = Math.max(1, right - left);
  const high = Math.max(1, bottom - top);
  const out = new Uint8Array(wide * high).fill(255);
  for (let y = 0; y < high && top + y < height; y += 1) out.set(data.subarray((top + y) * width + left, (top + y) * width + left + wide), y * wide);
  return { width: wide, height: high, data: out };
}

/** Images one below the other with white between. @returns where each begins and ends, too */
export function stacked(images: readonly Grey[], gap: number): { readonly image: Grey; readonly rows: readonly { readonly top: number; readonly bottom: number }[] } {
  const width = Math.max(1, ...images.map((image) => image.width)) + 2 * gap;
  const height = images.reduce((sum, image) => sum + image.height + gap, gap);
  const data = new Uint8Array(width * height).fill(255);
  const rows: { top: number; bottom: number }[] = [];
  let top = gap;
  for (const image of images) {
    for (let y = 0; y < image.height; y += 1) data.set(image.data.subarray(y * image.width, (y + 1) * image.width), (top + y) * width + gap);
    rows.push({ top, bottom: top + image.height });
    top += image.height + gap;
  }
  return { image: { width, height, data }, rows };
}

/** The simplest file every reader takes: portable grey map, binary. */
export function toPgm({ width, height, data }: Grey): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}
