/** A thread of the server's own, from the sources as from the package. */
import { Worker } from "node:worker_threads";
import { fromSource } from "../places.ts";

/** From the TypeScript sources in a checkout, a thread needs tsx put in by hand: Node gives a worker no loader of its parent's. */
export function startThread(thread: URL, workerData: unknown): Worker {
  if (!fromSource) return new Worker(thread, { workerData });
  const tsx = import.meta.resolve("tsx/esm/api");
  return new Worker(`import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(thread.href)}); })`, { eval: true, workerData, execArgv: ["--conditions=whysaid-source"] });
}
