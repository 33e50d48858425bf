/** What the trace page asks for: the story first, its causes and provenance beside it. */
import { queryOptions } from "@tanstack/react-query";
import { getJson } from "../api/client.ts";
import { restore, type RestoredStory } from "../api/restore.ts";
import type { CondensedStory, Finding, Provenance } from "../api/shapes.ts";

export interface Explanation {
  readonly traceId: string;
  readonly findings: readonly Finding[];
  readonly provenance: readonly Provenance[];
}
export const storyQuery = (traceId: string) =>
  queryOptions({
    queryKey: ["story", traceId],
    queryFn: async ({ signal }): Promise<RestoredStory> => restore(await getJson<CondensedStory>(`/api/traces/${traceId}/page`, {}, signal)),
    staleTime: 30_000,
  });
export const whyQuery = (traceId: string) =>
  queryOptions({ queryKey: ["why", traceId], queryFn: ({ signal }) => getJson<Explanation>(`/api/traces/${traceId}/why`, {}, signal), staleTime: 30_000 });
