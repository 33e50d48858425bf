/** Ways a segment's bytes go bad, each saying which of the original bytes are still what and where they were. */

/** A stretch of the original that stands in the damaged bytes unchanged. */
export interface Intact {
  readonly from: number;
  readonly to: number;
}
export interface Damage {
  readonly bytes: Buffer;
  readonly intact: readonly Intact[];
}
type Random = (below: number) => number;

const SECTOR_BYTES = 512;

export const kinds = {
  /** The file ends early. */
  cut(original: Buffer, random: Random): Damage {
    const at = random(original.length + 1);
    return { bytes: original.subarray(0, at), intact: [{ from: 0, to: at }] };
  },
  /** A stretch is missing and what follows has moved up. */
  excision(original: Buffer, random: Random): Damage {
    const { from, to } = stretch(original, random, 20_000);
    return { bytes: Buffer.concat([original.subarray(0, from), original.subarray(to)]), intact: [{ from: 0, to: from }, { from: to, to: original.length }] };
  },
  flips(original: Buffer, random: Random): Damage {
    const bytes = Buffer.from(original);
    for (let left = 1 + random(20); left > 0; left -= 1) {
      const at = random(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
    }
    return { bytes, intact: unchanged(original, bytes) };
  },
  zeroedSectors(original: Buffer, random: Random): Damage {
    const bytes = Buffer.from(original);
    const first = random(Math.ceil(bytes.length / SECTOR_BYTES));
    bytes.fill(0, first * SECTOR_BYTES, Math.min(bytes.length, (first + 1 + random(16)) * SECTOR_BYTES));
    return { bytes, intact: unchanged(original, bytes) };
  },
  /** Random bytes written over what was there. */
  garbageOver(original: Buffer, random: Random): Damage {
    const bytes = Buffer.from(original);
    const { from, to } = stretch(original, random, 5000);
    for (let at = from; at < to; at += 1) bytes[at] = random(256);
    return { bytes, intact: unchanged(original, bytes) };
  },
  /** Random bytes put in between. */
  garbageBetween(original: Buffer, random: Random): Damage {
    const at = random(original.length + 1);
    const garbage = Buffer.from(Array.from({ length: 1 + random(5000) }, () => random(256)));
    return { bytes: Buffer.concat([original.subarray(0, at), garbage, original.subarray(at)]), intact: [{ from: 0, to: at }, { from: at, to: original.length }] };
  },
  /** A failed write that nobody cut off: the first bytes of a frame, and the frames after it. */
  tornInside(original: Buffer, random: Random): Damage {
    const { from, to } = stretch(original, random, 3000);
    const at = random(original.length + 1);
    return { bytes: Buffer.concat([original.subarray(0, at), original.subarray(from, to), original.subarray(at)]), intact: [{ from: 0, to: at }, { from: at, to: original.length }] };
  },
  /** A sector holds what belongs to another. */
  misplacedSector(original: Buffer, random: Random): Damage {
    const bytes = Buffer.from(original);
    const sectors = Math.ceil(bytes.length / SECTOR_BYTES);
    const [to, from] = [random(sectors) * SECTOR_BYTES, random(sectors) * SECTOR_BYTES];
    original.copy(bytes, to, from, from + SECTOR_BYTES);
    return { bytes, intact: unchanged(original, bytes) };
  },
} as const satisfies Readonly<Record<string, (original: Buffer, random: Random) => Damage>>;

export type DamageKind = keyof typeof kinds;

function stretch(original: Buffer, random: Random, most: number): Intact {
  const from = random(original.length + 1);
  return { from, to: Math.min(original.length, from + 1 + random(most)) };
}

/** For damage that moves nothing: the runs of bytes that are as they were (garbage may happen to be what stood there). */
function unchanged(original: Buffer, damaged: Buffer): readonly Intact[] {
  const runs: Intact[] = [];
  let from = 0;
  for (let at = 0; at <= original.length; at += 1) {
    if (at < original.length && original[at] === damaged[at]) continue;
    if (at > from) runs.push({ from, to: at });
    from = at + 1;
  }
  return runs;
}
