/** How deep is this JSON text? Asked before it is parsed by whoever then walks it by recursion: reconstruct of bodies, ingest of OTLP attributes. */

/** Deeper than anything people send; shallow enough for any stack. */
export const DEEPEST_JSON: number = 500;

/** True when arrays and objects are nested deeper than `limit`. Reads the text once, no recursion. */
export function isDeeperThan(json: string, limit: number = DEEPEST_JSON): boolean {
  if (json.length <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
