/** Which feature a report is about: each one a link, so that the choice stands in the address. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";

interface Features {
  readonly features: readonly { readonly feature: string; readonly traces: number }[];
}
/** @returns the chosen feature, else the one with the most traces; null until they are known, or when there are none */
export function useFeature(chosen: string | undefined): { readonly feature: string | null; readonly features: Features["features"] | null } {
  const found = useQuery({ queryKey: ["features"], queryFn: ({ signal }) => getJson<Features>("/api/features", {}, signal) });
  return { feature: chosen ?? found.data?.features[0]?.feature ?? null, features: found.data?.features ?? null };
}

export const FeatureChoice = ({ to, feature, features }: { readonly to: "/gate" | "/drift" | "/reparse"; readonly feature: string; readonly features: Features["features"] }) => (
  <nav aria-label="Features" className="flex flex-wrap gap-1.5">
    {features.map((one) => (
      <Link key={one.feature} to={to} search={{ feature: one.feature }} aria-current={one.feature === feature ? "true" : undefined} className={`quiet-button ${one.feature === feature ? "!border-accent font-semibold" : ""}`}>
        {one.feature}
      </Link>
    ))}
  </nav>
);
