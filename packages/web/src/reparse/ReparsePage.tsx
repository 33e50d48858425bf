/** `/reparse`: a parser as it is now over every stored answer of a feature, before against after. Run on the command line, for a parser is code; looked at here. */
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { getJson } from "../api/client.ts";
import type { KeptCell, KeptReparse } from "../api/shapes.ts";
import { Command } from "../ui/Command.tsx";
import { FeatureChoice, useFeature } from "../ui/FeatureChoice.tsx";
import { ErrorNotice, Loading, Notice } from "../ui/Notice.tsx";
import { count, dateTime, plural, shortId } from "../ui/amounts.ts";

export function ReparsePage() {
  const search = useSearch({ from: "/reparse" });
  const { feature, features } = useFeature(search.feature);
  const found = useQuery({ queryKey: ["reparses", feature], queryFn: ({ signal }) => getJson<{ readonly reparses: readonly KeptReparse[] }>("/api/reparses", { feature }, signal), enabled: feature !== null });
  if (features !== null && feature === null) return <Notice title="No feature is recorded yet.">Name one: `recorder.trace("dose-summary", …)`.</Notice>;
  if (found.isError) return <ErrorNotice error={found.error} />;
  if (found.data === undefined || features === null || feature === null) return <Loading what="Reading what was reparsed" />;
  const { reparses } = found.data;
  const [last, ...before] = reparses;
  const command = `whysaid reparse ./src/parser.ts --feature ${/^[\w-]+$/.test(feature) ? feature : JSON.stringify(feature)}`;
  return (
    <div className="flex flex-col gap-4">
      <FeatureChoice to="/reparse" feature={feature} features={features} />
      {last === undefined ? (
        <Notice title={`No parser has been run over ${feature} again.`}>
          <p>Mend yours, then run it over every answer that is stored; no model is called. What it fixes and what it breaks stands here after.</p>
          <p className="mt-2">
            <Command line={command} />
          </p>
        </Notice>
      ) : (
        <>
          <Reparse one={last} />
          <p className="flex flex-wrap items-center gap-2 text-[13px] text-soft">
            Again: <Command line={command} />
          </p>
        </>
      )}
      {before.length > 0 && (
        <section aria-labelledby="earlier">
          <h2 id="earlier" className="label mb-1">
            Earlier
          </h2>
          <div className="grid gap-2">
            {before.map((one) => (
              <details key={one.id} className="panel px-3 py-2">
                <summary className="cursor-pointer text-[13px]">
                  <span className="text-soft">{dateTime(one.atMs)}</span> <span className="font-mono text-xs">{one.module}</span> · {summary(one)}
                </summary>
                <div className="mt-2">
                  <Matrices one={one} />
                </div>
              </details>
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

const summary = ({ fixed, broken, unchanged }: KeptReparse): string => `${count(fixed)} fixed, ${count(broken)} broken, ${count(unchanged)} unchanged`;

function Reparse({ one }: { readonly one: KeptReparse }) {
  return (
    <section aria-labelledby="matrix" className="flex flex-col gap-3" data-reparse={one.id}>
      <h1 id="matrix" className="flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
        <span className="font-mono text-[15px]">{one.module}</span>
        <span className="text-[13px] font-normal text-soft">
          over {plural(one.completions, "stored answer")} · {dateTime(one.atMs).slice(0, 16)}
        </span>
      </h1>
      <dl className="grid grid-cols-3 gap-3 sm:max-w-lg">
        <Big word="fixed" value={one.fixed} className={one.fixed > 0 ? "text-good" : "text-soft"} />
        <Big word="broken" value={one.broken} className={one.broken > 0 ? "text-bad" : "text-soft"} />
        <Big word="unchanged" value={one.unchanged} className="text-soft" />
      </dl>
      <Matrices one={one} />
    </section>
  );
}
const Big = ({ word, value, className }: { readonly word: string; readonly value: number; readonly className: string }) => (
  <div className="panel px-3 py-2">
    <dd className={`text-2xl leading-tight font-semibold tabular-nums ${className}`}>{count(value)}</dd>
    <dt className="text-xs text-soft">{word}</dt>
  </div>
);

const Matrices = ({ one }: { readonly one: KeptReparse }) => (
  <div className="grid gap-4 xl:grid-cols-2">
    <Matrix title="Parsing" cells={one.parsed} />
    {one.rules.map(({ rule, cells }) => (
      <Matrix key={rule} title={rule} cells={cells} isRule />
    ))}
  </div>
);

const order = ["parsed", "passed", "not run", "not-recorded", "empty", "failed", "hung", "crashed"];
const inOrder = (words: Iterable<string>): readonly string[] => [...new Set(words)].sort((a, b) => order.indexOf(a) - order.indexOf(b));
const isRight = (outcome: string): boolean => outcome === "parsed" || outcome === "passed";
/** Better, worse or as it was. What was not recorded cannot have been worse. */
const toneOf = (before: string, after: string): string =>
  before === after || before.startsWith("not") || after.startsWith("not") ? "" : isRight(after) && !isRight(before) ? "bg-good-wash text-good" : isRight(before) && !isRight(after) ? "bg-bad-wash text-bad" : "";

function Matrix({ title, cells, isRule = false }: { readonly title: string; readonly cells: readonly KeptCell[]; readonly isRule?: boolean }) {
  const [open, setOpen] = useState<string | null>(() => worst(cells));
  const rows = inOrder(cells.map(({ before }) => before));
  const columns = inOrder(cells.map(({ after }) => after));
  const shown = cells.find(({ before, after }) => `${before}\n${after}` === open) ?? null;
  return (
    <div className="panel min-w-0">
      <h2 className="border-b border-line px-3 py-1.5 text-[13px] font-semibold">{isRule ? <>rule <span className="font-mono text-xs">{title}</span></> : title}</h2>
      <div className="overflow-x-auto p-3" tabIndex={0} role="group" aria-label={`${title}, before and after`}>
        <table className="text-[13px]">
          <thead>
            <tr>
              <th scope="col" className="pr-4 text-left text-xs font-normal text-soft">before ↓ after →</th>
              {columns.map((after) => (
                <th key={after} scope="col" className="px-3 py-1 text-right font-medium">{after}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((before) => (
              <tr key={before}>
                <th scope="row" className="pr-4 text-left font-medium">{before}</th>
                {columns.map((after) => {
                  const cell = cells.find((one) => one.before === before && one.after === after);
                  const key = `${before}\n${after}`;
                  return (
                    <td key={after} className="p-0.5">
                      {cell === undefined ? (
                        <span className="block px-3 py-1 text-right text-soft">·</span>
                      ) : (
                        <button type="button" aria-expanded={open === key} aria-label={`${cell.count} ${before}, now ${after}: show the traces`} onClick={() => setOpen(open === key ? null : key)} className={`block min-w-16 rounded border px-3 py-1 text-right font-semibold tabular-nums hover:border-accent ${open === key ? "border-accent" : "border-line"} ${toneOf(before, after)}`}>
                          {count(cell.count)}
                        </button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {shown !== null && (
          <div className="mt-3 border-t border-line pt-2 text-[13px]">
            <p className="text-soft">
              {shown.before}, now {shown.after}: {plural(shown.count, "trace")}
              {shown.count > shown.traces.length ? `, the newest ${count(shown.traces.length)}` : ""}
            </p>
            <ul className="mt-1 flex max-h-40 flex-wrap gap-x-3 gap-y-1 overflow-auto">
              {shown.traces.map((traceId) => (
                <li key={traceId}>
                  <Link to="/t/$traceId" params={{ traceId }} className="text-link font-mono text-xs">
                    {shortId(traceId)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </div>
  );
}

/** What broke is open from the start. */
function worst(cells: readonly KeptCell[]): string | null {
  const found = cells.find(({ before, after }) => toneOf(before, after).includes("bad"));
  return found === undefined ? null : `${found.before}\n${found.after}`;
}
