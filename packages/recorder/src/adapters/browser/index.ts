/**
 * `@whysaid/recorder/browser`: what a person did with an answer, told from the page that showed it. No key in the page: a ticket made for one trace by
 * `recorder.ticket(traceId)` allows nothing but this.
 *
 * ```ts
 * const actions = userActions({ url: "https://whysaid.example/v1/actions", ticket });
 * actions.watchField(textarea);       // submitted untouched: accept; changed: edit, with both texts
 * actions.watchRetry(regenerateButton);
 * actions.watchLeaving();             // gone without any of these: abandon
 * ```
 *
 * Never throws into the page and never waits: a page whose network is down works as without it.
 */
import { openOutbox, type SentAction } from "./outbox.ts";

export interface UserActionsOptions {
  /** The server's `/v1/actions`, or your own route that passes the body on. */
  readonly url: string;
  readonly ticket: string;
  /** Keep texts of unsent edits in `localStorage` beyond the page; they may be personal. @default false */
  readonly keepTexts?: boolean;
}
export interface ActionDetails {
  readonly before?: string;
  readonly after?: string;
  readonly note?: string;
}
/** Ends the watching it was given for. */
export type Unwatch = () => void;
export type TextField = HTMLElement & { value?: string; form?: HTMLFormElement | null };

export interface UserActions {
  accept(details?: ActionDetails): void;
  edit(details: ActionDetails): void;
  retry(details?: ActionDetails): void;
  abandon(details?: ActionDetails): void;
  /**
   * A field that holds the answer (`input`, `textarea`, or an element with `contenteditable`). When its form is submitted, the answer is compared with the text as
   * it is: the same is an accept, another an edit with both. For a field in no form, call `submitted()`.
   *
   * @param before  the answer as shown; what the field holds now when left out, so give it for a field that is filled later
   */
  watchField(field: TextField, before?: string | (() => string)): Unwatch & { submitted(): void };
  /** Copying out of the element is an accept; so is cutting. */
  watchCopy(element: HTMLElement): Unwatch;
  /** A click on it is a retry. */
  watchRetry(element: HTMLElement): Unwatch;
  /** Leaving the page, or `afterMs` in view without any use of the answer, is an abandon; an accept or edit after it counts in its place. @default 15 minutes */
  watchLeaving(options?: { readonly afterMs?: number }): Unwatch;
  /** End all watching and sending. */
  close(): void;
}

const UNUSED_MS = 15 * 60_000;

export function userActions({ url, ticket, keepTexts = false }: UserActionsOptions): UserActions {
  const outbox = openOutbox({ url, keepTexts });
  const watches = new Set<Unwatch>();
  let isDecided = false;

  const say = (action: SentAction["action"], details: ActionDetails = {}, isLeaving = false): void => {
    isDecided = true;
    outbox.add({ ticket, id: newId(), action, atMs: Date.now(), ...details }, isLeaving);
  };
  const watch = (target: EventTarget, names: readonly string[], seen: (event: Event) => void): Unwatch => {
    for (const name of names) target.addEventListener(name, seen);
    const unwatch = (): void => {
      for (const name of names) target.removeEventListener(name, seen);
      watches.delete(unwatch);
    };
    watches.add(unwatch);
    return unwatch;
  };

  return {
    accept: (details) => say("accept", details),
    edit: (details) => say("edit", details),
    retry: (details) => say("retry", details),
    abandon: (details) => say("abandon", details),
    watchField: (field, given = textOf(field)) => {
      let submittedBefore: string | undefined;
      const submitted = (): void => {
        const before = submittedBefore ?? (typeof given === "string" ? given : given());
        const after = textOf(field);
        if (after === before) say("accept");
        else say("edit", { before, after });
        submittedBefore = after;
      };
      return Object.assign(watch(field.form ?? field.closest("form") ?? new EventTarget(), ["submit"], submitted), { submitted });
    },
    watchCopy: (element) => {
      const unwatch = watch(element, ["copy", "cut"], () => {
        unwatch();
        say("accept");
      });
      return unwatch;
    },
    watchRetry: (element) => watch(element, ["click"], () => say("retry")),
    watchLeaving: ({ afterMs = UNUSED_MS } = {}) => {
      const left = (event?: Event): void => {
        if (!isDecided) say("abandon", {}, event !== undefined);
      };
      const timer = setTimeout(() => left(), afterMs);
      const unwatch = watch(globalThis, ["pagehide"], left);
      const stop = (): void => {
        clearTimeout(timer);
        unwatch();
        watches.delete(stop);
      };
      watches.add(stop);
      return stop;
    },
    close: () => {
      for (const unwatch of watches) unwatch();
      outbox.close();
    },
  };
}

const textOf = (field: TextField): string => field.value ?? field.textContent ?? "";
/** `randomUUID` is there on secure pages only. */
const newId = (): string => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
