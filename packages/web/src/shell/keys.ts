/** Keyboard: each page says its keys and what they do; one listener runs them and `?` lists them. Never while somebody types. */
import { useEffect, useSyncExternalStore } from "react";

export interface KeyAction {
  /** As `KeyboardEvent.key`; two in a row as `g l`. */
  readonly key: string;
  readonly does: string;
  readonly run: () => void;
}
type Group = { readonly title: string; readonly actions: readonly KeyAction[] };
let groups: readonly Group[] = [];
const listeners = new Set<() => void>();
const become = (next: readonly Group[]): void => {
  groups = next;
  for (const listener of listeners) listener();
};

export function useKeys(title: string, actions: readonly KeyAction[]): void {
  useEffect(() => {
    const group: Group = { title, actions };
    become([...groups, group]);
    return () => become(groups.filter((one) => one !== group));
  }, [title, actions]);
}
export const useKeyGroups = (): readonly Group[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => groups,
  );

const FOLLOWS_WITHIN_MS = 900;
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** @returns stops listening */
export function listenToKeys(): () => void {
  let first: { readonly key: string; readonly atMs: number } | null = null;
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    // An open dialog has the keys to itself.
    if (document.querySelector('[role="dialog"]') !== null && event.key !== "?") return;
    const pair = first !== null && event.timeStamp - first.atMs < FOLLOWS_WITHIN_MS ? `${first.key} ${event.key}` : null;
    const all = groups.toReversed().flatMap(({ actions }) => actions);
    const found = all.find(({ key }) => key === pair) ?? all.find(({ key }) => key === event.key);
    first = { key: event.key, atMs: event.timeStamp };
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
