/** One trace on one line: what it was, how it went, what the person did, what was said. Used by the list, the home page and wherever traces are named. */
import { Link } from "@tanstack/react-router";
import type { TraceRow } from "../api/shapes.ts";
import { piecesOf } from "../../../workbench/src/marks/pieces.ts";
import { PseudonymChip } from "../text/PseudonymChip.tsx";
import { count, duration, shortTime } from "../ui/amounts.ts";

const actionTone: Readonly<Record<string, string>> = { accept: "bg-good-wash text-good", edit: "bg-warn-wash text-warn", retry: "bg-warn-wash text-warn", abandon: "bg-bad-wash text-bad" };
const actionWord: Readonly<Record<string, string>> = { accept: "accepted", edit: "edited", retry: "retried", abandon: "abandoned" };
export const ActionPill = ({ action }: { readonly action: string }) => <span className={`pill ${actionTone[action] ?? "bg-sunk text-soft"}`}>{actionWord[action] ?? action}</span>;

/** One line of recorded text with its pseudonyms as chips. */
export const OneLine = ({ text }: { readonly text: string }) => (
  <>{piecesOf(text.replace(/\s+/g, " "), []).map((piece) => (piece.pseudonym === null ? piece.text : <PseudonymChip key={piece.start} pseudonym={piece.pseudonym} isPlain />))}</>
);
export const rowColumns = "grid-cols-[5.5rem_minmax(0,1fr)] md:grid-cols-[5.5rem_8.5rem_8.5rem_minmax(0,1fr)] xl:grid-cols-[5.5rem_8.5rem_11.5rem_4.5rem_8.5rem_minmax(0,1fr)] 2xl:grid-cols-[5.5rem_8.5rem_11.5rem_6.5rem_4.5rem_8.5rem_minmax(0,1fr)]";

export function RowHead() {
  return (
    <div className={`hidden ${rowColumns} label gap-x-3 border-b border-line px-3 py-1.5 md:grid`} aria-hidden="true">
      <span>time</span>
      <span>feature</span>
      <span className="hidden xl:block">model</span>
      <span className="hidden text-right 2xl:block">in / out</span>
      <span className="hidden text-right xl:block">took</span>
      <span>outcome</span>
      <span>answer</span>
    </div>
  );
}

export function Row({ row, nowMs, isCurrent = false, isFresh = false }: { readonly row: TraceRow; readonly nowMs: number; readonly isCurrent?: boolean; /** Came while somebody was looking. */ readonly isFresh?: boolean }) {
  const tokens = `${row.inputTokens === null ? "–" : count(row.inputTokens)} / ${row.outputTokens === null ? "–" : count(row.outputTokens)}`;
  return (
    <Link
      to="/t/$traceId"
      params={{ traceId: row.traceId }}
      data-row={row.traceId}
      className={`grid ${rowColumns} h-full items-center gap-x-3 border-b border-line px-3 py-1 text-[13px] hover:bg-accent-wash ${isCurrent ? "bg-accent-wash" : isFresh ? "bg-good-wash" : ""}`}
    >
      <time className="font-mono text-xs text-soft" dateTime={new Date(row.startedAtMs).toISOString()}>
        {shortTime(row.startedAtMs, nowMs)}
      </time>
      <span className="truncate font-medium">{row.feature ?? <span className="text-soft">no feature</span>}</span>
      <span className="hidden truncate font-mono text-xs xl:block">{row.model ?? row.provider ?? "–"}</span>
      <span className="hidden text-right font-mono text-xs text-soft 2xl:block">{tokens}</span>
      <span className="hidden text-right font-mono text-xs text-soft xl:block">{row.totalMs === null ? "–" : duration(row.totalMs)}</span>
      <span className="hidden min-w-0 items-center gap-1 overflow-hidden md:flex">
        {row.state !== "complete" && <span className="pill bg-bad-wash text-bad">{row.state}</span>}
        {row.failedRules.length > 0 && (
          <span className="pill max-w-full bg-bad-wash text-bad" title={row.failedRules.join(", ")}>
            <span className="truncate">✗ {row.failedRules[0]}</span>
          </span>
        )}
        {row.action !== null && <ActionPill action={row.action} />}
      </span>
      <span className="col-span-2 truncate font-mono text-xs text-soft md:col-span-1 md:text-ink">{row.answer === null || row.answer === "" ? <span className="text-soft">no answer</span> : <OneLine text={row.answer} />}</span>
    </Link>
  );
}
