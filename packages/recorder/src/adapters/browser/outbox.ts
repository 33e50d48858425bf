/**
 * Actions on their way from a page to the server: each is sent at once, again with growing pauses while it fails, and by beacon when the page goes away.
 *
 * What is still unsent when the page is closed is remembered in `localStorage` and sent by the next page: without its texts, unless asked for, since they are a
 * person's words and that is a disk.
 */

/** The body of `POST /v1/actions` with a ticket. */
export interface SentAction {
  readonly ticket: string;
  /** A repeated send of the same id counts once. */
  readonly id: string;
  readonly action: "accept" | "edit" | "retry" | "abandon";
  /** When it was done: milliseconds since 1970, by the page's clock. */
  readonly atMs: number;
  readonly before?: string;
  readonly after?: string;
  readonly note?: string;
}
export interface OutboxOptions {
  readonly url: string;
  /** Remember texts across pages too. @default false */
  readonly keepTexts?: boolean;
}
export interface Outbox {
  /** @param isLeaving  the page is going away: there is no time for an answer */
  add(action: SentAction, isLeaving?: boolean): void;
  /** Stop trying; what is unsent stays remembered. */
  close(): void;
}

const STORED = "whysaid.actions";
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** Above it browsers refuse `keepalive` and beacons (64 KiB for all that is on its way). */
const BEACON_BYTES = 60_000;
/** More than a page ever has open; keeps what is remembered small. */
const MOST_REMEMBERED = 100;

type Remembered = Record<string, { readonly url: string; readonly action: SentAction }>;

export function openOutbox({ url, keepTexts = false }: OutboxOptions): Outbox {
  const waiting = new Map<string, SentAction>();
  const underWay = new Set<string>();
  let pauseMs = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isListening = false;

  const wait = (action: SentAction): void => {
    waiting.set(action.id, action);
    listen(true);
  };
  const settled = (id: string): void => {
    waiting.delete(id);
    remember((all) => delete all[id]);
    pauseMs = FIRST_PAUSE_MS;
    if (waiting.size === 0) listen(false);
  };
  const again = (): void => {
    if (timer !== undefined || !isListening) return;
    timer = setTimeout(sendAll, pauseMs * (0.5 + Math.random()));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };
  const send = (action: SentAction): void => {
    if (underWay.has(action.id)) return;
    underWay.add(action.id);
    const body = JSON.stringify(action);
    // text/plain, so that no preflight stands between a closing tab and its answer
    fetch(url, { method: "POST", body, headers: { "content-type": "text/plain" }, credentials: "omit", keepalive: sizeOf(body) < BEACON_BYTES })
      .then(({ status }) => {
        underWay.delete(action.id);
        if (status === 413 && action.after !== undefined) wait(withoutTexts(action));
        if (status === 413 ? action.after !== undefined : status === 408 || status === 429 || status >= 500) again();
        else settled(action.id);
      })
      .catch(() => {
        underWay.delete(action.id);
        again();
      });
  };
  function sendAll(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const action of waiting.values()) send(action);
  }
  const online = (): void => {
    pauseMs = FIRST_PAUSE_MS;
    sendAll();
  };
  /** A beacon tells nobody whether it arrived: what went by one stays remembered, and the next page sends it once more under the same id. */
  const beacon = (action: SentAction): void => {
    const body = JSON.stringify(action);
    navigator.sendBeacon?.(url, sizeOf(body) < BEACON_BYTES ? body : JSON.stringify(withoutTexts(action)));
  };
  const leaving = (): void => {
    for (const action of waiting.values()) beacon(action);
  };
  /** Only while something waits: a page may show thousands of answers. */
  function listen(wanted: boolean): void {
    if (wanted === isListening) return;
    isListening = wanted;
    const change = wanted ? addEventListener : removeEventListener;
    change("online", online);
    change("pagehide", leaving);
    change("pageshow", online);
    if (!wanted) clearTimeout(timer);
    if (!wanted) timer = undefined;
  }

  for (const one of Object.values(remembered())) if (one.url === url) wait(one.action);
  sendAll();

  return {
    add: (action, isLeaving = false) => {
      wait(action);
      remember((all) => {
        all[action.id] = { url, action: keepTexts ? action : withoutTexts(action) };
      });
      if (isLeaving) beacon(action);
      send(action);
    },
    close: () => listen(false),
  };
}

const sizeOf = (text: string): number => new Blob([text]).size;
const withoutTexts = ({ before: _before, after: _after, note: _note, ...rest }: SentAction): SentAction => rest;

/** Storage may be full, switched off or not JSON: an action is then remembered by this page alone. */
function remembered(): Remembered {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof all === "object" && all !== null ? (all as Remembered) : {};
  } catch {
    return {};
  }
}
function remember(change: (all: Remembered) => void): void {
  try {
    const all = remembered();
    change(all);
    const newest = Object.entries(all).slice(-MOST_REMEMBERED);
    if (newest.length === 0) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(newest)));
  } catch {
    // not remembered
  }
}
