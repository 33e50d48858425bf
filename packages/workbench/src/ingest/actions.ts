/** Actions that come over HTTP → redacted entries → batches. Each is the whole journal of a writer of its own, named by what it says, so that a repeated send counts once. */
import { createHash } from "node:crypto";
import { WhysaidError, type ActionEntry, type RedactedText, type TextRef, type TraceId, type UserAction, type WriterId } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";
import type { SegmentBatch } from "../store/store.ts";

export interface GivenAction {
  readonly traceId: TraceId;
  readonly action: UserAction;
  readonly atMs: number;
  /** Told by the sender; without one the action is known by what it says. */
  readonly id?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly user?: string | undefined;
  readonly note?: string | undefined;
}

export function actionBatch(given: GivenAction, scope: RedactionScope): SegmentBatch {
  const texts: RedactedText[] = [];
  const text = (value: string | undefined): RedactedText | null => (value === undefined ? null : scope.text(value, { signal: "action" }));
  const ref = (value: RedactedText | null): TextRef | null => (value === null ? null : texts.push(value) - 1);
  const before = text(given.before);
  const after = text(given.after);
  const entry: ActionEntry = { kind: "action", atMs: given.atMs, trace: given.traceId, action: given.action, before: ref(before), after: ref(after), user: text(given.user), note: text(given.note), actionId: text(given.id) };
  const identity = given.id === undefined ? [given.action, given.atMs, before, after, entry.user, entry.note] : [entry.actionId];
  const writer = createHash("sha256").update(`action ${given.traceId} ${JSON.stringify(identity)}`).digest("hex").slice(0, 16) as WriterId;
  const textOf = (wanted: TextRef): string => {
    const found = texts[wanted];
    if (found === undefined) throw new WhysaidError("TEXT_LOST", "an action names a text it did not bring", { fix: "Report this: it is a defect of whysaid." });
    return found;
  };
  return { cursor: null, writer, entries: [{ sequence: 0, entry }], textOf, quarantined: [] };
}
