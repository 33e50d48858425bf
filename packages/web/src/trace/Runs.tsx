/** What replaying this trace gave: each variant's answer beside the recorded one's values, gone, new, or from elsewhere. Runs are made by `whysaid replay`. */
import { useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client.ts";
import type { Run } from "../api/shapes.ts";
import { Marked } from "../text/Marked.tsx";
import { dateTime, duration } from "../ui/amounts.ts";

export function Runs({ traceId }: { readonly traceId: string }) {
  const found = useQuery({ queryKey: ["runs", traceId], queryFn: ({ signal }) => getJson<{ readonly runs: readonly Run[] }>(`/api/traces/${traceId}/runs`, {}, signal) });
  const runs = found.data?.runs ?? [];
  if (runs.length === 0) return null;
  return (
    <section aria-labelledby="runs" className="panel">
      <h2 id="runs" className="label border-b border-line px-3 py-1.5">
        Replayed
      </h2>
      <ul className="divide-y divide-line">
        {runs.toReversed().map((run, index) => (
          <li key={index} className="grid gap-x-4 gap-y-1 px-3 py-2 lg:grid-cols-[16rem_minmax(0,1fr)_minmax(0,1fr)]">
            <div>
              <div className="font-mono text-xs font-semibold break-all">{run.variant}</div>
              <div className="text-xs text-soft">
                {dateTime(run.atMs)} · {run.status} · {duration(run.durationMs)}
              </div>
            </div>
            <div className="verbatim max-h-48 overflow-auto" tabIndex={0} role="group" aria-label="answer">
              {run.answer.error === null ? <Marked text={run.answer.text} /> : <span className="text-bad">{run.answer.error}</span>}
            </div>
            <ul className="text-[13px]">
              {run.moved.gone.map(({ value, from }) => (
                <li key={`gone ${value}`}>
                  <del className="rounded-sm bg-bad-wash font-mono text-xs text-bad">
                    <Marked text={value} />
                  </del>{" "}
                  <span className="text-soft">gone, was from {from.join(", ") || "nowhere"}</span>
                </li>
              ))}
              {run.moved.added.map(({ value, from }) => (
                <li key={`new ${value}`}>
                  <ins className="rounded-sm bg-good-wash font-mono text-xs text-good no-underline">
                    <Marked text={value} />
                  </ins>{" "}
                  <span className="text-soft">new, from {from.join(", ") || "nowhere"}</span>
                </li>
              ))}
              {run.moved.elsewhere.map(({ value, from, before }) => (
                <li key={`elsewhere ${value}`}>
                  <span className="font-mono text-xs">
                    <Marked text={value} />
                  </span>{" "}
                  <span className="text-soft">
                    now from {from.join(", ") || "nowhere"}, was from {before.join(", ") || "nowhere"}
                  </span>
                </li>
              ))}
              {run.moved.gone.length + run.moved.added.length + run.moved.elsewhere.length === 0 && <li className="text-soft">every value as it was</li>}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
