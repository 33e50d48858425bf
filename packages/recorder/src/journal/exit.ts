/** One exit listener for all open journals: a listener for each would make Node warn of a leak after ten. */
const atExitNow = new Set<() => void>();

/** @returns what takes the callback out again */
export function atExit(callback: () => void): () => void {
  if (atExitNow.size === 0) process.on("exit", runAll);
  atExitNow.add(callback);
  return () => {
    atExitNow.delete(callback);
    if (atExitNow.size === 0) process.off("exit", runAll);
  };
}

function runAll(): void {
  // Last in, first out: who appends to a journal registered after it was opened, and says its last before the journal ends.
  for (const callback of [...atExitNow].toReversed()) callback();
}
