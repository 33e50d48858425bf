/** `/`: one field for whatever arrived: a trace id, words of the answer, a screenshot. Below it what keeps failing, what changed and what failed lately. */
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { getJson, sendJson } from "../api/client.ts";
import type { Found, TraceRow } from "../api/shapes.ts";
import { issuesQuery } from "../issues/query.ts";
import { OneLine, Row, RowHead } from "../list/rows.tsx";
import { Changed } from "./Changed.tsx";
import { Matches } from "./Matches.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";

const route = getRouteApi("/");
const Screenshot = lazy(() => import("./Screenshot.tsx").then((module) => ({ default: module.Screenshot })));
const TRACE_ID = /^[0-9a-f]{8,32}$/;

export function HomePage() {
  const { q } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(q ?? "");
  const wanted = (q ?? "").trim();
  const [image, setImage] = useState<{ readonly file: Blob; readonly taken: number } | null>(null);
  const takeImage = useCallback((file: Blob) => setImage({ file, taken: performance.now() }), []);
  useImages(takeImage);
  const find = (): void => {
    const typed = text.trim().toLowerCase();
    setImage(null);
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
            aria-label="A trace id, or words of the answer"
            className="min-w-0 flex-1 bg-transparent px-2 py-1 text-base outline-none placeholder:text-soft"
            placeholder="Paste a trace id, a sentence of the answer, or a screenshot"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <button type="submit" className="main-button">
            Find
          </button>
        </div>
        <p className="mt-1.5 text-[13px] text-soft">
          Or drop a screenshot anywhere here, or{" "}
          <label className="text-link cursor-pointer focus-within:outline-2 focus-within:outline-accent">
            choose one
            <input type="file" accept="image/*" className="sr-only" data-image onChange={(event) => event.target.files?.[0] !== undefined && takeImage(event.target.files[0])} />
          </label>
          . It is read in this browser; only its text is searched for.
        </p>
      </form>
      {image !== null ? (
        <Suspense fallback={<Loading what="Opening" />}>
          <Screenshot key={image.taken} file={image.file} taken={image.taken} />
        </Suspense>
      ) : wanted === "" ? (
        <>
          <Failing />
          <Changed />
          <Recent />
        </>
      ) : (
        <FoundText text={wanted} />
      )}
    </div>
  );
}

function FoundText({ text }: { readonly text: string }) {
  const found = useQuery({ queryKey: ["find", text], queryFn: () => sendJson<Found>("POST", "/api/find", { text }) });
  if (found.isError) return <ErrorNotice error={found.error} />;
  return found.data === undefined ? <Loading what="Searching" /> : <Matches found={found.data} />;
}

/** An image dropped anywhere on the page, or pasted. */
function useImages(onImage: (file: Blob) => void): void {
  useEffect(() => {
    const take = (items: FileList | undefined, event: Event): void => {
      const image = [...(items ?? [])].find(({ type }) => type.startsWith("image/"));
      if (image === undefined) return;
      event.preventDefault();
      onImage(image);
    };
    const paste = (event: ClipboardEvent): void => take(event.clipboardData?.files, event);
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      take(event.dataTransfer?.files, event);
    };
    const over = (event: DragEvent): void => event.preventDefault();
    document.addEventListener("paste", paste);
    document.addEventListener("drop", drop);
    document.addEventListener("dragover", over);
    return () => {
      document.removeEventListener("paste", paste);
      document.removeEventListener("drop", drop);
      document.removeEventListener("dragover", over);
    };
  }, [onImage]);
}

const MOST_ISSUES = 5;
/** What keeps failing, before what failed last. */
function Failing() {
  const found = useQuery(issuesQuery);
  // The first look at a store diagnoses what came lately, which takes seconds; the rows below are not pushed down without a word.
  if (found.isPending) return <Loading what="Looking for what keeps failing" />;
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
