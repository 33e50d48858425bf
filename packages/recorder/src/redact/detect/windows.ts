/**
 * Long texts are read in windows: memory stays that of one window, and time grows with the text and nothing else. Windows are cut where no find can be cut: at a line
 * break or a space, never inside a key block; each sees some text before and after its own, for labels and for what reaches over its end.
 */

/** UTF-16 units; what is no longer is read in one go. */
export const windowUnits: number = 1 << 16;
/** Text before a window that its rules may look back into. */
export const leadUnits = 512;
/** Text after a window that a find may reach into. */
export const trailUnits = 4096;
/** How far back a cut looks for a line break, then for a space. */
const maxBack = 16_384;

export interface Window {
  readonly from: number;
  readonly to: number;
}

export function windowsOf(text: string): Window[] {
  const windows: Window[] = [];
  for (let from = 0; from < text.length; ) {
    let to = from + windowUnits;
    if (text.length - from <= windowUnits * 1.5) to = text.length;
    else to = cutBefore(text, from, to);
    windows.push({ from, to });
    from = to;
  }
  return windows;
}

function cutBefore(text: string, from: number, limit: number): number {
  // every search is within the last 16 KB: one that finds nothing must not read the whole text again for each window
  const back = text.slice(limit - maxBack, limit);
  const line = back.lastIndexOf("\n");
  const gap = line >= 0 ? line : back.lastIndexOf(" ");
  let cut = gap >= 0 ? limit - maxBack + gap : limit;
  // a key block is taken whole by the window it begins in
  const blockBack = text.slice(Math.max(from + leadUnits, cut - maxBack), cut);
  const block = blockBack.lastIndexOf("-----BEGIN");
  if (block >= 0 && !blockBack.slice(block).includes("-----END")) cut -= blockBack.length - block;
  // not between the halves of a surrogate pair
  const unit = text.charCodeAt(cut);
  return unit >= 0xdc00 && unit < 0xe000 ? cut + 1 : cut;
}
