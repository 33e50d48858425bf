/**
 * Rows in ClickHouse's RowBinary format, as they are inserted: no escaping, bytes as they are.
 *
 * @see https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export class RowBinary {
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  rows = 0;

  get bytes(): number {
    return this.#length;
  }
  /** Call after the columns of each row. */
  endRow(): void {
    this.rows += 1;
  }
  /** A copy is not made: write nothing more afterwards. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  uint8(value: number): void {
    this.#grow(1);
    this.#buffer[this.#length++] = value;
  }
  uint32(value: number): void {
    this.#grow(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }
  /** Up to 2^53. */
  uint64(value: number | bigint): void {
    this.#grow(8);
    this.#length = this.#buffer.writeBigUInt64LE(BigInt(value), this.#length);
  }
  int64(value: number): void {
    this.#grow(8);
    this.#length = this.#buffer.writeBigInt64LE(BigInt(Math.trunc(value)), this.#length);
  }
  float64(value: number): void {
    this.#grow(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }
  /** String, LowCardinality(String). */
  string(value: string): void {
    this.data(Buffer.from(value, "utf8"));
  }
  data(value: Uint8Array): void {
    this.#varint(value.length);
    this.fixed(value);
  }
  /** FixedString of just this length. */
  fixed(value: Uint8Array): void {
    this.#grow(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }
  nullable<T>(value: T | null, write: (value: T) => void): void {
    this.uint8(value === null ? 1 : 0);
    if (value !== null) write(value);
  }
  array<T>(values: readonly T[], write: (value: T) => void): void {
    this.#varint(values.length);
    for (const value of values) write(value);
  }

  #varint(value: number): void {
    this.#grow(9);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }
  #grow(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
