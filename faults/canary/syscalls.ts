/** What a process handed to the kernel, from strace's account of it: raw bytes that were written and overwritten again are seen here and nowhere else. */
import { closeSync, openSync, readSync } from "node:fs";
import type { Needle } from "./encodings.ts";
import { searchBytes, type Hit } from "./search.ts";

export const straceArguments = (output: string): readonly string[] => ["-f", "-qq", "-xx", "-e", "trace=write,pwrite64,writev,pwritev,sendto,sendmsg,sendmmsg,rename,renameat2,open,openat,mkdir,link,symlink", "-s", "4194304", "-o", output];

/** Search every call's bytes, and the bytes of one descriptor in a row, so that a value split over two writes is found. */
export function searchSyscalls(file: string, needles: readonly Needle[]): { readonly hits: Hit[]; readonly calls: number; readonly bytes: number } {
  const tails = new Map<string, Buffer>();
  const hits: Hit[] = [];
  let calls = 0;
  let bytes = 0;
  const longest = Math.max(...needles.map((needle) => needle.bytes.length));
  for (const line of linesOf(file)) {
    const call = /^(\d+) +(\w+)\((\d+)?/.exec(line);
    if (call === null) continue;
    const written = Buffer.concat([...line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text]) => Buffer.from((text ?? "").replaceAll("\\x", ""), "hex")));
    if (written.length === 0) continue;
    calls += 1;
    bytes += written.length;
    const descriptor = `${call[1]} ${call[3] ?? "name"}`;
    const run = Buffer.concat([tails.get(descriptor) ?? Buffer.alloc(0), written]);
    hits.push(...searchBytes(run, `${call[2]} on descriptor ${call[3] ?? "-"}`, needles));
    tails.set(descriptor, Buffer.from(run.subarray(Math.max(0, run.length - longest))));
  }
  return { hits, calls, bytes };
}

function* linesOf(file: string): Generator<string> {
  const descriptor = openSync(file, "r");
  const chunk = Buffer.alloc(1 << 22);
  let rest = "";
  try {
    for (let got = readSync(descriptor, chunk); got > 0; got = readSync(descriptor, chunk)) {
      const lines = (rest + chunk.toString("latin1", 0, got)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(descriptor);
  }
}
