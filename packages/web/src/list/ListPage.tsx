/** `/traces`: every trace, newest first; filters stand in the address, rows are drawn as they come into sight, new ones arrive while looking. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { getJson } from "../api/client.ts";
import type { TraceRow } from "../api/shapes.ts";
import { useKeys, type KeyAction } from "../shell/keys.ts";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { plural } from "../ui/amounts.ts";
import { Facets } from "./Facets.tsx";
import { queryOf } from "./filters.ts";
import { Row, RowHead } from "./rows.tsx";

const PAGE = 200;
const ROW_PX = 36;
const LIVE_MS = 3_000;
const route = getRouteApi("/traces");

export function ListPage() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const [isLive, setLive] = useState(false);
  const found = useInfiniteQuery({
    queryKey: ["traces", filters],
    queryFn: ({ pageParam, signal }) => getJson<{ traces: readonly TraceRow[]; next: string | null }>("/api/traces", { ...queryOf(filters, Date.now()), limit: PAGE, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  // Live asks for the newest page alone: what is new comes on top, what is known shows what the user has done since.
  const live = useQuery({
    queryKey: ["traces live", filters],
    queryFn: ({ signal }) => getJson<{ traces: readonly TraceRow[] }>("/api/traces", { ...queryOf(filters, Date.now()), limit: PAGE }, signal),
    enabled: isLive,
    refetchInterval: LIVE_MS,
  });
  const loaded = useMemo(() => found.data?.pages.flatMap(({ traces }) => traces) ?? [], [found.data]);
  const rows = useMemo(() => (isLive ? withNewest(loaded, live.data?.traces ?? []) : loaded), [loaded, live.data, isLive]);
  const known = useRef<ReadonlySet<string> | null>(null);
  if (!isLive) known.current = null;
  else known.current ??= new Set(loaded.map(({ traceId }) => traceId));
  const isFresh = (traceId: string): boolean => known.current !== null && !known.current.has(traceId);
  // So much came that the newest page does not reach what is here: read it all again.
  const isTorn = isLive && loaded.length > 0 && live.data !== undefined && live.data.traces.length === PAGE && !live.data.traces.some(({ traceId }) => known.current?.has(traceId) === true);
  const { refetch } = found;
  useEffect(() => {
    if (isTorn) void refetch();
  }, [isTorn, refetch]);
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(-1);
  const isNarrow = innerWidth < 768;
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => (isNarrow ? 52 : ROW_PX), overscan: 12, scrollMargin: list.current?.offsetTop ?? 0 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (last >= rows.length - 30 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const keys = useMemo<readonly KeyAction[]>(() => {
    const move = (by: number) => () =>
      setCurrent((index) => {
        const next = Math.min(rows.length - 1, Math.max(0, index + by));
        virtual.scrollToIndex(next, { align: "auto" });
        return next;
      });
    const row = rows[current];
    return [
      { key: "j", does: "next trace", run: move(1) },
      { key: "k", does: "previous trace", run: move(-1) },
      { key: "Enter", does: "open the trace", run: () => row !== undefined && void navigate({ to: "/t/$traceId", params: { traceId: row.traceId } }) },
      { key: "v", does: "live: show new traces as they come", run: () => setLive((isOn) => !isOn) },
    ];
  }, [rows, current, navigate, virtual]);
  useKeys("Traces", keys);
  const nowMs = Date.now();
  return (
    <div className="gap-5 lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
      <Facets filters={filters} rows={rows} />
      <section aria-labelledby="list-title">
        <div className="mb-2 flex items-center justify-between gap-2">
          <h1 id="list-title" className="text-base font-semibold">
            Traces <span className="font-normal text-soft" aria-live="polite">{found.data === undefined ? "" : `${plural(rows.length, "trace")}${hasNextPage ? " so far" : ""}`}</span>
          </h1>
          <button type="button" className="quiet-button" aria-pressed={isLive} onClick={() => setLive(!isLive)}>
            <span aria-hidden="true" className={`inline-block h-2 w-2 rounded-full ${isLive ? "bg-good" : "bg-soft"}`} /> Live
          </button>
        </div>
        {found.isError ? (
          <ErrorNotice error={found.error} />
        ) : found.isPending ? (
          <Loading what="Reading the traces" />
        ) : rows.length === 0 ? (
          Object.keys(filters).length > 0 ? (
            <Notice title="No trace matches.">
              <Link to="/traces" search={{}} className="text-link">
                Take the filters away
              </Link>
              , or press v and wait: what matches shows as it comes.
            </Notice>
          ) : (
            <Notice title="Nothing is recorded here yet.">Give your client `recorder.fetch`, or run `npx whysaid demo` for a day on a ward. It shows here as it comes: press v.</Notice>
          )
        ) : (
          <div className="panel overflow-hidden">
            <RowHead />
            <div ref={list} className="relative" style={{ height: virtual.getTotalSize() }}>
              {items.map((item) => {
                const row = rows[item.index] as TraceRow;
                return (
                  <div key={row.traceId} className="absolute inset-x-0 top-0" style={{ height: item.size, transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}>
                    <Row row={row} nowMs={nowMs} isCurrent={item.index === current} isFresh={isFresh(row.traceId)} />
                  </div>
                );
              })}
            </div>
          </div>
        )}
      </section>
    </div>
  );
}

/** The newest page over what was loaded before, each trace once, newest first. */
function withNewest(loaded: readonly TraceRow[], newest: readonly TraceRow[]): readonly TraceRow[] {
  if (newest.length === 0) return loaded;
  const ids = new Set(newest.map(({ traceId }) => traceId));
  return [...newest, ...loaded.filter(({ traceId }) => !ids.has(traceId))];
}
