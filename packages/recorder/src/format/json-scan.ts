/**
 * Where the keys and values of a JSON text stand, without parsing it into objects: bodies are split and texts redacted by raw offsets, so that what
 * is not touched stays byte for byte.
 *
 * Iterative, so depth costs memory only; the end of a string is found by `indexOf('"')`, so long strings cost what `memchr` costs. Structure,
 * numbers and literals are checked; the inside of strings is not (a raw line break or `\x` is taken as it is, see `unescapeJson`): a body with one bad
 * escape is still one whose texts we know.
 */

/** Where the value being visited stands. One object serves the whole scan. */
export interface JsonPlace {
  /** Object keys (unescaped) and array indexes from the root, outermost first. The same array for every visit: copy what you keep. For `key`, it ends with that key. */
  readonly path: readonly (string | number)[];
  /** Containers around the value: 0 at the root. */
  readonly depth: number;
  /** The scan's state right after the value being visited, for `scanJson(longerText, visitor, state)`. */
  save(): JsonScanState;
}

/** Offsets are UTF-16 units of the raw text. For `key` and `string` they are those of the inside, without the quotes. */
export interface JsonVisitor {
  key?(start: number, end: number, place: JsonPlace): void;
  string?(start: number, end: number, place: JsonPlace): void;
  number?(start: number, end: number, place: JsonPlace): void;
  /** `true`, `false`, `null`. */
  literal?(start: number, end: number, place: JsonPlace): void;
}

/** What the scan knows after a value: it can go on from here in any text that is the same up to `offset`. */
export interface JsonScanState {
  readonly offset: number;
  /** Per container, outermost first: the array's current index, or -1 and the current key's offsets for an object. */
  readonly frames: readonly number[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FRAME = 3;

/**
 * Visit every key and scalar of one JSON text in order.
 *
 * @param from  a state saved in a text that equals this one up to `from.offset`
 * @returns     -1 when the text is one JSON value, else the offset of the first fault
 */
export function scanJson(text: string, visitor: JsonVisitor, from?: JsonScanState): number {
  return new Scan(text, from).run(visitor);
}

/** The text of a raw JSON string's inside, or undefined when an escape or a control character is not JSON. */
export function unescapeJson(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}

class Scan implements JsonPlace {
  readonly #text: string;
  /** Three numbers a container: index or -1, key start, key end. */
  readonly #frames: number[];
  readonly #path: (string | number)[] = [];
  /** Frames whose path element is up to date. */
  #known = 0;
  #at: number;
  #resumed: boolean;

  constructor(text: string, from: JsonScanState | undefined) {
    this.#text = text;
    this.#frames = from === undefined ? [] : from.frames.slice();
    this.#at = from?.offset ?? 0;
    this.#resumed = from !== undefined;
  }

  get depth(): number {
    return this.#frames.length / FRAME;
  }

  get path(): readonly (string | number)[] {
    const depth = this.#frames.length / FRAME;
    const path = this.#path;
    for (let level = this.#known; level < depth; level += 1) {
      const index = this.#frames[level * FRAME] as number;
      if (index >= 0) path[level] = index;
      else {
        const raw = this.#text.slice(this.#frames[level * FRAME + 1], this.#frames[level * FRAME + 2]);
        path[level] = unescapeJson(raw) ?? raw;
      }
    }
    while (path.length > depth) path.pop();
    this.#known = depth;
    return path;
  }

  save(): JsonScanState {
    return { offset: this.#at, frames: this.#frames.slice() };
  }

  run(visitor: JsonVisitor): number {
    const text = this.#text;
    const frames = this.#frames;
    let at = this.#at;
    let afterValue = this.#resumed;
    for (;;) {
      at = skipSpace(text, at);
      if (afterValue) {
        if (frames.length === 0) return at === text.length ? -1 : at;
        const top = frames.length - FRAME;
        const index = frames[top] as number;
        const unit = text.charCodeAt(at);
        if (unit === 0x2c /* , */) {
          this.#stale(top);
          at = skipSpace(text, at + 1);
          if (index < 0) {
            at = this.#key(at, visitor);
            if (at < 0) return -at - 2;
          } else frames[top] = index + 1;
          afterValue = false;
        } else if (unit === (index < 0 ? 0x7d : 0x5d)) {
          frames.length = top;
          this.#stale(top);
          at += 1;
        } else return at;
        continue;
      }
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        const end = endOfString(text, at + 1);
        if (end < 0) return text.length;
        this.#at = end + 1;
        visitor.string?.(at + 1, end, this);
        at = end + 1;
        afterValue = true;
      } else if (unit === 0x7b /* { */ || unit === 0x5b /* [ */) {
        const isArray = unit === 0x5b;
        at = skipSpace(text, at + 1);
        if (text.charCodeAt(at) === (isArray ? 0x5d : 0x7d)) {
          at += 1;
          afterValue = true;
        } else {
          frames.push(isArray ? 0 : -1, 0, 0);
          if (!isArray) {
            at = this.#key(at, visitor);
            if (at < 0) return -at - 2;
          }
        }
      } else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) {
        const end = endOfNumber(text, at);
        if (end < 0) return at;
        this.#at = end;
        visitor.number?.(at, end, this);
        at = end;
        afterValue = true;
      } else {
        const end = text.startsWith("true", at) || text.startsWith("null", at) ? at + 4 : text.startsWith("false", at) ? at + 5 : -1;
        if (end < 0) return at;
        this.#at = end;
        visitor.literal?.(at, end, this);
        at = end;
        afterValue = true;
      }
    }
  }

  /** Read `"key" :` into the top frame. Returns the offset after the colon, or -2 - the offset of the fault. */
  #key(at: number, visitor: JsonVisitor): number {
    if (this.#text.charCodeAt(at) !== QUOTE) return -at - 2;
    const end = endOfString(this.#text, at + 1);
    if (end < 0) return -this.#text.length - 2;
    const top = this.#frames.length - FRAME;
    this.#frames[top + 1] = at + 1;
    this.#frames[top + 2] = end;
    if (visitor.key !== undefined) {
      this.#at = end + 1;
      visitor.key(at + 1, end, this);
    }
    const colon = skipSpace(this.#text, end + 1);
    return this.#text.charCodeAt(colon) === 0x3a /* : */ ? colon + 1 : -colon - 2;
  }

  /** The path's element at this frame, and those below it, are to be read again. */
  #stale(frame: number): void {
    const level = frame / FRAME;
    if (this.#known > level) this.#known = level;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at += 1;
  }
}

/** The offset of the closing quote, or -1. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end > from && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = 1;
    while (end - slashes > from && text.charCodeAt(end - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return end;
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

/** The offset after the number (RFC 8259 §6), or -1 when it is none. */
function endOfNumber(text: string, from: number): number {
  let at = from;
  if (text.charCodeAt(at) === 0x2d) at += 1;
  if (text.charCodeAt(at) === 0x30) at += 1;
  else {
    const first = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    if (at === first) return -1;
  }
  if (text.charCodeAt(at) === 0x2e) {
    const first = (at += 1);
    while (isDigit(text.charCodeAt(at))) at += 1;
    if (at === first) return -1;
  }
  const unit = text.charCodeAt(at);
  if (unit === 0x65 || unit === 0x45) {
    at += 1;
    const sign = text.charCodeAt(at);
    if (sign === 0x2b || sign === 0x2d) at += 1;
    const first = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    if (at === first) return -1;
  }
  return at;
}
