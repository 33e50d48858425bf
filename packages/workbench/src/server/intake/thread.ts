/** The intake thread: takes work in the order it comes, stores as much of it as waits in one transaction, answers each after its commit. */
import { parentPort, workerData } from "node:worker_threads";
import { Desk } from "./desk.ts";
import type { Done, FromIntake, IntakeStart, ToIntake } from "./messages.ts";
import { problemOf } from "./problem.ts";

const port = parentPort;
if (port === null) throw new Error("this is a thread of the server");

const say = (message: FromIntake): void => port.postMessage(message);
const desk = new Desk(workerData as IntakeStart, (error) => say({ problem: problemOf(error) }), () => say({ counts: desk.counts }));
const queue: ToIntake[] = [];
let isBusy = false;

port.on("message", (message: ToIntake) => {
  queue.push(message);
  if (!isBusy) void work();
});

async function work(): Promise<void> {
  isBusy = true;
  while (queue.length > 0) {
    // What has come meanwhile is on the port, not in the queue yet: one turn lets it in, and it shares the transaction.
    await new Promise((resolve) => setImmediate(resolve));
    const taken = desk.takes(queue);
    const done = await desk.work(taken.map(({ work }) => work));
    for (const [index, { id }] of taken.entries()) say({ id, done: done[index] as Done, counts: desk.counts });
    if (taken.some(({ work }) => work.kind === "close")) {
      port?.close();
      return;
    }
  }
  isBusy = false;
}
