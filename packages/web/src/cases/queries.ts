/** What the cases pages ask for and what a reviewer says. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson } from "../api/client.ts";
import type { CaseHead, CaseStatus } from "../api/shapes.ts";

export interface CaseSearch {
  readonly status?: CaseStatus;
  readonly feature?: string;
  /** The one that is open. */
  readonly case?: string;
}
export interface Cases {
  readonly cases: readonly CaseHead[];
  readonly counts: Readonly<Record<CaseStatus, number>>;
  readonly features: readonly string[];
  /** False while actions are still being read. */
  readonly isCurrent: boolean;
}
export interface WholeCase extends CaseHead {
  readonly asked: string;
  readonly edit: { readonly fields?: readonly { readonly at: string; readonly before: unknown; readonly after: unknown }[] } | null;
  readonly datasetVersions: readonly number[];
}
export type Verdict = { readonly verdict: "confirm" | "reject" } | { readonly verdict: "fix"; readonly expected: string };

const statuses: readonly string[] = ["new", "confirmed", "rejected"] satisfies readonly CaseStatus[];
export function readCaseSearch(search: Record<string, unknown>): CaseSearch {
  const text = (name: string): string | undefined => (typeof search[name] === "string" && search[name] !== "" ? search[name] : undefined);
  const [status, feature, id] = [text("status"), text("feature"), text("case")];
  return { ...(status !== undefined && statuses.includes(status) ? { status: status as CaseStatus } : {}), ...(feature === undefined ? {} : { feature }), ...(id === undefined ? {} : { case: id }) };
}

export const casesQuery = ({ status, feature }: CaseSearch) =>
  queryOptions({ queryKey: ["cases", status, feature], queryFn: ({ signal }) => getJson<Cases>("/api/cases", { status, feature }, signal), placeholderData: keepPreviousData, refetchInterval: (query) => (query.state.data?.isCurrent === false ? 2_000 : false) });
export const caseQuery = (id: string) => queryOptions({ queryKey: ["case", id], queryFn: ({ signal }) => getJson<WholeCase>(`/api/cases/${id}`, {}, signal) });
