/**
 * Whether a model call that a framework tells of crossed the recorder's `fetch`: then its bytes are recorded, and telling it by hand would be a second
 * generation of the same call.
 */
import type { TraceId } from "../format/ids.ts";
import type { Recorder } from "../capture/recorder.ts";

export class CrossedWire {
  readonly #begun = new Map<TraceId, number>();
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    recorder.internals.exchanges.onBegin.add((trace) => {
      const count = this.#begun.get(trace);
      if (count !== undefined) this.#begun.set(trace, count + 1);
    });
  }

  /**
   * Begin to watch the trace of the running code.
   *
   * @returns says, when the call is over, whether an exchange of that trace began meanwhile. Of calls at the same time in one trace, of which some cross the wire
   * and some do not, the latter can be taken for the former.
   */
  watch(): () => boolean {
    const { trace } = this.#recorder.internals.core.ambient();
    const before = this.#begun.get(trace) ?? 0;
    this.#begun.set(trace, before);
    this.#watches.set(trace, (this.#watches.get(trace) ?? 0) + 1);
    return () => {
      const hasCrossed = (this.#begun.get(trace) ?? 0) > before;
      const left = (this.#watches.get(trace) ?? 1) - 1;
      if (left > 0) this.#watches.set(trace, left);
      else {
        this.#watches.delete(trace);
        this.#begun.delete(trace);
      }
      return hasCrossed;
    };
  }
  readonly #watches = new Map<TraceId, number>();
}
