/**
 * Reads JSON text that ends too early, as a cut connection leaves it: what came before the cut counts, what the cut went through does
 * not, except that a string's beginning is kept. Used by `decode.ts` when a body does not parse.
 */

const CLOSERS: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** The text closed so that it parses, or null when nothing of it can be kept. That it parses is for the caller to see: damage other than a cut is not mended. */
export function closeCut(text: string): string | null {
  const open: string[] = [];
  // A place up to which all is whole, and how many brackets are open there.
  let whole = 0;
  let depth = 0;
  let expectsKey = false;
  let at = 0;
  const keep = (end: number): void => {
    whole = end;
    depth = open.length;
  };
  while (at < text.length) {
    const unit = text.charAt(at);
    if (unit === '"') {
      const end = stringEnd(text, at);
      if (end === null) {
        if (expectsKey) break;
        const begun = text.slice(at).replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, (escape) => (isOpenEscape(text, at) ? "" : escape));
        return `${text.slice(0, at)}${begun}"${closing(open, open.length)}`;
      }
      at = end;
      if (!expectsKey) keep(end);
      continue;
    }
    at += 1;
    if (unit === "{" || unit === "[") {
      open.push(unit);
      expectsKey = unit === "{";
      keep(at);
    } else if (unit === "}" || unit === "]") {
      open.pop();
      expectsKey = false;
      keep(at);
      if (open.length === 0) break;
    } else if (unit === ",") {
      // A number or word is whole once something follows it.
      keep(at - 1);
      expectsKey = open.at(-1) === "{";
    } else if (unit === ":") {
      expectsKey = false;
    }
  }
  return whole === 0 ? null : `${text.slice(0, whole)}${closing(open, depth)}`;
}

const closing = (open: readonly string[], depth: number): string => open.slice(0, depth).toReversed().map((bracket) => CLOSERS[bracket] ?? "").join("");

/** Past the closing quote; null when there is none. */
function stringEnd(text: string, at: number): number | null {
  for (let next = at + 1; next < text.length; next += 1) {
    const unit = text.charCodeAt(next);
    if (unit === 0x5c) next += 1;
    else if (unit === 0x22) return next + 1;
  }
  return null;
}

/** Whether the text ends inside an escape: an odd backslash near the end. */
function isOpenEscape(text: string, from: number): boolean {
  const last = text.lastIndexOf("\\");
  let slashes = 0;
  while (last - slashes >= from && text.charCodeAt(last - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}
