import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeImage } from "./node/decode.ts";
import { readImage } from "./node/read-image.ts";
import { cropped, darkOnLight, enlargement, scaled, stacked, toGrey, toPgm } from "./pixels.ts";
import { readPixels } from "./read.ts";
import type { Reader, ReadLine } from "./reader.ts";

const screenshot = readFileSync(new URL("./testing/screenshot.png", import.meta.url));

test("a real screenshot is read in a process of its own, every number twice", { timeout: 180_000 }, async () => {
  const [region] = await readImage(screenshot);
  expect(region?.text).toContain("Mateo weighs 2.14 kg today; give\ncaffeine citrate 12.5 mg at once.");
  expect(region?.text).toContain("33.7 mg/l");
  expect(region?.doubtful).toEqual([]);
  expect(region?.box.width).toBeGreaterThan(200);
});

test("what is no image, damaged, cut or a bomb is refused and takes nothing with it", { timeout: 180_000 }, async () => {
  const bomb = Buffer.from(screenshot);
  bomb.writeUInt32BE(200_000, 16);
  bomb.writeUInt32BE(200_000, 20);
  for (const bytes of [Buffer.from("<svg/>"), screenshot.subarray(0, 300), bomb, deflateSync(Buffer.alloc(100)), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2]), Buffer.alloc(0)]) {
    expect(() => decodeImage(bytes)).toThrow(expect.objectContaining({ code: "IMAGE_UNREADABLE" }));
  }
  await expect(readImage(bomb)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  await expect(readImage(screenshot, 1)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
});

const solid = (width: number, height: number, value: number): { width: number; height: number; data: Uint8Array } => ({ width, height, data: new Uint8Array(width * height).fill(value) });

test("pixels become dark letters on a light ground, large enough, inside their frame", () => {
  const clear = toGrey({ width: 2, height: 1, data: Uint8Array.from([0, 0, 0, 0, 255, 0, 0, 255]) });
  expect([...clear.data]).toEqual([255, 76]);
  expect(darkOnLight(solid(4, 4, 20)).data[0]).toBe(235);
  expect(darkOnLight(solid(4, 4, 200)).data[0]).toBe(200);
  expect([enlargement({ width: 390, height: 800 }), enlargement({ width: 1280, height: 800 }), enlargement({ width: 2000, height: 800 })]).toEqual([3, 2, 1]);
  expect(enlargement({ width: 600, height: 60_000 })).toBe(1);
  expect(scaled(solid(3, 2, 9), 2)).toMatchObject({ width: 6, height: 4, data: new Uint8Array(24).fill(9) });
  expect(cropped(solid(10, 10, 5), { x: 8, y: -3, width: 20, height: 5 })).toMatchObject({ width: 2, height: 2 });
  const { image, rows } = stacked([solid(4, 2, 0), solid(2, 3, 0)], 1);
  expect([image.width, image.height, rows]).toEqual([6, 8, [{ top: 1, bottom: 3 }, { top: 4, bottom: 7 }]]);
  expect(new TextDecoder().decode(toPgm(solid(2, 1, 65)))).toBe("P5\n2 1\n255\nAA");
});

/** A reader that says given lines for the page, and for the cut-out lines what it is told. */
function reader(page: readonly (readonly [text: string, y: number, block: number])[], again: (nth: number) => string): Reader {
  const line = (text: string, y: number, block: number): ReadLine => ({ words: text.split(" ").map((word) => ({ text: word, confidence: 90 })), box: { x: 0, y, width: 900, height: 30 }, block });
  return {
    name: "given",
    read: (image, layout) => Promise.resolve(layout === "page" ? page.map((one) => line(...one)) : Array.from({ length: Math.round(image.height / 56) }, (_, n) => line(again(n), n * (image.height / Math.round(image.height / 56)) + 20, 0))),
    close: () => Promise.resolve(),
  };
}

test("a number that two readings do not agree on is doubtful, and only that one", async () => {
  const [region] = await readPixels({ width: 400, height: 200, data: new Uint8Array(400 * 200 * 4).fill(255) }, reader([["weight 2.14 kg dose 12.5 mg", 30, 0], ["no figures here", 90, 0]], () => "weight 2.14 kg dose 72.5 mg"));
  expect(region?.doubtful.map(({ start, end }) => region.text.slice(start, end))).toEqual(["12.5"]);
});
test("blocks that are far apart are regions of their own, the one with most text first", async () => {
  const regions = await readPixels({ width: 400, height: 400, data: new Uint8Array(400 * 400 * 4).fill(255) }, reader([["Chat", 0, 0], ["a long answer stands here", 600, 1], ["and goes on", 640, 2]], () => ""));
  expect(regions.map(({ text }) => text)).toEqual(["a long answer stands here\nand goes on", "Chat"]);
});
