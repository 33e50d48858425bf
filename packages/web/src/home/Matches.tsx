/** What a search found: how sure it is in a sentence, then the traces, each with the stretch that matches. */
import { Link } from "@tanstack/react-router";
import type { Found, Match } from "../api/shapes.ts";
import { Marked } from "../text/Marked.tsx";
import { dateTime, percent } from "../ui/amounts.ts";

const tones: Readonly<Record<Found["answer"]["kind"], string>> = { match: "bg-good-wash text-good", "one-of": "bg-warn-wash text-warn", weak: "bg-warn-wash text-warn", "not-found": "bg-sunk text-soft" };
const words: Readonly<Record<Found["answer"]["kind"], string>> = { match: "match", "one-of": "several alike", weak: "weak", "not-found": "not found" };

export function Matches({ found }: { readonly found: Found }) {
  const { answer, matches } = found;
  return (
    <section aria-labelledby="found" data-found={answer.kind}>
      <h2 id="found" className="mb-2 flex flex-wrap items-center gap-2 text-base font-semibold">
        <span className={`pill ${tones[answer.kind]}`}>{words[answer.kind]}</span>
        <span className="text-[14px] font-normal">
          <Marked text={answer.sentence} />
        </span>
      </h2>
      {matches.length > 0 && (
        <ul className="panel divide-y divide-line">
          {matches.map((match) => (
            <li key={`${match.traceId} ${match.where}`}>
              <Link to="/t/$traceId" params={{ traceId: match.traceId }} data-row={match.traceId} className="grid gap-x-4 px-3 py-2 hover:bg-accent-wash md:grid-cols-[4rem_15rem_minmax(0,1fr)]">
                <span className={`text-lg font-semibold tabular-nums ${match.certain ? "text-good" : "text-soft"}`}>{percent(match.score)}</span>
                <span className="text-[13px]">
                  <span className="font-medium">{match.feature ?? "no feature"}</span>
                  <span className="block font-mono text-xs text-soft">{match.model}</span>
                  <span className="block font-mono text-xs text-soft">{dateTime(match.startedAtMs)}</span>
                </span>
                <span className="verbatim">
                  {match.where === "input" && <span className="text-soft">went into a call: </span>}
                  <Excerpt match={match} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {answer.kind === "not-found" && <p className="text-soft">Try fewer words, or narrow the list by feature and time.</p>}
    </section>
  );
}

function Excerpt({ match: { excerpt, marks } }: { readonly match: Match }) {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    if (start < at) continue;
    parts.push(<span key={at} className="text-soft">{excerpt.slice(at, start)}</span>, <mark key={`m${start}`} className="rounded-sm bg-good-wash text-ink">{excerpt.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      {parts}
      <span className="text-soft">{excerpt.slice(at)}</span>
    </>
  );
}
