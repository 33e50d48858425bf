/** One case to judge: what was asked, what was said, what it should have been, why we think so; then a word on it. `c` it is right so, `f` it should have been, `x` it is none. */
import { useMemo, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sendJson } from "../api/client.ts";
import { useKeys, type KeyAction } from "../shell/keys.ts";
import { Marked } from "../text/Marked.tsx";
import { TextDiff } from "../trace/Actions.tsx";
import { Field, FormError } from "../ui/Field.tsx";
import { ErrorNotice, Loading } from "../ui/Notice.tsx";
import { dateTime, percent, shortId } from "../ui/amounts.ts";
import { caseQuery, type Verdict, type WholeCase } from "./queries.ts";

const tone = { new: "bg-warn-wash text-warn", confirmed: "bg-good-wash text-good", rejected: "bg-sunk text-soft" } as const;
const word = { new: "waits for review", confirmed: "confirmed", rejected: "rejected" } as const;

export function CaseView({ id, mayAct, onReviewed }: { readonly id: string; readonly mayAct: boolean; readonly onReviewed: () => void }) {
  const found = useQuery(caseQuery(id));
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Opening the case" />;
  return <Whole one={found.data} mayAct={mayAct} onReviewed={onReviewed} />;
}

function Whole({ one, mayAct, onReviewed }: { readonly one: WholeCase; readonly mayAct: boolean; readonly onReviewed: () => void }) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<string | null>(null);
  const reviewed = useMutation({
    mutationFn: (verdict: Verdict) => sendJson("POST", `/api/cases/${one.id}/review`, { ...verdict, revision: one.revision }),
    onSuccess: async () => {
      setDraft(null);
      onReviewed();
      await Promise.all([client.invalidateQueries({ queryKey: ["cases"] }), client.invalidateQueries({ queryKey: ["case", one.id] })]);
    },
  });
  const { mutate } = reviewed;
  const keys = useMemo<readonly KeyAction[]>(
    () =>
      mayAct
        ? [
            { key: "c", does: "confirm: it is right so", run: () => mutate({ verdict: "confirm" }) },
            { key: "f", does: "fix: say what it should have been", run: () => setDraft(one.expected?.text ?? one.said) },
            { key: "x", does: "reject: it is no case", run: () => mutate({ verdict: "reject" }) },
          ]
        : [],
    [mayAct, mutate, one],
  );
  useKeys("Review", keys);
  const versions = one.datasetVersions.at(-1);
  return (
    <article className="panel min-w-0" data-open-case={one.id}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <h2 className="font-mono text-[13px] font-semibold">{one.id.slice(0, 13)}</h2>
        <span className={`pill ${tone[one.status]}`}>{word[one.status]}</span>
        <span className="text-xs text-soft">
          revision {one.revision}
          {versions === undefined ? "" : ` · in dataset version ${versions}`}
        </span>
        <span className="ml-auto flex flex-wrap gap-2 text-xs">
          {one.traceIds.slice(0, 3).map((traceId) => (
            <Link key={traceId} to="/t/$traceId" params={{ traceId }} className="text-link font-mono">
              {shortId(traceId)}
            </Link>
          ))}
          {one.traceIds.length > 3 && <span className="text-soft">and {one.traceIds.length - 3} more</span>}
        </span>
      </header>
      <div className="grid gap-4 p-4">
        {one.asked !== "" && (
          <Part title="Asked">
            <Marked text={one.asked.slice(0, 4_000)} />
          </Part>
        )}
        <Part title="Said">
          <Marked text={one.said === "" ? "no answer" : one.said} />
        </Part>
        {draft !== null ? (
          <form
            className="grid gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              mutate({ verdict: "fix", expected: draft });
            }}
          >
            <Field label="It should have been" help="Names you type are redacted before they are kept; leave chips’ texts (⟦…⟧) as they are.">
              <textarea autoFocus className="field verbatim min-h-32" value={draft} onChange={(event) => setDraft(event.target.value)} onKeyDown={(event) => event.key === "Escape" && setDraft(null)} spellCheck={false} />
            </Field>
            <div className="flex gap-2">
              <button type="submit" className="main-button" disabled={reviewed.isPending || draft.trim() === ""}>
                Keep and confirm
              </button>
              <button type="button" className="quiet-button" onClick={() => setDraft(null)}>
                Leave it
              </button>
            </div>
          </form>
        ) : one.expected === null ? (
          <p className="hatched rounded-md border border-dashed border-line px-3 py-2 text-[13px] text-soft">Nothing is known of what it should have been: a run checks its rules and its sources. Press f to say it.</p>
        ) : (
          <div>
            <h3 className="label">Should have been, {one.expected.source === "edit" ? "as the user made it" : one.expected.source === "reviewer" ? "as a reviewer wrote it" : "as it was"}</h3>
            <TextDiff before={one.said} after={one.expected.text} />
            {(one.edit?.fields ?? []).length > 0 && (
              <ul className="mt-2 grid gap-0.5 text-[13px]">
                {one.edit?.fields?.slice(0, 20).map(({ at, before, after }) => (
                  <li key={at} className="flex flex-wrap gap-x-2 font-mono text-xs">
                    <span className="text-soft">{at}</span>
                    <del className="text-bad">{JSON.stringify(before) ?? "–"}</del>
                    <ins className="text-good no-underline">{JSON.stringify(after) ?? "–"}</ins>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
        {one.labels.length > 0 && (
          <div>
            <h3 className="label mb-1">Why it is here</h3>
            <ul className="grid gap-1 text-[13px]">
              {byName(one.labels).map(([{ name, source, confidence, note }, times]) => (
                <li key={`${name} ${source}`} className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-mono text-xs font-semibold">{name}</span>
                  <span className="text-xs text-soft">
                    by {source}
                    {confidence === null ? "" : `, ${percent(confidence)} sure`}
                    {times > 1 ? `, in ${times} traces` : ""}
                  </span>
                  {note !== null && (
                    <span className="text-soft">
                      <Marked text={note} />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </div>
        )}
        {one.history.length > 1 && (
          <ol className="border-t border-line pt-2 text-xs text-soft">
            {one.history.slice(1).map(({ revision, atMs, actor, status, note }) => (
              <li key={revision}>
                {dateTime(atMs)} {actor} {status}
                {note === null ? "" : ": "}
                {note !== null && <Marked text={note} />}
              </li>
            ))}
          </ol>
        )}
        <FormError error={reviewed.error} />
      </div>
      {mayAct && draft === null && (
        <footer className="sticky bottom-0 flex flex-wrap gap-2 rounded-b-lg border-t border-line bg-card px-4 py-2.5">
          <button type="button" className="main-button" disabled={reviewed.isPending} onClick={() => mutate({ verdict: "confirm" })}>
            Confirm <kbd className="font-mono text-xs font-normal">c</kbd>
          </button>
          <button type="button" className="quiet-button" onClick={() => setDraft(one.expected?.text ?? one.said)}>
            Fix what it should have been <kbd className="font-mono text-xs text-soft">f</kbd>
          </button>
          <button type="button" className="quiet-button" disabled={reviewed.isPending} onClick={() => mutate({ verdict: "reject" })}>
            Reject <kbd className="font-mono text-xs text-soft">x</kbd>
          </button>
        </footer>
      )}
    </article>
  );
}

/** Each label once, the surest of its like, with the traces that have it. */
function byName(labels: WholeCase["labels"]): readonly (readonly [WholeCase["labels"][number], number])[] {
  const found = new Map<string, (typeof labels)[number][]>();
  for (const label of labels) {
    const key = `${label.source} ${label.name}`;
    found.set(key, [...(found.get(key) ?? []), label]);
  }
  return [...found.values()].flatMap((same) => {
    const [surest] = same.toSorted((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0));
    return surest === undefined ? [] : [[surest, same.length] as const];
  });
}

const Part = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <div>
    <h3 className="label">{title}</h3>
    <div className="verbatim mt-1">{children}</div>
  </div>
);
