/** `/`: one field for whatever arrived: a trace id, words of the answer, a screenshot. Below it what failed lately. */
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { TraceRow } from "../api/shapes.ts";
import { Row, RowHead } from "../list/rows.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";

const route = getRouteApi("/");

export function HomePage() {
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(q ?? "");
  const find = (): void => {
    const wanted = text.trim();
    if (/^[0-9a-f]{32}$/.test(wanted)) void navigate({ to: "/t/$traceId", params: { traceId: wanted } });
    else void navigate({ to: "/", search: wanted === "" ? {} : { q: wanted } });
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
            aria-label="A trace id, or words of the answer"
            className="min-w-0 flex-1 bg-transparent px-2 py-1 text-base outline-none placeholder:text-soft"
            placeholder="Paste a trace id or a sentence of the answer"
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
      <Recent />
    </div>
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
