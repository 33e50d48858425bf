/** Every feature against every signal: what each logs, over its newest traces. A row is a link to its feature. */
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { GateReport } from "../api/shapes.ts";
import { Table, TableRow } from "../ui/Table.tsx";

const MOST_FEATURES = 20;
/** Enough to see what is never logged; the figures of the open feature are of more. */
const TRACES = 200;

export function Overview({ features, current }: { readonly features: readonly string[]; readonly current: string }) {
  const shown = features.slice(0, MOST_FEATURES);
  const reports = useQueries({ queries: shown.map((feature) => ({ queryKey: ["gate", feature, TRACES], queryFn: ({ signal }: { readonly signal: AbortSignal }) => getJson<GateReport>("/api/gate", { feature, limit: TRACES }, signal), staleTime: 60_000 })) });
  const signals = reports.find(({ data }) => data !== undefined)?.data?.signals.map(({ signal }) => signal) ?? [];
  return (
    <section aria-labelledby="gate" className="flex flex-col gap-2">
      <h1 id="gate" className="text-base font-semibold">
        What each feature records <span className="text-[13px] font-normal text-soft">of its newest {TRACES} traces, per cent of calls</span>
      </h1>
      <Table label="Signals of every feature" columns={[{ name: "feature" }, ...signals.map((name) => ({ name, isNumber: true })), { name: "gate" }]}>
        {shown.map((feature, index) => {
          const report = reports[index]?.data;
          return (
            <TableRow key={feature}>
              <th scope="row" className={`border-l-4 px-3 py-1.5 text-left font-medium whitespace-nowrap ${feature === current ? "border-accent" : "border-transparent"}`}>
                <Link to="/gate" search={{ feature }} aria-current={feature === current ? "true" : undefined} className="text-link">
                  {feature}
                </Link>
              </th>
              {report === undefined ? (
                <td colSpan={signals.length + 1} className="px-3 py-1.5 text-soft">
                  {reports[index]?.isError === true ? "could not be counted" : "…"}
                </td>
              ) : (
                <>
                  {report.signals.map((one) => (
                    <td key={one.signal} className={`px-3 py-1.5 text-right tabular-nums ${one.passes ? (one.captured === 0 ? "text-soft" : "") : "bg-bad-wash font-semibold text-bad"}`}>
                      {one.captured === 0 && one.missing === 0 ? "–" : Math.floor(one.coverage * 100)}
                    </td>
                  ))}
                  <td className={`px-3 py-1.5 font-medium whitespace-nowrap ${report.passes ? "text-good" : "text-bad"}`}>{report.passes ? "✓ passes" : "✗ blocks"}</td>
                </>
              )}
            </TableRow>
          );
        })}
      </Table>
      {features.length > MOST_FEATURES && <p className="text-[13px] text-soft">and {features.length - MOST_FEATURES} features with fewer traces</p>}
    </section>
  );
}
