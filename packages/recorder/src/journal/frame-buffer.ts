/** Builds the frames of one write in memory that is used again for the next, so that an append allocates next to nothing. Between the journal and its file. */
import type { Entry } from "../format/index.ts";
import { FRAME_HEADER_BYTES, MAX_PAYLOAD_BYTES, sealFrame } from "../format/frame.ts";
import type { FreshText } from "./text-table.ts";

const STARTING_BYTES = 64 * 1024;
/** A buffer that a huge entry made larger than this is given back. */
const KEPT_BYTES = 1024 * 1024;
/** UTF-8 of one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

export class FrameBuffer {
  #buffer = Buffer.allocUnsafeSlow(STARTING_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  /** The frames added since `clear`; a view that the next `clear` makes void. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(STARTING_BYTES);
  }

  /** @returns false when the entry is larger than a frame may be; nothing is added then */
  add(entry: Entry, texts: readonly FreshText[], sequence: number): boolean {
    const parts = partsOf(entry, texts);
    if (parts === undefined) return false;
    let units = 0;
    for (const part of parts) units += part.length;
    if (units > MAX_PAYLOAD_BYTES) return false;
    const at = this.#length + FRAME_HEADER_BYTES;
    const roomy = at + units * MAX_BYTES_PER_UNIT <= this.#buffer.length;
    let bytesNeeded = 0;
    if (!roomy) for (const part of parts) bytesNeeded += Buffer.byteLength(part);
    if (bytesNeeded > MAX_PAYLOAD_BYTES) return false;
    if (!roomy) this.#grow(at + bytesNeeded);
    let end = at;
    for (let index = 0; index < parts.length; index += 1) {
      end += this.#buffer.write(parts[index] as string, end, "utf8");
      // What follows the entry's own JSON stands inside its last brace.
      if (index === 0 && parts.length > 1) end -= 1;
    }
    sealFrame(this.#buffer, this.#length, end - at, sequence);
    this.#length = end;
    return true;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(this.#buffer.length * 2, KEPT_BYTES)));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/**
 * The payload's JSON in parts, texts last: what is spelled already is written as it stands, and nothing is put together in memory first.
 *
 * @returns undefined when it would be longer than the engine's longest string
 */
function partsOf(entry: Entry, texts: readonly FreshText[]): readonly string[] | undefined {
  try {
    const parts = [JSON.stringify(entry)];
    if (texts.length === 0) return parts;
    let open = ',"texts":[';
    for (const [ref, text, spelled] of texts) {
      if (spelled === undefined) open += `[${ref},${JSON.stringify(text)}]`;
      else {
        parts.push(`${open}[${ref},"`, spelled);
        open = '"]';
      }
      open += ",";
    }
    parts.push(`${open.slice(0, -1)}]}`);
    return parts;
  } catch {
    return undefined;
  }
}
