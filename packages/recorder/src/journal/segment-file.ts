/** One segment on disk, open for appending by its writer and nobody else. The end of the recorder's way: bytes that went through `append` outlive the process. */
import { closeSync, constants, fdatasyncSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** What of `node:fs` a segment needs; handed in so that faults can be put between it and the disk. */
export interface Disk {
  open(path: string): number;
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  truncate(fd: number, bytes: number): void;
  sync(fd: number): void;
  identify(fd: number): { readonly file: string; readonly links: number };
  close(fd: number): void;
  unlink(path: string): void;
  /** Make the directory and its parents, for the owner only. @returns the first one that was not there */
  makeDirectory(path: string): string | undefined;
  syncDirectory(path: string): void;
  /** Bytes this user may still write on the directory's file system; quotas aside. */
  freeBytes(directory: string): number;
}

export const realDisk: Disk = {
  // O_EXCL: a segment has one writer; two processes can't meet in a file.
  open: (path) => openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL, 0o600),
  write: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  truncate: ftruncateSync,
  sync: fdatasyncSync,
  identify: (fd) => {
    const { dev, ino, nlink } = fstatSync(fd);
    return { file: `${dev}:${ino}`, links: nlink };
  },
  close: closeSync,
  unlink: unlinkSync,
  makeDirectory: (path) => mkdirSync(path, { recursive: true, mode: 0o700 }),
  syncDirectory: (path) => {
    if (process.platform === "win32") return; // directories can't be opened there, and need not be
    const fd = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  freeBytes: (directory) => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  },
};

export class SegmentFile {
  readonly path: string;
  readonly #disk: Disk;
  readonly #fd: number;
  readonly #file: string;
  #bytes = 0;

  private constructor(path: string, disk: Disk, fd: number) {
    this.path = path;
    this.#disk = disk;
    this.#fd = fd;
    this.#file = disk.identify(fd).file;
  }

  /** @throws the system's error when the file can't be made */
  static create(path: string, disk: Disk): SegmentFile {
    return new SegmentFile(path, disk, disk.open(path));
  }

  /** Bytes of whole frames in the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * All of `frames`, in one `write(2)` unless the system takes less. A frame that got in only in part is cut off again; where that fails
   * too, its beginning stays in the file and readers skip it.
   *
   * @throws the system's error; no frame is in the file then
   */
  append(frames: Uint8Array): void {
    // One write(2) per append: the page cache outlives the process, our buffers do not.
    let written = 0;
    try {
      while (written < frames.length) {
        const count = this.#write(frames, written);
        written += count;
      }
    } catch (cause) {
      if (written > 0) this.#cutBack(written);
      throw cause;
    }
    this.#bytes += written;
  }

  sync(): void {
    this.#disk.sync(this.#fd);
  }

  /** Make the file's name survive a power cut, and those of the directories made for it. */
  syncName(firstDirectoryMade: string | undefined): void {
    const last = firstDirectoryMade === undefined ? dirname(this.path) : dirname(firstDirectoryMade);
    for (let directory = dirname(this.path); ; directory = dirname(directory)) {
      this.#disk.syncDirectory(directory);
      if (directory === last || directory === dirname(directory)) return;
    }
  }

  /**
   * - `there`   the file has a name and we have the file
   * - `removed` somebody deleted it: what is written to it from now on is lost
   * - `taken`   somebody closed our descriptor, and its number may stand for another file by now: it must not be touched, not even to close it
   */
  look(): "there" | "removed" | "taken" {
    try {
      const { file, links } = this.#disk.identify(this.#fd);
      if (file !== this.#file) return "taken";
      return links > 0 ? "there" : "removed";
    } catch {
      return "taken";
    }
  }

  close(): void {
    this.#disk.close(this.#fd);
  }

  /** Take back a file that never got its first entry. */
  discard(): void {
    this.close();
    this.#disk.unlink(this.path);
  }

  #write(frames: Uint8Array, written: number): number {
    for (let attempts = 0; ; attempts += 1) {
      try {
        return this.#disk.write(this.#fd, frames, written, frames.length - written);
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code;
        if ((code !== "EINTR" && code !== "EAGAIN") || attempts === 100) throw cause;
      }
    }
  }

  #cutBack(written: number): void {
    try {
      this.#disk.truncate(this.#fd, this.#bytes);
    } catch {
      this.#bytes += written;
    }
  }
}
