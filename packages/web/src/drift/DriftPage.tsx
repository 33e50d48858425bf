/** `/drift`: what changed in a feature, in sentences that hold, then every measure over time with its interval and the roll-outs as lines. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Figure } from "../api/shapes.ts";
import { OneLine } from "../list/rows.tsx";
import { FeatureChoice, useFeature } from "../ui/FeatureChoice.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { count, dateTime, duration, percent, plural } from "../ui/amounts.ts";
import { Chart } from "./Chart.tsx";
import { driftQuery } from "./query.ts";

export function DriftPage() {
  const search = useSearch({ from: "/drift" });
  const navigate = useNavigate();
  const { feature, features } = useFeature(search.feature);
  const found = useQuery(driftQuery(feature));
  if (features !== null && feature === null) return <Notice title="No feature is recorded yet.">Name one: `recorder.trace("dose-summary", …)`.</Notice>;
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined || features === null || feature === null) return <Loading what="Comparing before and after" />;
  const report = found.data;
  const shown = report.measures.filter(({ series, overall }) => series.length > 1 && overall.of > 0);
  const isStill = ({ overall }: (typeof shown)[number]): boolean => overall.kind === "share" && overall.rate === 0;
  const [moving, still] = [shown.filter((one) => !isStill(one)), shown.filter(isStill)];
  const { changes, differences, rollouts, editedThoughPassed } = report;
  return (
    <div className="flex flex-col gap-4">
      <FeatureChoice to="/drift" feature={feature} features={features} />
      <h1 className="text-base font-semibold">
        {feature} <span className="text-[13px] font-normal text-soft">{plural(report.traces, "trace")} · {dateTime(report.sinceMs).slice(0, 16)} to {dateTime(report.untilMs).slice(0, 16)}</span>
      </h1>
      <section aria-label="What changed" className="panel px-4 py-3">
        {changes.length === 0 && <p>No change that chance would not make as well ({plural(report.comparisons, "comparison")}).</p>}
        <ul className="grid gap-1">
          {changes.map(({ sentence }) => (
            <li key={sentence} className="border-l-4 border-warn pl-3 font-medium">
              <OneLine text={sentence} />
            </li>
          ))}
          {differences.map(({ sentence }) => (
            <li key={sentence} className="border-l-4 border-line pl-3">
              <OneLine text={sentence} />
            </li>
          ))}
          {editedThoughPassed !== null && (
            <li className="border-l-4 border-warn pl-3 font-medium">
              Passes every rule, and {words(editedThoughPassed)} of the cases people acted on were edited: the rules do not see what they correct.
            </li>
          )}
        </ul>
      </section>
      {rollouts.length > 0 && (
        <section aria-labelledby="rollouts">
          <h2 id="rollouts" className="label mb-1">Roll-outs</h2>
          <ul className="grid gap-0.5 text-[13px]">
            {rollouts.slice(0, 30).map((one) => (
              <li key={`${one.dimension}:${one.value}:${one.atMs}`} className="flex flex-wrap gap-x-3">
                <time className="font-mono text-xs leading-5 text-soft">{dateTime(one.atMs).slice(0, 16)}</time>
                <span>
                  {one.dimension}{" "}
                  <b className="font-semibold">
                    <OneLine text={one.value ?? "none"} />
                  </b>{" "}
                  <span className="text-soft">
                    after <OneLine text={one.previous ?? "none"} /> · {plural(one.traces, "trace")}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="grid gap-4 lg:grid-cols-2 2xl:grid-cols-3">
        {moving.map((measure) => (
            <section key={measure.id} className="panel min-w-0 px-3 py-2">
              <h2 className="flex items-baseline justify-between gap-2 text-[13px] font-medium">
                {measure.label} <span className="font-normal text-soft tabular-nums">{words(measure.overall, measure.id)}</span>
              </h2>
              <Chart measure={measure} rollouts={rollouts} onBucket={(sinceMs, untilMs) => void navigate({ to: "/traces", search: { feature, since: String(sinceMs), until: String(untilMs) } })} />
            </section>
          ))}
      </div>
      {still.length > 0 && (
        <section aria-labelledby="never">
          <h2 id="never" className="label mb-1">Never happened</h2>
          <ul className="grid gap-x-6 gap-y-0.5 text-[13px] sm:grid-cols-2 xl:grid-cols-3">
            {still.map(({ id, label, overall }) => (
              <li key={id} className="flex justify-between gap-3">
                {label} <span className="text-soft tabular-nums">{words(overall, id)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function words(figure: Figure, id = ""): string {
  if (figure.kind === "share") return figure.rate === null ? "–" : `${percent(figure.rate, 1)} [${percent(figure.low, 1)}, ${percent(figure.high, 1)}] of ${count(figure.of)}`;
  const shown = (value: number | null): string => (value === null ? "–" : /first-chunk|total/.test(id) ? duration(value) : count(Math.round(value)));
  return `median ${shown(figure.median)}, p95 ${shown(figure.p95)}`;
}
