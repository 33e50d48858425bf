/** What recurs, as the home page and the issues page ask for it. */
import { getJson } from "../api/client.ts";
import type { Issue } from "../api/shapes.ts";

export interface Issues {
  readonly issues: readonly Issue[];
  readonly traces: number;
}
export const issuesQuery = { queryKey: ["issues"], queryFn: ({ signal }: { readonly signal: AbortSignal }) => getJson<Issues>("/api/issues", {}, signal), staleTime: 30_000 };
