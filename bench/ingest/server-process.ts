/** `whysaid up`, joined as the package joins it, in a process of its own, and what it uses. */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { buildCommandLine, builtStart } from "../../packages/workbench/src/cli/testing/built.ts";

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** CPU seconds of the process, and of each of its threads by id. */
  usage(): { readonly cpuSeconds: number; readonly threads: ReadonlyMap<string, number>; readonly peakBytes: number };
  stop(): Promise<void>;
}

let built: Promise<void> | undefined;
export async function startedServer(directory: string, port: number = 0): Promise<ServerProcess> {
  await (built ??= buildCommandLine());
  const child = spawn(process.execPath, [builtStart, "up", "--port", String(port), "--dir", directory, "--json", "--log", "error"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  const pid = child.pid as number;
  return {
    url,
    pid,
    process: child,
    usage: () => {
      const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
      const threads = new Map(readdirSync(`/proc/${pid}/task`).map((tid) => [tid, cpuIn(`/proc/${pid}/task/${tid}/stat`)]));
      return { cpuSeconds: cpuIn(`/proc/${pid}/stat`), threads, peakBytes: peak * 1024 };
    },
    stop: async () => {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** User and system time, in clock ticks of 10 ms (proc(5)). */
function cpuIn(file: string): number {
  try {
    const fields = readFileSync(file, "latin1").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0; // a thread that ended meanwhile
  }
}

/** Of all threads but the one that answers requests: the one that took most, which is the one that stores. */
export function storingSeconds(pid: number, before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return Math.max(...[...after].filter(([tid]) => tid !== String(pid)).map(([tid, seconds]) => seconds - (before.get(tid) ?? 0)));
}
