/** `/t/:id`: one trace rebuilt. The cause and its evidence on top, then where the answer came from beside the answer, the time it took, and every step verbatim. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { CutTexts } from "../api/restore.ts";
import type { Reconstruction, TraceRow } from "../api/shapes.ts";
import { release } from "../provenance/active.ts";
import { linksOf, noLinks, originalChunks } from "../../../workbench/src/marks/links.ts";
import { useMay } from "../shell/me.ts";
import { useKeys, type KeyAction } from "../shell/keys.ts";
import { coloursOf, identityOf } from "../../../workbench/src/marks/people.ts";
import { pseudonymsIn } from "../../../recorder/src/format/pseudonym.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { ErrorNotice, Loading } from "../ui/Notice.tsx";
import { Answer } from "./Answer.tsx";
import { TraceTextsContext, type TraceTexts } from "./context.ts";
import { goTo, goToPointer } from "./go-to.ts";
import { Header } from "./Header.tsx";
import { Inspector } from "./Inspector.tsx";
import { useOriginals } from "./originals.ts";
import { storyQuery, whyQuery } from "./queries.ts";
import { withoutOf } from "./replayable.ts";
import { Runs } from "./Runs.tsx";
import { signalStates } from "../../../workbench/src/marks/signal-states.ts";
import { SignalStrip } from "./SignalStrip.tsx";
import { Story, type StoryHandle } from "./Story.tsx";
import { spansOf } from "./timeline.ts";
import { Waterfall } from "./Waterfall.tsx";
import { Why } from "./Why.tsx";

const Replay = lazy(() => import("./Replay.tsx").then((module) => ({ default: module.Replay })));
const MakeCaseDialog = lazy(() => import("./MakeCaseDialog.tsx").then((module) => ({ default: module.MakeCaseDialog })));
const RevealDialog = lazy(() => import("./RevealDialog.tsx").then((module) => ({ default: module.RevealDialog })));

export function TracePage() {
  const { traceId } = useParams({ from: "/t/$traceId" });
  const story = useQuery(storyQuery(traceId));
  useEffect(() => {
    release();
    document.title = `${story.data?.story.feature ?? "Trace"} · Whysaid`;
    return () => {
      document.title = "Whysaid";
    };
  }, [traceId, story.data]);
  if (story.isError) return <ErrorNotice error={story.error} />;
  if (story.data === undefined) return <Loading what="Rebuilding the moment" />;
  return <Trace key={traceId} story={story.data.story} cut={story.data.cut} />;
}

function Trace({ story, cut }: { readonly story: Reconstruction; readonly cut: CutTexts }) {
  const { traceId } = story;
  const navigate = useNavigate();
  const why = useQuery(whyQuery(traceId));
  const [isRaw, setRaw] = useState(false);
  const [dialog, setDialog] = useState<"case" | "reveal" | null>(null);
  const [without, setWithout] = useState<readonly string[] | null>(null);
  const mayAct = useMay("reveal");
  const originals = useOriginals(traceId);
  const spans = useMemo(() => spansOf(story), [story]);
  const states = useMemo(() => signalStates(story), [story]);
  const colourOf = useMemo(() => coloursOf(story), [story]);
  const original = useMemo(() => originalChunks(story), [story]);
  const links = useMemo(() => (why.data === undefined ? noLinks : linksOf(story, why.data.findings, why.data.provenance)), [story, why.data]);
  const countOf = useMemo(() => counter(story), [story]);
  const texts = useMemo<TraceTexts>(() => ({ traceId, links, colourOf, cut, originals: originals.shown, countOf }), [traceId, links, colourOf, cut, originals.shown, countOf]);
  const handle = useRef<StoryHandle>(null);
  const show = useCallback((at: string, start?: number) => {
    if (goToPointer(at, start)) return;
    if (handle.current?.show(at) === true) setTimeout(() => goToPointer(at, start), 60);
  }, []);
  useDeepLink(show, why.isFetched);
  const neighbour = useCallback(
    async (direction: "older" | "newer") => {
      const row = await neighbourOf(story, direction);
      if (row !== null) await navigate({ to: "/t/$traceId", params: { traceId: row.traceId } });
    },
    [story, navigate],
  );
  const compare = useCallback(async () => {
    const other = await goodOne(story);
    if (other !== null) await navigate({ to: "/diff/$a/$b", params: { a: other, b: traceId } });
  }, [story, traceId, navigate]);
  const replay = useCallback((leftOut: readonly string[]) => {
    setWithout(leftOut);
    setTimeout(() => goTo("replay"), 60);
  }, []);
  const step = useRef(-1);
  const keys = useMemo<readonly KeyAction[]>(() => {
    const move = (by: number) => () => {
      step.current = Math.min(spans.length - 1, Math.max(0, step.current + by));
      handle.current?.show(spans[step.current]?.at ?? "");
    };
    return [
      { key: "[", does: "newer trace", run: () => void neighbour("newer") },
      { key: "]", does: "older trace", run: () => void neighbour("older") },
      { key: "j", does: "next step", run: move(1) },
      { key: "k", does: "previous step", run: move(-1) },
      { key: "r", does: "the answer off the wire", run: () => setRaw((isOn) => !isOn) },
      { key: "d", does: "compare with one that was accepted", run: () => void compare() },
      { key: "p", does: "send the call again, without something", run: () => replay([]) },
      ...(mayAct ? [{ key: "e", does: "make a case of it", run: () => setDialog("case") }, { key: "o", does: "show the true names", run: () => setDialog("reveal") }] : []),
      { key: "y", does: "copy a link to this trace", run: () => void navigator.clipboard.writeText(location.href) },
      { key: "Escape", does: "let go of the value", run: release },
      ...states.map(({ number, name, target }): KeyAction => ({ key: String(number), does: name, run: () => void goTo(target) })),
    ];
  }, [neighbour, compare, replay, mayAct, spans, states]);
  useKeys("Trace", keys);
  return (
    <TraceTextsContext value={texts}>
      <div className="flex flex-col gap-4">
        <Header story={story}>
          <CopyButton text={location.href.replace(/#.*/, "")}>Copy link</CopyButton>
          <a className="quiet-button" href={`/api/traces/${traceId}`} target="_blank" rel="noreferrer">
            JSON
          </a>
          {(["md", "html"] as const).map((format) => (
            <a key={format} className="quiet-button" href={`/api/traces/${traceId}/bundle.${format}`} download title="This trace as one redacted file, for a ticket">
              .{format}
            </a>
          ))}
          <button type="button" className="quiet-button" onClick={() => void compare()}>
            Compare
          </button>
          <button type="button" className="quiet-button" onClick={() => replay([])}>
            Replay
          </button>
          {mayAct && (
            <button type="button" className="quiet-button" onClick={() => (originals.shown.size > 0 ? originals.hide() : setDialog("reveal"))}>
              {originals.shown.size > 0 ? "Hide names" : "Show names"}
            </button>
          )}
          {mayAct && (
            <button type="button" className="main-button" onClick={() => setDialog("case")}>
              Make a case
            </button>
          )}
        </Header>
        {originals.shown.size > 0 && (
          <p role="status" className="flex flex-wrap items-center gap-3 rounded-md border border-warn bg-warn-wash px-3 py-1.5 text-[13px] text-warn">
            True names are shown. Who looked and why is in the audit log{originals.left > 0 ? `; ${originals.left} cannot be opened here` : ""}.
            <button type="button" className="quiet-button" onClick={originals.hide}>
              Hide them
            </button>
          </p>
        )}
        <SignalStrip states={states} />
        <Why findings={why.data?.findings ?? null} error={why.error?.message ?? null} original={original} next={(finding) => {
          const leftOut = withoutOf(finding);
          return leftOut.length === 0 ? null : (
            <button type="button" className="main-button" onClick={() => replay(leftOut)}>
              Replay without {leftOut.map((one) => one.replace(/^\w+:/, "")).join(", ")}
            </button>
          );
        }} />
        <Answer story={story} isRaw={isRaw} onRaw={setRaw} />
        {without !== null && (
          <Suspense>
            <Replay key={without.join("\n")} story={story} without={without} onClose={() => setWithout(null)} />
          </Suspense>
        )}
        <Runs traceId={traceId} />
        <Waterfall story={story} spans={spans} onOpen={(span) => handle.current?.show(span.at)} />
        <Story story={story} spans={spans} handle={handle} />
        <p className="flex gap-4 text-[13px] text-soft">
          {story.conversationId !== null && (
            <Link to="/traces" search={{ conversation: story.conversationId }} className="text-link">
              the whole conversation
            </Link>
          )}
          {story.feature !== null && (
            <Link to="/traces" search={{ feature: story.feature }} className="text-link">
              other traces of {story.feature}
            </Link>
          )}
        </p>
      </div>
      <Suspense>
        {dialog === "case" && <MakeCaseDialog story={story} onClose={() => setDialog(null)} />}
        {dialog === "reveal" && <RevealDialog reveal={originals.reveal} onClose={() => setDialog(null)} />}
      </Suspense>
      <Inspector textOf={(at) => textOf(story, at)} />
    </TraceTextsContext>
  );
}

/** `#generations[1].signals.completion.value.text:33` leads to the value, once its marks are there. */
function useDeepLink(show: (at: string, start?: number) => void, isExplained: boolean): void {
  useEffect(() => {
    if (!isExplained || location.hash === "") return;
    const [, at, start] = /^#(.*?)(?::(\d+))?$/.exec(decodeURIComponent(location.hash)) ?? [];
    if (at !== undefined) requestAnimationFrame(() => show(at, start === undefined ? undefined : Number(start)));
  }, [show, isExplained]);
}

function textOf(story: Reconstruction, at: string): string | undefined {
  let value: unknown = story;
  for (const [, key, index] of at.matchAll(/(?:^|\.)([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key ?? index ?? ""];
  }
  return typeof value === "string" ? value : undefined;
}

async function neighbourOf({ startedAtMs, traceId }: Reconstruction, direction: "older" | "newer"): Promise<TraceRow | null> {
  const query = direction === "older" ? { untilMs: startedAtMs, limit: 3 } : { sinceMs: startedAtMs, limit: 500 };
  const { traces } = await getJson<{ traces: readonly TraceRow[] }>("/api/traces", query);
  const others = traces.filter((row) => row.traceId !== traceId);
  return (direction === "older" ? others[0] : others.findLast((row) => row.startedAtMs >= startedAtMs)) ?? null;
}

/** The last accepted trace of the same feature and prompt version, else of the feature. */
async function goodOne({ feature, prompt, traceId }: Reconstruction): Promise<string | null> {
  const accepted = { ...(feature === null ? {} : { feature }), action: "accept", limit: 2 };
  for (const query of [{ ...accepted, ...(prompt?.version == null ? {} : { prompt: prompt.version }) }, accepted, { ...(feature === null ? {} : { feature }), limit: 2 }]) {
    const { traces } = await getJson<{ traces: readonly TraceRow[] }>("/api/traces", query);
    const other = traces.find((row) => row.traceId !== traceId);
    if (other !== undefined) return other.traceId;
  }
  return null;
}

/** How often each pseudonym's identity stands in the trace's texts; counted when first asked. */
function counter(story: Reconstruction): TraceTexts["countOf"] {
  let counts: Map<string, number> | null = null;
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (typeof value === "string") for (const one of pseudonymsIn(value)) counts?.set(identityOf(one), (counts.get(identityOf(one)) ?? 0) + 1);
    else if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const one of Object.values(value)) walk(one);
    }
  };
  return (identity) => {
    if (counts === null) {
      counts = new Map();
      walk(story.generations);
    }
    return counts.get(identity) ?? 0;
  };
}
