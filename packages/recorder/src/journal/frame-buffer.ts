/** Builds the frames of one write in memory that is used again for the next, so that an append allocates next to nothing. Between the journal and its file. */
import type { Entry, NewTexts } from "../format/index.ts";
import { FRAME_HEADER_BYTES, MAX_PAYLOAD_BYTES, sealFrame } from "../format/frame.ts";

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
  add(entry: Entry, texts: NewTexts, sequence: number): boolean {
    const json = stringify(texts.length === 0 ? entry : { ...entry, texts });
    if (json === undefined || json.length > MAX_PAYLOAD_BYTES) return false;
    const at = this.#length + FRAME_HEADER_BYTES;
    const roomy = at + json.length * MAX_BYTES_PER_UNIT <= this.#buffer.length;
    const bytesNeeded = roomy ? 0 : Buffer.byteLength(json);
    if (bytesNeeded > MAX_PAYLOAD_BYTES) return false;
    if (!roomy) this.#grow(at + bytesNeeded);
    const payloadBytes = this.#buffer.write(json, at, "utf8");
    sealFrame(this.#buffer, this.#length, payloadBytes, sequence);
    this.#length = at + payloadBytes;
    return true;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(this.#buffer.length * 2, KEPT_BYTES)));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** undefined when the text would be longer than the engine's longest string. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
