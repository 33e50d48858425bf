/** `/gate`: the nine signals of a feature, how often each was recorded, the first trace that lacks it, and what to change in the app. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { GateReport } from "../api/shapes.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { FeatureChoice, useFeature } from "../ui/FeatureChoice.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { count, cssShare, percent, plural, shortId } from "../ui/amounts.ts";

export function GatePage() {
  const search = useSearch({ from: "/gate" });
  const { feature, features } = useFeature(search.feature);
  const found = useQuery({ queryKey: ["gate", feature], queryFn: ({ signal }) => getJson<GateReport>("/api/gate", { feature }, signal), enabled: feature !== null });
  if (features !== null && feature === null) return <Notice title="No feature is recorded yet.">Name one: `recorder.trace("dose-summary", …)`.</Notice>;
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined || features === null || feature === null) return <Loading what="Counting the signals" />;
  const { signals, passes, generations, traces, min, weaknesses, incomplete } = found.data;
  const command = `whysaid gate --feature ${/^[\w-]+$/.test(feature) ? feature : JSON.stringify(feature)} --min ${min}`;
  return (
    <div className="flex flex-col gap-4">
      <FeatureChoice to="/gate" feature={feature} features={features} />
      <h1 className="flex flex-wrap items-center gap-3 text-base font-semibold">
        {feature}
        <span className={`pill ${passes ? "bg-good-wash text-good" : "bg-bad-wash text-bad"}`}>{passes ? "passes" : "does not pass"}</span>
        <span className="text-[13px] font-normal text-soft">
          {plural(generations, "call")} of {plural(traces, "trace")} · at least {percent(min)} of each signal
        </span>
      </h1>
      <div className="panel overflow-x-auto" tabIndex={0} role="group" aria-label="Signals">
        <table className="w-full text-[13px]">
          <thead>
            <tr className="label border-b border-line text-left">
              <th scope="col" className="px-3 py-1.5">signal</th>
              <th scope="col" className="px-3 py-1.5">recorded</th>
              <th scope="col" className="px-3 py-1.5 text-right">captured</th>
              <th scope="col" className="px-3 py-1.5 text-right">missing</th>
              <th scope="col" className="px-3 py-1.5 text-right">can still come</th>
              <th scope="col" className="px-3 py-1.5 text-right">none by nature</th>
              <th scope="col" className="px-3 py-1.5">first missing, and what to change</th>
            </tr>
          </thead>
          <tbody>
            {signals.map((one) => (
              <tr key={one.signal} className="border-b border-line align-top last:border-0">
                <th scope="row" className="px-3 py-1.5 text-left font-medium">
                  <span className={one.passes ? "text-good" : "text-bad"} role="img" aria-label={one.passes ? "passes" : "does not pass"}>{one.passes ? "✓" : "✗"}</span> {one.signal}
                </th>
                <td className="px-3 py-1.5">
                  <span className="flex items-center gap-2 tabular-nums">
                    <span aria-hidden="true" className="inline-block h-2 w-24 overflow-hidden rounded-full bg-sunk ring-1 ring-line">
                      <span className={`block h-full ${one.passes ? "bg-good" : "bg-bad"}`} style={{ width: cssShare(one.coverage) }} />
                    </span>
                    {percent(one.coverage, one.coverage === 1 ? 0 : 1)}
                  </span>
                </td>
                <td className="px-3 py-1.5 text-right tabular-nums">{count(one.captured)}</td>
                <td className={`px-3 py-1.5 text-right tabular-nums ${one.missing > 0 ? "font-semibold" : "text-soft"}`}>{count(one.missing)}</td>
                <td className="px-3 py-1.5 text-right text-soft tabular-nums">{count(one.pending)}</td>
                <td className="px-3 py-1.5 text-right text-soft tabular-nums">{count(one.notApplicable + one.excused)}</td>
                <td className="max-w-xl px-3 py-1.5">
                  {one.firstMissing !== null && (
                    <Link to="/t/$traceId" params={{ traceId: one.firstMissing.traceId }} className="text-link mr-2 font-mono text-xs">
                      {shortId(one.firstMissing.traceId)}
                    </Link>
                  )}
                  <span className="text-soft">{one.fix}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {incomplete.count > 0 && <p className="text-warn">{plural(incomplete.count, "trace")} with gaps in the recording.</p>}
      {weaknesses.map((one) => (
        <p key={one.what} className="max-w-[90ch] text-[13px]">
          <span className="font-medium text-warn">
            {count(one.count)} of {count(one.of)}: {one.what}
          </span>{" "}
          <Link to="/t/$traceId" params={{ traceId: one.first.traceId }} className="text-link font-mono text-xs">
            {shortId(one.first.traceId)}
          </Link>{" "}
          <span className="text-soft">{one.fix}</span>
        </p>
      ))}
      <p className="flex flex-wrap items-center gap-2 text-[13px] text-soft">
        In CI: <code className="verbatim rounded bg-sunk px-2 py-0.5 text-ink">{command}</code> <CopyButton text={command} label="Copy the command" />
      </p>
    </div>
  );
}
