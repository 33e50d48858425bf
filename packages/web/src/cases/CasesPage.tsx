/** `/cases`: what users edited, retried or left. The queue on the left, the one that is open on the right; review is three keys. */
import { useCallback, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { CaseHead, CaseStatus } from "../api/shapes.ts";
import { ActionPill, OneLine } from "../list/rows.tsx";
import { useMay } from "../shell/me.ts";
import { useKeys, type KeyAction } from "../shell/keys.ts";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { count } from "../ui/amounts.ts";
import { CaseView } from "./CaseView.tsx";
import { casesQuery } from "./queries.ts";

const route = getRouteApi("/cases");
const tabs: readonly (readonly [CaseStatus, string])[] = [["new", "To review"], ["confirmed", "Confirmed"], ["rejected", "Rejected"]];
const exportFormats = ["whysaid", "openai-evals", "promptfoo", "braintrust", "langfuse", "csv"] as const;

export function CasesPage() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const mayAct = useMay("reveal");
  const status = search.status ?? "new";
  const found = useQuery(casesQuery({ ...search, status }));
  const cases = useMemo(() => found.data?.cases ?? [], [found.data]);
  const index = cases.findIndex(({ id }) => id === search.case);
  const current = cases[index] ?? (search.case === undefined ? cases[0] : undefined);
  const openId = current?.id ?? search.case;
  const open = useCallback((id: string | undefined) => void navigate({ to: "/cases", search: { ...search, status, ...(id === undefined ? {} : { case: id }) }, replace: true, resetScroll: false }), [navigate, search, status]);
  const place = Math.max(0, index);
  /** What comes after the one that is being reviewed: it leaves the list. */
  const goOn = useCallback(() => open(cases[place + 1]?.id ?? cases[place - 1]?.id), [open, cases, place]);
  const keys = useMemo<readonly KeyAction[]>(
    () => [
      { key: "j", does: "next case", run: () => cases.length > 0 && open(cases[Math.min(cases.length - 1, place + 1)]?.id) },
      { key: "k", does: "previous case", run: () => cases.length > 0 && open(cases[Math.max(0, place - 1)]?.id) },
      { key: "Enter", does: "open its trace", run: () => current?.traceIds[0] !== undefined && void navigate({ to: "/t/$traceId", params: { traceId: current.traceIds[0] } }) },
    ],
    [cases, place, open, current, navigate],
  );
  useKeys("Cases", keys);
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Reading what users did" />;
  const { counts, features, isCurrent } = found.data;
  const isNone = counts.new + counts.confirmed + counts.rejected === 0;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-base font-semibold">Cases</h1>
        <nav aria-label="Status" className="flex gap-1">
          {tabs.map(([value, word]) => (
            <Link key={value} to="/cases" search={{ status: value, ...(search.feature === undefined ? {} : { feature: search.feature }) }} aria-current={value === status ? "true" : undefined} className={`quiet-button ${value === status ? "!border-accent font-semibold" : ""}`}>
              {word} <span className="text-soft tabular-nums">{count(counts[value])}</span>
            </Link>
          ))}
        </nav>
        {features.length > 1 && (
          <select aria-label="Feature" className="field" value={search.feature ?? ""} onChange={(event) => void navigate({ to: "/cases", search: { status, ...(event.target.value === "" ? {} : { feature: event.target.value }) } })}>
            <option value="">every feature</option>
            {features.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        )}
        {!isCurrent && <span role="status" className="text-[13px] text-warn">still reading what users did…</span>}
        {mayAct && counts.confirmed > 0 && (
          <details className="relative ml-auto">
            <summary className="quiet-button cursor-pointer list-none">Export</summary>
            <ul className="panel absolute right-0 z-10 mt-1 grid w-44 gap-0.5 p-1 shadow-lg">
              {exportFormats.map((format) => (
                <li key={format}>
                  <a className="block rounded px-2 py-1 text-[13px] hover:bg-accent-wash" href={`/api/cases/export?format=${format}${search.feature === undefined ? "" : `&feature=${encodeURIComponent(search.feature)}`}`} download>
                    {format}
                  </a>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {isNone ? (
        <Notice title="No cases yet.">
          An answer that a user edits, retries or leaves becomes one by itself: tell the recorder with `recorder.action`. Or open a trace and press <kbd className="font-mono">e</kbd>.
        </Notice>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
          {cases.length === 0 ? (
            <p className="panel px-4 py-3 text-soft">{status === "new" ? "Nothing waits for review." : `Nothing is ${status}.`}</p>
          ) : (
            <ul aria-label="Cases" className="panel max-h-[40vh] divide-y divide-line overflow-auto lg:max-h-[80vh]" tabIndex={0}>
              {cases.map((one) => (
                <li key={one.id}>
                  <CaseLine one={one} isOpen={one.id === openId} search={{ status, ...(search.feature === undefined ? {} : { feature: search.feature }) }} />
                </li>
              ))}
            </ul>
          )}
          {openId !== undefined && <CaseView key={openId} id={openId} mayAct={mayAct} onReviewed={status === "new" ? goOn : () => undefined} />}
        </div>
      )}
    </div>
  );
}

function CaseLine({ one, isOpen, search }: { readonly one: CaseHead; readonly isOpen: boolean; readonly search: { readonly status: CaseStatus; readonly feature?: string } }) {
  const causes = [...new Set(one.labels.filter(({ name }) => /^(?:cause|rule):/.test(name)).map(({ name }) => name.slice(name.indexOf(":") + 1)))];
  return (
    <Link to="/cases" search={{ ...search, case: one.id }} replace resetScroll={false} data-case={one.id} aria-current={isOpen ? "true" : undefined} className={`block border-l-4 px-3 py-2 text-[13px] hover:bg-accent-wash ${isOpen ? "border-accent bg-accent-wash" : "border-transparent"}`}>
      <span className="flex items-center gap-x-2 overflow-hidden">
        <span className="truncate font-medium">{one.feature === "" ? "no feature" : one.feature}</span>
        {one.origin === "hand" ? <span className="pill bg-sunk text-soft">by hand</span> : <ActionPill action={one.origin} />}
        {one.traceIds.length > 1 && <span className="shrink-0 text-xs text-soft">{one.traceIds.length}×</span>}
        <span className="ml-auto shrink-0 font-mono text-xs text-bad">{causes[0]}</span>
      </span>
      <span className="mt-0.5 block truncate font-mono text-xs text-soft">
        <OneLine text={one.said === "" ? "no answer" : one.said} />
      </span>
    </Link>
  );
}
