/** `/gate`: the nine signals of every feature at a glance, then of one: how often each was recorded, the first trace that lacks it, and what to change in the app. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { GateReport } from "../api/shapes.ts";
import { Command } from "../ui/Command.tsx";
import { useFeature } from "../ui/FeatureChoice.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { Cell, Table, TableRow, type Column } from "../ui/Table.tsx";
import { count, cssShare, percent, plural, shortId } from "../ui/amounts.ts";
import { Overview } from "./Overview.tsx";

const columns: readonly Column[] = [{ name: "signal" }, { name: "recorded" }, { name: "captured", isNumber: true }, { name: "missing", isNumber: true }, { name: "can still come", isNumber: true }, { name: "none by nature", isNumber: true }, { name: "first missing, and what to change" }];

export function GatePage() {
  const search = useSearch({ from: "/gate" });
  const { feature, features } = useFeature(search.feature);
  const found = useQuery({ queryKey: ["gate", feature], queryFn: ({ signal }) => getJson<GateReport>("/api/gate", { feature }, signal), enabled: feature !== null });
  if (features !== null && feature === null) return <Notice title="No feature is recorded yet.">Name one: `recorder.trace("dose-summary", …)`.</Notice>;
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined || features === null || feature === null) return <Loading what="Counting the signals" />;
  return (
    <div className="flex flex-col gap-5">
      <Overview features={features.map((one) => one.feature)} current={feature} />
      <Signals report={found.data} feature={feature} />
    </div>
  );
}

function Signals({ report: { signals, passes, generations, traces, min, weaknesses, incomplete }, feature }: { readonly report: GateReport; readonly feature: string }) {
  return (
    <section aria-labelledby="feature" className="flex flex-col gap-3">
      <h2 id="feature" className="flex flex-wrap items-center gap-3 text-base font-semibold">
        {feature}
        <span className={`pill ${passes ? "bg-good-wash text-good" : "bg-bad-wash text-bad"}`}>{passes ? "passes" : "does not pass"}</span>
        <span className="text-[13px] font-normal text-soft">
          {plural(generations, "call")} of {plural(traces, "trace")} · at least {percent(min)} of each signal
        </span>
      </h2>
      <Table label="Signals" columns={columns}>
        {signals.map((one) => (
          <TableRow key={one.signal}>
            <th scope="row" className="px-3 py-1.5 text-left font-medium whitespace-nowrap">
              <span className={one.passes ? "text-good" : "text-bad"} role="img" aria-label={one.passes ? "passes" : "does not pass"}>
                {one.passes ? "✓" : "✗"}
              </span>{" "}
              {one.signal}
            </th>
            <Cell>
              <span className="flex items-center gap-2 whitespace-nowrap tabular-nums">
                <span aria-hidden="true" className="inline-block h-2 w-24 overflow-hidden rounded-full bg-sunk ring-1 ring-line">
                  <span className={`block h-full ${one.passes ? "bg-good" : "bg-bad"}`} style={{ width: cssShare(one.coverage) }} />
                </span>
                {percent(one.coverage, one.coverage === 1 ? 0 : 1)}
              </span>
            </Cell>
            <Cell isNumber>{count(one.captured)}</Cell>
            <Cell isNumber className={one.missing > 0 ? "font-semibold" : "text-soft"}>
              {count(one.missing)}
            </Cell>
            <Cell isNumber className="text-soft">
              {count(one.pending)}
            </Cell>
            <Cell isNumber className="text-soft">
              {count(one.notApplicable + one.excused)}
            </Cell>
            <Cell className="max-w-xl">
              {one.firstMissing !== null && (
                <Link to="/t/$traceId" params={{ traceId: one.firstMissing.traceId }} className="text-link mr-2 font-mono text-xs">
                  {shortId(one.firstMissing.traceId)}
                </Link>
              )}
              <span className="text-soft">{one.fix}</span>
            </Cell>
          </TableRow>
        ))}
      </Table>
      {incomplete.count > 0 && <p className="text-[13px] text-warn">{plural(incomplete.count, "trace")} with gaps in the recording.</p>}
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
        In CI: <Command line={`whysaid gate --feature ${/^[\w-]+$/.test(feature) ? feature : JSON.stringify(feature)} --min ${min}`} />
      </p>
    </section>
  );
}
