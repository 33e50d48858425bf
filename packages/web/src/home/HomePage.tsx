/** `/`: one field for whatever arrived: a trace id, words of the answer, a screenshot. Below it what failed lately. */
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { TraceRow } from "../api/shapes.ts";
import { issuesQuery } from "../issues/query.ts";
import { OneLine, Row, RowHead } from "../list/rows.tsx";
import { plural } from "../ui/amounts.ts";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";

const route = getRouteApi("/");
const TRACE_ID = /^[0-9a-f]{8,32}$/;

export function HomePage() {
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(q ?? "");
  const wanted = (q ?? "").trim().toLowerCase();
  const find = (): void => {
    const typed = text.trim().toLowerCase();
    // The server takes an id's first digits for the whole of it, and says so when several begin like that.
    if (TRACE_ID.test(typed)) void navigate({ to: "/t/$traceId", params: { traceId: typed } });
    else void navigate({ to: "/", search: typed === "" ? {} : { q: text.trim() } });
  };
  return (
    <div className="flex flex-col gap-6">
      <form
        role="search"
        className="mx-auto mt-4 w-full max-w-3xl"
        onSubmit={(event) => {
          event.preventDefault();
          find();
        }}
      >
        <h1 className="mb-2 text-lg font-semibold tracking-tight">Which answer was wrong?</h1>
        <div className="panel flex items-center gap-2 p-2 focus-within:border-accent">
          <input
            data-search
            aria-label="A trace id, or words of a recent answer"
            className="min-w-0 flex-1 bg-transparent px-2 py-1 text-base outline-none placeholder:text-soft"
            placeholder="Paste a trace id, or words of a recent answer"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <button type="submit" className="main-button">
            Find
          </button>
        </div>
      </form>
      {wanted === "" ? (
        <>
          <Failing />
          <Recent />
        </>
      ) : (
        <Found wanted={wanted} />
      )}
    </div>
  );
}

const LOOKED_AT = 500;
/** Looks through the beginnings of the newest answers, and says that it does no more. */
function Found({ wanted }: { readonly wanted: string }) {
  const found = useQuery({ queryKey: ["newest", LOOKED_AT], queryFn: ({ signal }) => getJson<{ traces: readonly TraceRow[] }>("/api/traces", { limit: LOOKED_AT }, signal) });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Looking" />;
  const words = [...new Set(wanted.match(/⟦[^⟧]*⟧|[\p{L}\p{N}]+(?:[.,][\p{N}]+)*/gu) ?? [])];
  const matching = found.data.traces
    .map((row) => ({ row, hits: words.filter((word) => row.answer?.toLowerCase().includes(word) === true).length }))
    .filter(({ hits }) => words.length > 0 && hits >= Math.max(1, Math.ceil(words.length * 0.6)))
    .sort((a, b) => b.hits - a.hits)
    .slice(0, 50);
  const nowMs = Date.now();
  return (
    <section aria-labelledby="found">
      <h2 id="found" className="mb-2 text-base font-semibold">
        {plural(matching.length, "answer")} <span className="text-[13px] font-normal text-soft">among the newest {found.data.traces.length}, by the first 200 characters of each</span>
      </h2>
      {matching.length === 0 ? (
        <Notice title="None of the newest answers says that.">Narrow the list by feature, model and time instead, or paste the trace id.</Notice>
      ) : (
        <div className="panel overflow-hidden">
          <RowHead />
          {matching.map(({ row }) => (
            <div key={row.traceId} className="md:h-9">
              <Row row={row} nowMs={nowMs} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

const MOST_ISSUES = 5;
/** What keeps failing, before what failed last. */
function Failing() {
  const found = useQuery(issuesQuery);
  const open = found.data?.issues.filter(({ state }) => state !== "resolved") ?? [];
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="failing">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 id="failing" className="text-base font-semibold">
          What keeps failing
        </h2>
        <Link to="/issues" className="text-link text-[13px]">
          {open.length > MOST_ISSUES ? `all ${open.length}` : "all"}
        </Link>
      </div>
      <ul className="panel divide-y divide-line">
        {open.slice(0, MOST_ISSUES).map((issue) => (
          <li key={issue.id}>
            <Link to="/t/$traceId" params={{ traceId: issue.traceIds[0] ?? "" }} className="grid items-baseline gap-x-3 px-3 py-1.5 text-[13px] hover:bg-accent-wash sm:grid-cols-[3.5rem_12rem_minmax(0,1fr)]">
              <span className="font-semibold tabular-nums">{issue.count}×</span>
              <span className="font-mono text-xs text-bad">{issue.cause}</span>
              <span className="truncate">
                <OneLine text={issue.title} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent() {
  const found = useQuery({ queryKey: ["recent"], queryFn: ({ signal }) => getJson<{ traces: readonly TraceRow[] }>("/api/traces", { limit: 300 }, signal), refetchInterval: 15_000 });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Reading what came lately" />;
  const { traces } = found.data;
  const notable = traces.filter((row) => row.failedRules.length > 0 || row.state !== "complete" || (row.action !== null && row.action !== "accept")).slice(0, 12);
  const nowMs = Date.now();
  if (traces.length === 0) return <Notice title="Nothing is recorded here yet.">Give your client `recorder.fetch`, or run `npm run demo` for a day on a ward.</Notice>;
  const counts = [
    ["edited", traces.filter(({ action }) => action === "edit").length, { action: "edit" }],
    ["abandoned", traces.filter(({ action }) => action === "abandon").length, { action: "abandon" }],
    ["retried", traces.filter(({ action }) => action === "retry").length, { action: "retry" }],
  ] as const;
  return (
    <section aria-labelledby="recent">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
        <h2 id="recent" className="text-base font-semibold">
          Lately edited, abandoned or failed
        </h2>
        <ul className="flex gap-4 text-[13px]">
          {counts.map(([word, times, search]) => (
            <li key={word}>
              <Link to="/traces" search={search} className="text-link">
                {times} {word}
              </Link>
            </li>
          ))}
          <li>
            <Link to="/traces" className="text-link">
              all
            </Link>
          </li>
        </ul>
      </div>
      <div className="panel overflow-hidden">
        <RowHead />
        {notable.map((row) => (
          <div key={row.traceId} className="md:h-9">
            <Row row={row} nowMs={nowMs} />
          </div>
        ))}
        {notable.length === 0 && <p className="px-3 py-4 text-soft">Nothing failed lately.</p>}
      </div>
    </section>
  );
}
