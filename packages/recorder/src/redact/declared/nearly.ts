/** Whether two folded words are one, mistyped: asked about the other half of a name that was found, and never by itself. */

/** One letter added, lost or changed, or two swapped. Both at least three letters long, the first one equal. */
export function nearly(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < 3 || b.length < 3 || Math.abs(a.length - b.length) > 1 || a.charAt(0) !== b.charAt(0)) return false;
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (a.length === b.length) return a.slice(at + 1) === b.slice(at + 1) || (a.charAt(at) === b.charAt(at + 1) && a.charAt(at + 1) === b.charAt(at) && a.slice(at + 2) === b.slice(at + 2));
  return a.length > b.length ? a.slice(at + 1) === b.slice(at) : a.slice(at) === b.slice(at + 1);
}
