/** `/issues`: failures that recur, grouped; each leads to its newest traces and can be resolved, and opens again by itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sendJson } from "../api/client.ts";
import { issuesQuery } from "./query.ts";
import { OneLine } from "../list/rows.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { count, dateTime, plural, shortId } from "../ui/amounts.ts";

export function IssuesPage() {
  const found = useQuery(issuesQuery);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ id, state }: { readonly id: string; readonly state: "resolved" | "open" }) => sendJson("POST", `/api/issues/${id}/state`, { state }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["issues"] }),
  });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Looking for what recurs" />;
  const { issues, traces } = found.data;
  return (
    <div className="flex flex-col gap-3">
      <h1 className="text-base font-semibold">
        What keeps failing <span className="text-[13px] font-normal text-soft">among the newest {plural(traces, "trace")}</span>
      </h1>
      {change.isError && <ErrorNotice error={change.error} />}
      {issues.length === 0 ? (
        <Notice title="Nothing fails.">No cause was found in any trace. `whysaid why TRACE` looks at one.</Notice>
      ) : (
        <ul className="panel divide-y divide-line">
          {issues.map((issue) => (
            <li key={issue.id} className={`grid gap-x-4 gap-y-1 px-4 py-2.5 md:grid-cols-[5rem_minmax(0,1fr)_auto] ${issue.state === "resolved" ? "opacity-70" : ""}`}>
              <span className="text-lg font-semibold tabular-nums">{count(issue.count)}×</span>
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="pill bg-bad-wash font-mono text-bad">{issue.cause}</span>
                  <span className="text-[13px] text-soft">{issue.feature ?? "no feature"}</span>
                  {issue.state !== "open" && <span className={`pill ${issue.state === "reopened" ? "bg-warn-wash text-warn" : "bg-good-wash text-good"}`}>{issue.state}</span>}
                </p>
                <p className="mt-0.5 max-w-[100ch]">
                  <OneLine text={issue.title} />
                </p>
                <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-soft">
                  <span>first {dateTime(issue.firstSeenMs).slice(0, 16)}</span>
                  <span>last {dateTime(issue.lastSeenMs).slice(0, 16)}</span>
                  {issue.traceIds.slice(0, 5).map((traceId) => (
                    <Link key={traceId} to="/t/$traceId" params={{ traceId }} className="text-link font-mono">
                      {shortId(traceId)}
                    </Link>
                  ))}
                </p>
              </div>
              <button type="button" className="quiet-button self-start" disabled={change.isPending} onClick={() => change.mutate({ id: issue.id, state: issue.state === "resolved" ? "open" : "resolved" })}>
                {issue.state === "resolved" ? "Open again" : "Resolve"}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
