/** Says on standard error how far a long job is: nothing in the first second, then one line that changes in place, or plain lines where there is no terminal. */
import { count } from "./show/amounts.ts";

const FIRST_MS = 1000;
const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5000;

export interface Progress {
  /** @param total  null when nobody knows */
  readonly at: (done: number, total: number | null) => void;
  readonly end: () => void;
}

export function progressOn(stream: { readonly isTTY?: boolean; write(text: string): unknown }, what: string, now: () => number = Date.now): Progress {
  const startedMs = now();
  const everyMs = stream.isTTY === true ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let shownMs = startedMs + FIRST_MS - everyMs;
  let hasShown = false;
  return {
    at: (done, total) => {
      const nowMs = now();
      if (nowMs - shownMs < everyMs) return;
      shownMs = nowMs;
      hasShown = true;
      const share = total === null || total === 0 ? "" : ` of ${count(total)} (${Math.floor((100 * done) / total)} %)`;
      const text = `${what}: ${count(done)}${share}`;
      stream.write(stream.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (hasShown && stream.isTTY === true) stream.write("\r\u001b[K");
    },
  };
}
