/** What the pointer or the keyboard is on: the groups that are lit, and what the inspector shows. Outside React state, so that hovering redraws only what lights up. */
import { useSyncExternalStore } from "react";

export type Inspected =
  | { readonly kind: "value"; readonly group: string }
  | { readonly kind: "pseudonym"; readonly text: string };
interface Active {
  readonly groups: ReadonlySet<string>;
  readonly inspected: Inspected | null;
  readonly isPinned: boolean;
}
const nothing: Active = { groups: new Set(), inspected: null, isPinned: false };
let active: Active = nothing;
const listeners = new Set<() => void>();
function become(next: Active): void {
  active = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const light = (groups: readonly string[]): void => {
  const first = groups[0];
  if (first !== undefined && !active.isPinned) become({ groups: new Set(groups), inspected: { kind: "value", group: first }, isPinned: false });
};
export const unlight = (): void => {
  if (!active.isPinned && active.inspected !== null) become(nothing);
};
export const pin = (groups: readonly string[]): void => {
  const first = groups[0];
  if (first !== undefined) become({ groups: new Set(groups), inspected: { kind: "value", group: first }, isPinned: true });
};
export const inspectPseudonym = (text: string, group: string): void => become({ groups: new Set([group]), inspected: { kind: "pseudonym", text }, isPinned: true });
export const release = (): void => {
  if (active.inspected !== null) become(nothing);
};
export const isLit = (groups: readonly string[]): boolean => groups.some((group) => active.groups.has(group));
export const useLit = (groups: readonly string[]): boolean => useSyncExternalStore(subscribe, () => isLit(groups));
export const useActive = (): Active => useSyncExternalStore(subscribe, () => active);
