/** What changed lately in the features recorded most, in the sentences of `/drift` that hold; nothing where nothing did. */
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { driftQuery } from "../drift/query.ts";
import { OneLine } from "../list/rows.tsx";
import { useFeature } from "../ui/FeatureChoice.tsx";

const MOST_FEATURES = 5;
const MOST_CHANGES = 5;

export function Changed() {
  const features = (useFeature(undefined).features ?? []).slice(0, MOST_FEATURES).map(({ feature }) => feature);
  const reports = useQueries({ queries: features.map(driftQuery) });
  const changes = reports.flatMap(({ data }) => (data === undefined ? [] : data.changes.map(({ sentence }) => ({ feature: data.feature, sentence }))));
  if (changes.length === 0) return null;
  return (
    <section aria-labelledby="changed">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 id="changed" className="text-base font-semibold">
          What changed
        </h2>
        <Link to="/drift" className="text-link text-[13px]">
          all
        </Link>
      </div>
      <ul className="panel divide-y divide-line">
        {changes.slice(0, MOST_CHANGES).map(({ feature, sentence }) => (
          <li key={`${feature} ${sentence}`}>
            <Link to="/drift" search={{ feature }} className="grid items-baseline gap-x-3 px-3 py-1.5 text-[13px] hover:bg-accent-wash sm:grid-cols-[12rem_minmax(0,1fr)]">
              <span className="truncate font-mono text-xs">{feature}</span>
              <OneLine text={sentence} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
