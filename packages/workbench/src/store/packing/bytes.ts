/** Integers of any size up to 2^53 as little-endian base-128 bytes, small ones in one byte. What packs and reference lists are written in. */

/** Signed to unsigned, so that small negative numbers stay small. */
export const zigzag = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2);
export const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

export class ByteWriter {
  #buffer: Buffer = Buffer.allocUnsafe(8192);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  reset(): void {
    this.#length = 0;
  }
  varint(value: number): void {
    if (this.#length + 8 > this.#buffer.length) this.#grow(8);
    const buffer = this.#buffer;
    let at = this.#length;
    let rest = value;
    while (rest >= 0x8000_0000) {
      buffer[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.#length = at;
  }
  signed(value: number): void {
    this.varint(zigzag(value));
  }
  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }
  /** Well-formed text only: a lone surrogate has no UTF-8. */
  utf8(text: string): void {
    this.#grow(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length, "utf8");
  }
  /** A copy: the writer goes on being used. */
  take(): Buffer {
    return Buffer.from(this.view());
  }
  /** Valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
  #grow(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    larger.set(this.view());
    this.#buffer = larger;
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }
  /** @throws RangeError when the bytes end inside the number */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError("the bytes end inside a number");
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }
  signed(): number {
    return unzigzag(this.varint());
  }
  bytes(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new RangeError("the bytes end early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  utf8(length: number): string {
    return this.bytes(length).toString("utf8");
  }
  rest(): string {
    return this.utf8(this.#bytes.length - this.#at);
  }
}

/** Ascending row ids as gaps. */
export function packIds(ids: readonly number[]): Buffer {
  const writer = new ByteWriter();
  let last = 0;
  for (const id of ids) {
    writer.varint(id - last);
    last = id;
  }
  return writer.take();
}
export function unpackIds(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes);
  const ids: number[] = [];
  let last = 0;
  while (!reader.atEnd) ids.push((last += reader.varint()));
  return ids;
}
