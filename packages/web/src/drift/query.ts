/** What changed in a feature, as the home page and the drift page ask for it. */
import { getJson } from "../api/client.ts";
import type { DriftReport } from "../api/shapes.ts";

export const driftQuery = (feature: string | null) => ({ queryKey: ["drift", feature], queryFn: ({ signal }: { readonly signal: AbortSignal }) => getJson<DriftReport>("/api/drift", { feature }, signal), enabled: feature !== null });
