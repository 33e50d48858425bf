/**
 * `@whysaid/recorder/react`: `userActions` as a hook, with refs that derive the action from what the person does. React 18 or 19, which the app brings.
 *
 * ```tsx
 * const { fieldRef, retryRef } = useUserActions({ url: "/v1/actions", ticket: answer.ticket });
 * return <form onSubmit={save}><textarea ref={fieldRef} defaultValue={answer.text} /><button type="button" ref={retryRef}>Again</button><button>Save</button></form>;
 * ```
 */
import { useEffect, useMemo } from "react";
import { userActions, type TextField, type Unwatch, type UserActions, type UserActionsOptions } from "./index.ts";

export interface UseUserActionsOptions extends UserActionsOptions {
  /** Watch for the answer being left without use; milliseconds, or false for not at all. @default 15 minutes */
  readonly abandonAfterMs?: number | false;
}
export type WatchRef<Watched> = (element: Watched | null) => void;
export interface UsedUserActions extends UserActions {
  /** For the field that holds the answer: submitted untouched is an accept, changed an edit. */
  readonly fieldRef: WatchRef<TextField>;
  /** For the element that shows the answer: copying out of it is an accept. */
  readonly copyRef: WatchRef<HTMLElement>;
  /** For the button that asks again. */
  readonly retryRef: WatchRef<HTMLElement>;
}

/** @returns the same object as long as `url` and `ticket` are the same */
export function useUserActions({ url, ticket, keepTexts = false, abandonAfterMs }: UseUserActionsOptions): UsedUserActions {
  const used = useMemo(() => {
    const actions = userActions({ url, ticket, keepTexts });
    return { ...actions, fieldRef: watchRef((field: TextField) => actions.watchField(field)), copyRef: watchRef((shown: HTMLElement) => actions.watchCopy(shown)), retryRef: watchRef((button: HTMLElement) => actions.watchRetry(button)) };
  }, [url, ticket, keepTexts]);
  // not closed when the component goes: what it has told may still be on its way
  useEffect(() => (abandonAfterMs === false ? undefined : used.watchLeaving(abandonAfterMs === undefined ? {} : { afterMs: abandonAfterMs })), [used, abandonAfterMs]);
  return used;
}

function watchRef<Watched>(watch: (element: Watched) => Unwatch): WatchRef<Watched> {
  let unwatch: Unwatch | undefined;
  return (element) => {
    unwatch?.();
    unwatch = element === null ? undefined : watch(element);
  };
}
