/** The text inside a raw JSON string with a way back: where each of its characters stands in the raw text. */

export interface Unescaped {
  readonly text: string;
  /** Raw offset (from the string's first character) of each unit of `text`, and of its end. undefined when they are equal: nothing was escaped. */
  readonly map: Int32Array | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

export function unescapeWithMap(raw: string): Unescaped {
  let at = raw.indexOf("\\");
  if (at < 0) return { text: raw, map: undefined };
  const map = new Int32Array(raw.length + 1);
  const pieces: string[] = [];
  let written = 0;
  let from = 0;
  const copy = (to: number): void => {
    for (let index = from; index < to; index += 1) map[written++] = index;
    if (to > from) pieces.push(raw.slice(from, to));
  };
  while (at >= 0 && at + 1 < raw.length) {
    copy(at);
    const letter = raw.charAt(at + 1);
    const hex = letter === "u" ? raw.slice(at + 2, at + 6) : "";
    const isUnicode = hex.length === 4 && /^[0-9a-fA-F]{4}$/.test(hex);
    pieces.push(isUnicode ? String.fromCharCode(parseInt(hex, 16)) : (ESCAPES[letter] ?? letter));
    map[written++] = at;
    from = at + (isUnicode ? 6 : 2);
    at = raw.indexOf("\\", from);
  }
  copy(raw.length);
  map[written] = raw.length;
  return { text: pieces.join(""), map: map.subarray(0, written + 1) };
}
