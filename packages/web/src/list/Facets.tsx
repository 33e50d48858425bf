/** The filters of the list: those in force, and the values the rows in view have, each one click away. Every one is a link, so a filtered list can be opened beside this one. */
import { Link, useNavigate } from "@tanstack/react-router";
import type { TraceRow } from "../api/shapes.ts";
import { filterNames, type Filters } from "./filters.ts";

const MOST = 8;
interface Facet {
  readonly name: keyof Filters;
  readonly title: string;
  readonly values: (row: TraceRow) => readonly (string | null)[];
}
const facets: readonly Facet[] = [
  { name: "action", title: "What the user did", values: (row) => [row.action] },
  { name: "rule", title: "Failed rule", values: (row) => row.failedRules },
  { name: "feature", title: "Feature", values: (row) => [row.feature] },
  { name: "model", title: "Model, dated", values: (row) => [row.model] },
  { name: "prompt", title: "Prompt version", values: (row) => [row.promptVersion] },
  { name: "state", title: "How the call ended", values: (row) => [row.state] },
];
const titles: Readonly<Partial<Record<keyof Filters, string>>> = Object.fromEntries(facets.map(({ name, title }) => [name, title]));

export function Facets({ filters, rows }: { readonly filters: Filters; readonly rows: readonly TraceRow[] }) {
  const navigate = useNavigate();
  const inForce = filterNames.filter((name) => filters[name] !== undefined);
  return (
    <aside aria-label="Filters" className="mb-4 flex flex-col gap-4 text-[13px]">
      {inForce.length > 0 && (
        <div>
          <h2 className="label mb-1">In force</h2>
          <ul className="flex flex-wrap gap-1">
            {inForce.map((name) => (
              <li key={name}>
                <Link to="/traces" search={without(filters, name)} className="pill min-h-6 bg-accent-wash text-accent" aria-label={`Take away: ${titles[name] ?? name} ${filters[name]}`}>
                  {name}: {filters[name]} <span aria-hidden="true">×</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      <form
        className="flex flex-col gap-1"
        onSubmit={(event) => {
          event.preventDefault();
          const since = new FormData(event.currentTarget).get("since");
          void navigate({ to: "/traces", search: typeof since === "string" && since !== "" ? { ...filters, since } : without(filters, "since") });
        }}
      >
        <label className="label" htmlFor="since">
          Since
        </label>
        <div className="flex gap-1">
          <input id="since" name="since" className="field min-w-0 flex-1" placeholder="2h, 7d, 2026-11-25" defaultValue={filters.since ?? ""} />
          <button type="submit" className="quiet-button">
            Set
          </button>
        </div>
      </form>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-1">
        {facets
          .filter(({ name }) => filters[name] === undefined)
          .map((facet) => {
            const counts = countsOf(rows, facet);
            if (counts.length === 0) return null;
            return (
              <section key={facet.name}>
                <h2 className="label mb-0.5">{facet.title}</h2>
                <ul>
                  {counts.map(([value, times]) => (
                    <li key={value}>
                      <Link to="/traces" search={{ ...filters, [facet.name]: value }} className="flex min-h-6 items-center justify-between gap-2 rounded px-1 hover:bg-accent-wash">
                        <span className="truncate">{value}</span>
                        <span className="text-soft tabular-nums">{times}</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
      </div>
    </aside>
  );
}

function countsOf(rows: readonly TraceRow[], { values }: Facet): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const row of rows) for (const value of values(row)) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST);
}

function without(filters: Filters, name: keyof Filters): Filters {
  const { [name]: _taken, ...rest } = filters;
  return rest;
}
