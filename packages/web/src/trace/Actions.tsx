/** What the user did with the answer: an edit as the words that went and came. */
import { useMemo } from "react";
import { diffArrays } from "diff/lib/diff/array.js";
import type { ActionSignal, Reconstruction } from "../api/shapes.ts";
import { ActionPill } from "../list/rows.tsx";
import { Marked } from "../text/Marked.tsx";
import { Missing } from "../ui/Missing.tsx";
import { duration, plural } from "../ui/amounts.ts";
import { answeringIndex } from "../../../workbench/src/marks/signal-states.ts";

export function Actions({ story }: { readonly story: Reconstruction }) {
  const signal = story.generations[answeringIndex(story)]?.signals.action;
  return (
    <section aria-labelledby="signal-action" className="panel min-w-0">
      <h2 id="signal-action" className="label border-b border-line px-3 py-1.5">
        What the user did
      </h2>
      <div className="p-3">
        {story.actions.length === 0 ? <Missing what="The user’s action" why={signal?.state === "missing" ? signal.why : "pending"} /> : story.actions.map((action, index) => <Action key={index} action={action} at={`actions[${index}]`} startedAtMs={story.startedAtMs} />)}
      </div>
    </section>
  );
}

function Action({ action, at, startedAtMs }: { readonly action: ActionSignal; readonly at: string; readonly startedAtMs: number }) {
  return (
    <div data-at={at} className="mb-2 last:mb-0">
      <p className="flex flex-wrap items-center gap-2 text-[13px]">
        <ActionPill action={action.action} />
        <span className="text-soft">
          {duration(Math.max(0, action.atMs - startedAtMs))} later{action.editDistance === null ? "" : ` · ${plural(action.editDistance, "character")} changed`}
        </span>
      </p>
      {action.note !== null && (
        <blockquote className="mt-1 border-l-2 border-line pl-2 text-[13px] italic">
          <Marked text={action.note} />
        </blockquote>
      )}
      {action.before !== null && action.after !== null ? <TextDiff before={action.before} after={action.after} /> : action.after !== null && <div className="verbatim mt-1"><Marked text={action.after} /></div>}
    </div>
  );
}

/** Words; a number, a date, a pseudonym is one. */
const wordsOf = (text: string): string[] => text.match(/⟦[^⟧]*⟧|\d[\d.,:/-]*\d|[\p{L}\p{N}_]+|\s+|[^]/gu) ?? [];
const MOST_COMPARED = 40_000;
export function TextDiff({ before, after }: { readonly before: string; readonly after: string }) {
  const changes = useMemo(() => (before.length + after.length > MOST_COMPARED ? null : diffArrays(wordsOf(before), wordsOf(after))), [before, after]);
  if (changes === null) return <p className="text-soft">Too long to compare here; `whysaid diff` shows it.</p>;
  return (
    <div className="verbatim mt-1">
      {changes.map((change, index) =>
        change.added ? (
          <ins key={index} className="rounded-sm bg-good-wash text-good no-underline">
            <span className="sr-only"> added </span>
            <Marked text={change.value.join("")} />
          </ins>
        ) : change.removed ? (
          <del key={index} className="rounded-sm bg-bad-wash text-bad">
            <span className="sr-only"> removed </span>
            <Marked text={change.value.join("")} />
          </del>
        ) : (
          <Marked key={index} text={change.value.join("")} />
        ),
      )}
    </div>
  );
}
