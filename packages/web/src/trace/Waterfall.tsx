/** Where the time went: one bar a step on one scale, the wait for the first chunk lighter, the user's action beyond a broken axis. Only rows in sight are drawn. */
import { useRef } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { Reconstruction } from "../api/shapes.ts";
import { cssShare, duration, plural } from "../ui/amounts.ts";
import type { Span } from "./timeline.ts";

const ROW_PX = 24;
const colours: Readonly<Record<Span["kind"], string>> = { retrieval: "bg-[var(--p4)]", generation: "bg-accent", tool: "bg-[var(--p2)]", parse: "bg-soft", validation: "bg-soft" };

export function Waterfall({ story, spans, onOpen }: { readonly story: Reconstruction; readonly spans: readonly Span[]; readonly onOpen: (span: Span) => void }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: spans.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 10 });
  const wholeMs = Math.max(1, story.durationMs ?? 0, ...spans.slice(0, 50_000).map(({ startMs, durationMs }) => startMs + durationMs));
  const last = story.actions.at(-1);
  return (
    <section aria-labelledby="signal-latency" className="panel">
      <div className="flex items-baseline justify-between border-b border-line px-3 py-1.5">
        <h2 id="signal-latency" className="label">
          Where the time went
        </h2>
        <span className="text-xs text-soft">
          {plural(spans.length, "step")} · {duration(wholeMs)}
        </span>
      </div>
      <div ref={scroller} className="max-h-72 overflow-auto py-1" tabIndex={spans.length > 12 ? 0 : -1} role="list" aria-label="Steps in time">
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const span = spans[item.index] as Span;
            const from = Math.max(0, span.startMs) / wholeMs;
            const share = span.durationMs / wholeMs;
            return (
              <div key={item.key} role="listitem" className="absolute inset-x-0 top-0" style={{ height: item.size, transform: `translateY(${item.start}px)` }}>
                <button type="button" onClick={() => onOpen(span)} className="grid h-full w-full grid-cols-[minmax(7rem,13rem)_minmax(0,1fr)_4.5rem] items-center gap-3 px-3 text-left text-xs hover:bg-sunk">
                  <span className="truncate">
                    <span className="text-soft">{span.kind === "generation" ? "model" : span.kind}</span> <span className={`font-mono ${span.isFailed ? "text-bad" : ""}`}>{span.name}</span>
                  </span>
                  <span className="relative h-3 overflow-hidden rounded-sm bg-sunk" aria-hidden="true">
                    <span className={`absolute inset-y-0 rounded-sm ${span.isFailed ? "bg-bad" : colours[span.kind]}`} style={{ left: cssShare(from), width: `max(2px, ${cssShare(share)})` }}>
                      {span.firstChunkMs !== null && span.durationMs > 0 && <span className="absolute inset-y-0 left-0 bg-card/55" style={{ width: cssShare(Math.min(1, span.firstChunkMs / span.durationMs)) }} />}
                    </span>
                  </span>
                  <span className="text-right text-soft tabular-nums">
                    {duration(span.durationMs)}
                    {span.firstChunkMs !== null && <span className="sr-only">, first chunk after {duration(span.firstChunkMs)}</span>}
                  </span>
                </button>
              </div>
            );
          })}
        </div>
      </div>
      {last !== undefined && (
        <div className="grid grid-cols-[minmax(7rem,13rem)_minmax(0,1fr)_4.5rem] items-center gap-3 border-t border-dashed border-line px-3 py-1 text-xs">
          <span>
            <span className="text-soft">user</span> <span className="font-mono">{last.action}</span>
          </span>
          <span aria-hidden="true" className="text-right text-soft">
            ⋯ <span className="text-warn">●</span>
          </span>
          <span className="text-right text-soft tabular-nums">+{duration(Math.max(0, last.atMs - story.startedAtMs))}</span>
        </div>
      )}
    </section>
  );
}
