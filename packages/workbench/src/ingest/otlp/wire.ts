/**
 * Protobuf's wire format, as far as OTLP needs it: a reader over one buffer, written by hand for the fixed schema of `spans.ts`. No reflection, no generated code.
 *
 * Every length is checked against the bytes that are there; nesting is bounded by the caller. A malformed message throws `MalformedProtobuf`, which ingest answers with 400.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class MalformedProtobuf extends Error {
  override readonly name = "MalformedProtobuf";
}

const utf8 = new TextDecoder("utf-8");

export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, from: number = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = from;
    this.#end = end;
  }

  /** Calls `field` for every field of the message; a field that `field` does not read (returns false) is skipped. */
  each(field: (number: number, reader: WireReader) => boolean): void {
    while (this.#at < this.#end) {
      const tag = this.#varint();
      const wireType = tag % 8;
      const number = Math.floor(tag / 8);
      if (number === 0) throw new MalformedProtobuf("field number 0");
      this.#pending = wireType;
      if (!field(number, this)) this.#skip(wireType);
    }
    if (this.#at !== this.#end) throw new MalformedProtobuf("a field ran over the end of its message");
  }

  #pending = 0;
  #expect(wireType: number): void {
    if (this.#pending !== wireType) throw new MalformedProtobuf(`wire type ${this.#pending} where ${wireType} belongs`);
  }

  bytes(): Uint8Array {
    this.#expect(2);
    const length = this.#varint();
    const from = this.#at;
    this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }
  text(): string {
    return utf8.decode(this.bytes());
  }
  message(): WireReader {
    const part = this.bytes();
    return new WireReader(part);
  }
  bool(): boolean {
    this.#expect(0);
    return this.#varint() !== 0;
  }
  uint(): number {
    this.#expect(0);
    return this.#varint();
  }
  int64(): bigint {
    this.#expect(0);
    return BigInt.asIntN(64, this.#bigVarint());
  }
  fixed64(): bigint {
    this.#expect(1);
    const from = this.#at;
    this.#advance(8);
    return this.#view.getBigUint64(from, true);
  }
  double(): number {
    this.#expect(1);
    const from = this.#at;
    this.#advance(8);
    return this.#view.getFloat64(from, true);
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.#byte();
      // Past 53 bits the number is a tag or length no message has; int64 values go through #bigVarint.
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedProtobuf("varint longer than ten bytes");
  }
  #bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedProtobuf("varint longer than ten bytes");
  }
  #byte(): number {
    if (this.#at >= this.#end) throw new MalformedProtobuf("the message ends inside a varint");
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
  #advance(length: number): void {
    if (length > this.#end - this.#at) throw new MalformedProtobuf("a length runs over the end of the message");
    this.#at += length;
  }
  #skip(wireType: number): void {
    switch (wireType) {
      case 0:
        this.#varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#advance(this.#varint());
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw new MalformedProtobuf(`wire type ${wireType}`);
    }
  }
}
