/**
 * A disk in memory that remembers every operation, and what of them a power cut may leave. It stands where the journal's real disk stands.
 *
 * What POSIX promises and no more: bytes written before an `fdatasync` of their file that returned are there; of the others any sector may be there
 * or not (zeros, with the file's length set, or the file short); a file's name is there after an `fsync` of its directory, before that perhaps.
 */
import type { Disk } from "../../packages/recorder/src/journal/segment-file.ts";

export type Operation =
  | { readonly does: "open"; readonly path: string }
  | { readonly does: "write"; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly does: "truncate"; readonly path: string; readonly bytes: number }
  | { readonly does: "sync"; readonly path: string }
  | { readonly does: "sync-directory" }
  | { readonly does: "acknowledge"; readonly number: number };

const SECTOR_BYTES = 512;
type Random = (below: number) => number;

export class RecordedDisk implements Disk {
  readonly operations: Operation[] = [];
  readonly #paths = new Map<number, string>();
  readonly #bytes = new Map<string, number>();
  #nextFd = 1000;
  /** How many of the next syncs fail. */
  failingSyncs = 0;

  open(path: string): number {
    this.operations.push({ does: "open", path });
    this.#nextFd += 1;
    this.#paths.set(this.#nextFd, path);
    this.#bytes.set(path, 0);
    return this.#nextFd;
  }
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number {
    const path = this.#paths.get(fd) as string;
    const at = this.#bytes.get(path) as number;
    this.operations.push({ does: "write", path, at, bytes: Buffer.from(bytes.subarray(offset, offset + length)) });
    this.#bytes.set(path, at + length);
    return length;
  }
  truncate(fd: number, bytes: number): void {
    const path = this.#paths.get(fd) as string;
    this.operations.push({ does: "truncate", path, bytes });
    this.#bytes.set(path, bytes);
  }
  sync(fd: number): void {
    if (this.failingSyncs > 0) {
      this.failingSyncs -= 1;
      throw Object.assign(new Error("EIO: i/o error, fdatasync"), { code: "EIO" });
    }
    this.operations.push({ does: "sync", path: this.#paths.get(fd) as string });
  }
  identify(fd: number): { readonly file: string; readonly links: number } {
    return { file: String(fd), links: 1 };
  }
  close(): void {}
  unlink(): void {}
  makeDirectory(): undefined {
    return undefined;
  }
  freeBytes(): number {
    return 0;
  }
  syncDirectory(): void {
    this.operations.push({ does: "sync-directory" });
  }
}

/** How the disk treats what nothing forced onto it. */
export type Caprice = "nothing-unforced" | "everything" | "any-sectors" | "any-sectors-and-length";

/** The files after the power went right after operation `count - 1`, and the numbers acknowledged until then. */
export function afterPowerCut(operations: readonly Operation[], count: number, caprice: Caprice, random: Random): { readonly files: ReadonlyMap<string, Buffer>; readonly acknowledged: readonly number[] } {
  const done = operations.slice(0, count);
  const named = new Set<string>();
  const opened: string[] = [];
  const acknowledged: number[] = [];
  const forced = new Map<string, Buffer>();
  const unforced = new Map<string, Operation[]>();
  for (const operation of done) {
    if (operation.does === "acknowledge") acknowledged.push(operation.number);
    else if (operation.does === "open") opened.push(operation.path);
    else if (operation.does === "sync-directory") for (const path of opened) named.add(path);
    else if (operation.does === "sync") {
      forced.set(operation.path, (unforced.get(operation.path) ?? []).reduce(apply, forced.get(operation.path) ?? Buffer.alloc(0)));
      unforced.set(operation.path, []);
    } else unforced.set(operation.path, [...(unforced.get(operation.path) ?? []), operation]);
  }
  const files = new Map<string, Buffer>();
  for (const path of opened) {
    const survives = named.has(path) || (caprice !== "nothing-unforced" && (caprice === "everything" || random(2) === 0));
    if (!survives) continue;
    const sure = forced.get(path) ?? Buffer.alloc(0);
    const all = (unforced.get(path) ?? []).reduce(apply, sure);
    files.set(path, caprice === "nothing-unforced" ? sure : caprice === "everything" ? all : someSectors(sure, all, caprice, random));
  }
  return { files, acknowledged };
}

function apply(file: Buffer, operation: Operation): Buffer {
  if (operation.does === "truncate") return file.subarray(0, operation.bytes);
  if (operation.does !== "write") return file;
  const longer = Buffer.alloc(Math.max(file.length, operation.at + operation.bytes.length));
  file.copy(longer);
  operation.bytes.copy(longer, operation.at);
  return longer;
}

/** Each sector as forced or as written last. What is forced already can't be taken back: a later write to the same sector carries it again. */
function someSectors(sure: Buffer, all: Buffer, caprice: Caprice, random: Random): Buffer {
  const length = caprice === "any-sectors" ? all.length : sure.length + random(Math.max(1, all.length - sure.length + 1));
  const file = Buffer.alloc(Math.max(sure.length, length));
  sure.copy(file);
  for (let at = 0; at < file.length; at += SECTOR_BYTES) {
    if (random(2) === 0) all.copy(file, Math.max(at, sure.length), Math.max(at, sure.length), Math.min(file.length, at + SECTOR_BYTES));
  }
  return file;
}
