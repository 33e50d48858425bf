/** `/diff/:a/:b`: two traces field by field; what is equal is not shown. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { Difference } from "../api/shapes.ts";
import { JsonView } from "../text/JsonView.tsx";
import { Marked } from "../text/Marked.tsx";
import { TextDiff } from "../trace/Actions.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { plural, shortId } from "../ui/amounts.ts";

interface Differences {
  readonly a: string;
  readonly b: string;
  readonly differences: readonly Difference[];
}
const sections: readonly (readonly [title: string, test: RegExp])[] = [
  ["What was asked", /\.input\b/],
  ["What was retrieved", /\.chunks\b/],
  ["Tools", /\.toolCalls\b/],
  ["The answer", /\.completion\b/],
  ["Parsed and checked", /\.(parsed|validation)\b/],
  ["What the user did", /^actions/],
  ["Cost and time", /\.(usage|latency)\b/],
  ["The call", /^generations\[\d+\]/],
  ["The trace", /./],
];

export function DiffPage() {
  const { a, b } = useParams({ from: "/diff/$a/$b" });
  const found = useQuery({ queryKey: ["diff", a, b], queryFn: ({ signal }) => getJson<Differences>(`/api/diff/${a}/${b}`, {}, signal) });
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return <Loading what="Comparing" />;
  const left = new Set(found.data.differences);
  return (
    <div className="flex flex-col gap-4">
      <h1 className="flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
        {plural(found.data.differences.length, "difference")}
        <span className="font-mono text-xs font-normal">
          <TraceLink traceId={a} /> → <TraceLink traceId={b} />
        </span>
        <Link to="/diff/$a/$b" params={{ a: b, b: a }} className="text-link text-xs font-normal">
          swap
        </Link>
      </h1>
      {found.data.differences.length === 0 && <Notice title="Equal in everything that was recorded.">Ids, clocks and bytes on the wire always differ and are left out.</Notice>}
      {sections.map(([title, test]) => {
        const mine = [...left].filter(({ at }) => test.test(at));
        for (const one of mine) left.delete(one);
        if (mine.length === 0) return null;
        return (
          <section key={title} className="panel">
            <h2 className="label border-b border-line px-3 py-1.5">{title}</h2>
            <ul>
              {mine.map((one, index) => (
                <li key={index} className="grid gap-x-4 gap-y-1 border-b border-line px-3 py-1.5 last:border-0 md:grid-cols-[18rem_minmax(0,1fr)]">
                  <span className="font-mono text-xs leading-5 break-all text-soft">
                    <Kind kind={one.kind} /> {one.at.replaceAll(/(signals|value)\./g, "")}
                  </span>
                  <Change difference={one} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

const TraceLink = ({ traceId }: { readonly traceId: string }) => (
  <Link to="/t/$traceId" params={{ traceId }} className="text-link">
    {shortId(traceId)}
  </Link>
);
const kinds = { added: ["+", "text-good"], removed: ["−", "text-bad"], changed: ["~", "text-warn"], moved: ["↕", "text-soft"] } as const;
const Kind = ({ kind }: { readonly kind: Difference["kind"] }) => (
  <span className={`font-semibold ${kinds[kind][1]}`} role="img" aria-label={kind}>
    {kinds[kind][0]}
  </span>
);

function Change({ difference: { a, b, kind } }: { readonly difference: Difference }) {
  if (typeof a === "string" && typeof b === "string") return <TextDiff before={a} after={b} />;
  if (kind === "changed" && typeof a !== "object" && typeof b !== "object") return <TextDiff before={JSON.stringify(a) ?? ""} after={JSON.stringify(b) ?? ""} />;
  return (
    <div className="grid gap-2">
      {a !== undefined && a !== null && <Side value={a} className="bg-bad-wash" />}
      {b !== undefined && b !== null && <Side value={b} className="bg-good-wash" />}
    </div>
  );
}
const Side = ({ value, className }: { readonly value: unknown; readonly className: string }) => (
  <div className={`max-h-72 overflow-auto rounded px-2 py-1 ${className}`} tabIndex={0} role="group" aria-label="value">
    {typeof value === "string" ? (
      <div className="verbatim">
        <Marked text={value} />
      </div>
    ) : (
      <JsonView value={value} />
    )}
  </div>
);
