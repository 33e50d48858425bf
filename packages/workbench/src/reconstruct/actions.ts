/** What users did with the answer, in time order. A repeated send (same `actionId`) counts once: the first. */
import type { ActionEntry, ActionSignal } from "@whysaid/recorder/format";
import { editDistance } from "./edit-distance.ts";
import type { Texts } from "./texts.ts";

/** @param entries  in the order of `inOrder` */
export function actionsOf(entries: readonly ActionEntry[], texts: Texts): readonly ActionSignal[] {
  const sent = new Set<string>();
  const distinct = entries.filter(({ actionId }) => {
    if (actionId === null) return true;
    const isNew = !sent.has(actionId);
    sent.add(actionId);
    return isNew;
  });
  return distinct
    .map((entry): ActionSignal => {
      const before = texts.orNull(entry.before);
      const after = texts.orNull(entry.after);
      const isReadable = !texts.isLost(entry.before) && !texts.isLost(entry.after);
      return { action: entry.action, atMs: entry.atMs, before, after, editDistance: isReadable ? editDistance(before, after) : null, note: entry.note };
    })
    .sort((a, b) => a.atMs - b.atMs);
}
