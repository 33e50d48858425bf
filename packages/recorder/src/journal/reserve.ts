/**
 * Disk space kept for the moment there is none: a file of zeros beside the segment, given back page by page so that a gap entry fits on a
 * full disk and the journal can say what it lost.
 */
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from "node:fs";

export const RESERVE_BYTES: number = 64 * 1024;
const PAGE_BYTES = 4096;

export class Reserve {
  readonly #path: string;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get isFull(): boolean {
    return this.#bytes === RESERVE_BYTES;
  }

  /** Make the reserve whole, or leave it as it is when the disk has not so much. */
  fill(): void {
    try {
      const fd = openSync(this.#path, this.#bytes === 0 ? "w" : "r+", 0o600);
      try {
        // Real bytes: a hole would reserve nothing.
        for (let end = this.#bytes; end < RESERVE_BYTES; ) end += writeSync(fd, Buffer.alloc(RESERVE_BYTES - end), 0, RESERVE_BYTES - end, end);
        this.#bytes = RESERVE_BYTES;
      } catch {
        ftruncateSync(fd, this.#bytes);
      } finally {
        closeSync(fd);
      }
    } catch {
      this.#bytes = 0;
    }
  }

  /** Give back enough for `bytes` more in another file. @returns false when nothing is left to give */
  release(bytes: number): boolean {
    if (this.#bytes === 0) return false;
    this.#bytes = Math.max(0, this.#bytes - Math.ceil((bytes + PAGE_BYTES) / PAGE_BYTES) * PAGE_BYTES);
    try {
      const fd = openSync(this.#path, "r+");
      try {
        ftruncateSync(fd, this.#bytes);
      } finally {
        closeSync(fd);
      }
      return true;
    } catch {
      this.remove();
      return false;
    }
  }

  remove(): void {
    this.#bytes = 0;
    try {
      unlinkSync(this.#path);
    } catch {
      // It is not there, or the directory is read-only: then it holds no space we could give.
    }
  }
}
