/** The real disk, but some calls fail, in part or whole, with the codes real disks fail with. */
import { realDisk, type Disk } from "../segment-file.ts";

const writeCodes = ["ENOSPC", "EDQUOT", "EIO", "EFBIG", "ENOSPC", "ENOSPC"] as const;
const openCodes = ["EMFILE", "EROFS", "EACCES", "ENOSPC"] as const;

export const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

export interface Faults {
  /** Of 100 writes, opens and truncates, how many fail. */
  percent: number;
  injected: number;
}

export function failingDisk(random: (below: number) => number, faults: Faults): Disk {
  const oneOf = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const fails = (): boolean => random(100) < faults.percent;
  let failsNext = false;
  return {
    ...realDisk,
    open: (path) => {
      if (!fails()) return realDisk.open(path);
      faults.injected += 1;
      throw failure(oneOf(openCodes));
    },
    write: (fd, bytes, offset, length) => {
      if (failsNext || fails()) {
        failsNext = false;
        faults.injected += 1;
        throw failure(oneOf(writeCodes));
      }
      // A short count, after which the rest of the frame may go in or fail.
      if (length < 2 || random(4) > 0) return realDisk.write(fd, bytes, offset, length);
      failsNext = fails();
      return realDisk.write(fd, bytes, offset, 1 + random(length - 1));
    },
    truncate: (fd, bytes) => {
      if (fails() && random(2) === 0) throw failure("EIO");
      realDisk.truncate(fd, bytes);
    },
  };
}
