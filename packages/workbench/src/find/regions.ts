/** What was read from an image, region by region → one answer. A screenshot shows more than one text; the one that decides most is what was meant. */
import type { Store } from "../store/store.ts";
import { findQuery, type FindOptions, type Found } from "./find.ts";
import type { Box } from "./image/pixels.ts";
import type { Region } from "./image/read.ts";
import type { Redact } from "./query.ts";

export interface FoundRegion {
  /** In pixels of the image. */
  readonly box: Box;
  readonly found: Found;
}
export interface FoundInImage extends Found {
  /** Each region's own answer, the one that became the image's first. */
  readonly regions: readonly FoundRegion[];
}

/** Regions looked at, and words below which one says nothing. */
const MAX_REGIONS = 4;
const FEWEST_WORDS = 3;
const ORDER = { match: 0, "one-of": 1, weak: 2, "not-found": 3 } as const;

export async function findRegions(store: Store, regions: readonly Region[], redact: Redact, options: FindOptions = {}): Promise<FoundInImage> {
  const worth = regions.filter(({ text }) => text.split(/\s+/).length >= FEWEST_WORDS).slice(0, MAX_REGIONS);
  const asked = worth.length > 0 ? worth : regions.slice(0, 1);
  const found: (FoundRegion & { readonly strength: number })[] = [];
  for (const { text, doubtful, box } of asked) found.push({ box, ...(await findQuery(store, { text, doubtful, isRead: true }, redact, options)) });
  // An answer of two paragraphs may have been taken for two regions.
  if (asked.length > 1) {
    const joined = joinedRegion(asked);
    found.push({ box: joined.box, ...(await findQuery(store, { ...joined, isRead: true }, redact, options)) });
  }
  // More words that match beat a better word for it: "OK" matches, too.
  found.sort((a, b) => (Math.max(a.strength, b.strength) > 1.3 * Math.min(a.strength, b.strength) ? b.strength - a.strength : ORDER[a.found.answer.kind] - ORDER[b.found.answer.kind] || b.strength - a.strength));
  const [best] = found;
  if (best === undefined) return { query: "", answer: { kind: "not-found", of: 0, isOfAtLeast: false, differingIn: [], contradicted: [], sentence: "not found: nothing can be read in the image" }, matches: [], regions: [] };
  return { ...best.found, regions: found.map(({ box, found: one }) => ({ box, found: one })) };
}

function joinedRegion(regions: readonly Region[]): Region {
  let text = "";
  const doubtful: { start: number; end: number }[] = [];
  const ordered = regions.toSorted((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);
  for (const region of ordered) {
    for (const { start, end } of region.doubtful) doubtful.push({ start: start + text.length, end: end + text.length });
    text += `${region.text}\n`;
  }
  const x = Math.min(...ordered.map(({ box }) => box.x));
  const y = Math.min(...ordered.map(({ box }) => box.y));
  return { text, doubtful, box: { x, y, width: Math.max(...ordered.map(({ box }) => box.x + box.width)) - x, height: Math.max(...ordered.map(({ box }) => box.y + box.height)) - y } };
}
