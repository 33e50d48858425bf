/**
 * Steps of frameworks that tell of a begin and an end instead of handing over a function: a step that runs until it is told how it went. Its end is written
 * a microtask after it is told.
 */
export interface OpenStep {
  returned(value: unknown): void;
  threw(error: unknown): void;
}

/** @param record  one of a recorder's steps, given the function that stands for the framework's own run: `openStep((run) => recorder.tool(name, args, run))` */
export function openStep(record: (run: () => Promise<unknown>) => Promise<unknown>): OpenStep {
  let returned: OpenStep["returned"] = () => undefined;
  let threw: OpenStep["threw"] = () => undefined;
  const running = new Promise<unknown>((resolve, reject) => {
    returned = resolve;
    threw = reject;
  });
  // the framework has its own error; ours is only the record of it
  record(() => running).catch(() => undefined);
  return { returned, threw };
}
