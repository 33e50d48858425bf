/** The running trace's id in log lines, so that a line leads to the moment. Nothing else of the trace is logged. */
import type { Recorder } from "../capture/recorder.ts";

/** `pino({ mixin: traceMixin(recorder) })`: adds `traceId` to lines written while a trace runs. */
export function traceMixin(recorder: Pick<Recorder, "current">): () => { readonly traceId?: string } {
  return () => {
    const traceId = recorder.current()?.id;
    return traceId === undefined ? {} : { traceId };
  };
}

/** For winston: `format.combine(winstonTraceId(recorder), format.json())`. */
export function winstonTraceId(recorder: Pick<Recorder, "current">): { transform<Line extends object>(line: Line): Line } {
  const mixin = traceMixin(recorder);
  return { transform: (line) => Object.assign(line, mixin()) };
}
