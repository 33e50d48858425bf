/** Every step of the trace in the order of time, verbatim as it crossed the wire. Only the sections in sight are in the page; bodies are fetched when opened. */
import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import type { Reconstruction } from "../api/shapes.ts";
import { duration } from "../ui/amounts.ts";
import { GenerationSection } from "./GenerationSection.tsx";
import { StepSection } from "./StepSection.tsx";
import type { Span } from "./timeline.ts";

const OPEN_BELOW = 8;
export interface StoryHandle {
  /** Open the section a pointer leads into and bring it into sight. */
  readonly show: (at: string) => boolean;
}

export function Story({ story, spans, handle }: { readonly story: Reconstruction; readonly spans: readonly Span[]; readonly handle: Ref<StoryHandle> }) {
  const list = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(spans.length <= OPEN_BELOW ? spans.filter(({ kind }) => kind === "generation").map(({ at }) => at) : []));
  const virtual = useWindowVirtualizer({ count: spans.length, estimateSize: (index) => (open.has(spans[index]?.at ?? "") ? 420 : 38), overscan: 4, scrollMargin: offset, getItemKey: (index) => spans[index]?.at ?? index });
  useEffect(() => {
    const place = (): void => setOffset(list.current === null ? 0 : list.current.getBoundingClientRect().top + scrollY);
    place();
    const observer = new ResizeObserver(place);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const toggle = (at: string): void =>
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(at)) next.add(at);
      return next;
    });
  useImperativeHandle(handle, () => ({
    show: (at) => {
      const index = spans.findIndex((span) => at === span.at || at.startsWith(`${span.at}.`));
      if (index < 0) return false;
      setOpen((before) => new Set(before).add((spans[index] as Span).at));
      virtual.scrollToIndex(index, { align: "start" });
      return true;
    },
  }));
  return (
    <section aria-labelledby="story">
      <h2 id="story" className="label mb-2">
        As it happened, verbatim
      </h2>
      <div ref={list} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const span = spans[item.index] as Span;
          const isOpen = open.has(span.at);
          return (
            <div key={item.key} data-index={item.index} ref={virtual.measureElement} className="absolute inset-x-0 top-0 pb-2" style={{ transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}>
              <article className="panel" data-at={span.at} id={`span-${span.spanId}`}>
                <h3>
                  <button type="button" aria-expanded={isOpen} onClick={() => toggle(span.at)} className="flex w-full items-baseline gap-3 px-3 py-1.5 text-left text-[13px] hover:bg-sunk">
                    <span aria-hidden="true" className="text-soft">
                      {isOpen ? "▾" : "▸"}
                    </span>
                    <span className="text-soft">{span.kind === "generation" ? "model" : span.kind}</span>
                    <span className={`min-w-0 truncate font-mono text-xs font-semibold ${span.isFailed ? "text-bad" : ""}`}>{span.name}</span>
                    <span className="ml-auto shrink-0 text-xs text-soft tabular-nums">
                      +{duration(Math.max(0, span.startMs))} · {duration(span.durationMs)}
                    </span>
                  </button>
                </h3>
                {isOpen && <div className="border-t border-line p-3">{span.at.startsWith("generations") ? <GenerationSection story={story} place={Number(/\d+/.exec(span.at)?.[0])} /> : <StepSection story={story} place={Number(/\d+/.exec(span.at)?.[0])} />}</div>}
              </article>
            </div>
          );
        })}
      </div>
    </section>
  );
}
