/**
 * Whether a model call that a framework tells of crossed the recorder's `fetch`: then its bytes are recorded, and telling it by hand would be a second
 * generation of the same call.
 */
import type { Recorder } from "../capture/recorder.ts";
import type { TraceId } from "../format/ids.ts";

/**
 * Begin to watch the trace of the running code.
 *
 * @returns ends it, and says whether an exchange of that trace began meanwhile. Of calls at the same time in one trace, of which some cross the wire and some do not, the
 * latter can be taken for the former.
 */
export function watchWire({ internals: { core, exchanges } }: Recorder): () => boolean {
  const { trace } = core.ambient();
  let hasCrossed = false;
  // listens only while the call is open: an app may make a handler for each call it makes
  const told = (begun: TraceId): void => {
    if (begun === trace) hasCrossed = true;
  };
  exchanges.onBegin.add(told);
  return () => {
    exchanges.onBegin.delete(told);
    return hasCrossed;
  };
}
