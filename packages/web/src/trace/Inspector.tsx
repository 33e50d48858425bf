/** The bar at the foot of the trace page: what the pointer or the keyboard is on, where it came from, where else it stands. */
import { Link } from "@tanstack/react-router";
import { pseudonymsIn } from "../../../recorder/src/format/pseudonym.ts";
import { release, useActive } from "../provenance/active.ts";
import { textPointer, type ValueGroup } from "../../../workbench/src/marks/links.ts";
import { identityOf } from "../../../workbench/src/marks/people.ts";
import { PseudonymChip } from "../text/PseudonymChip.tsx";
import { Marked } from "../text/Marked.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { plural } from "../ui/amounts.ts";
import { useTraceTexts } from "./context.ts";
import { goToPointer } from "./go-to.ts";
import { placeName } from "./Why.tsx";

const verdict: Readonly<Record<ValueGroup["tone"], { readonly words: string; readonly className: string }>> = {
  sourced: { words: "stands in the input", className: "bg-good-wash text-good" },
  derived: { words: "worked out from", className: "bg-good-wash text-good" },
  nowhere: { words: "stands nowhere in the input", className: "bg-warn-wash text-warn" },
  other: { words: "about another subject", className: "bg-bad-wash text-bad" },
  origin: { words: "in the input", className: "bg-good-wash text-good" },
  "wrong-origin": { words: "about another subject", className: "bg-bad-wash text-bad" },
  evidence: { words: "evidence", className: "bg-bad-wash text-bad" },
  gap: { words: "lost in parsing", className: "bg-bad-wash text-bad" },
};

export function Inspector({ textOf }: { readonly textOf: (at: string) => string | undefined }) {
  const { inspected, isPinned } = useActive();
  const { links } = useTraceTexts();
  if (inspected === null) return null;
  const group = inspected.kind === "value" ? links.groupOf(inspected.group) : undefined;
  if (inspected.kind === "value" && group === undefined) return null;
  return (
    <aside aria-label="Inspector" aria-live="polite" data-inspector className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-card shadow-[0_-4px_16px_rgb(0_0_0/0.08)]">
      <div className="mx-auto flex max-h-[34vh] max-w-[104rem] items-start gap-4 overflow-auto px-3 py-2 sm:px-5">
        <div className="min-w-0 flex-1">{group !== undefined ? <ValueLine group={group} textOf={textOf} /> : inspected.kind === "pseudonym" ? <PseudonymLine text={inspected.text} /> : null}</div>
        {isPinned && (
          <button type="button" className="quiet-button" onClick={release}>
            Close <kbd className="font-mono text-xs text-soft">Esc</kbd>
          </button>
        )}
      </div>
    </aside>
  );
}

function ValueLine({ group, textOf }: { readonly group: ValueGroup; readonly textOf: (at: string) => string | undefined }) {
  const says = verdict[group.tone];
  return (
    <div className="text-[13px]">
      <p className="flex flex-wrap items-center gap-2">
        <code className="font-mono font-semibold">
          <Marked text={group.value} />
        </code>
        <span className={`pill ${says.className}`}>{says.words}</span>
        <span className="text-soft">{plural(group.places.length, "place")} in the answer</span>
      </p>
      <ul className="mt-1 grid gap-0.5">
        {group.origins.slice(0, 6).map((origin) => (
          <li key={`${origin.at}:${origin.start}`} className="grid items-baseline gap-x-3 sm:grid-cols-[14rem_minmax(0,1fr)]">
            <button type="button" className="text-link justify-self-start text-left font-mono text-xs" onClick={() => goToPointer(textPointer(origin.at), origin.start)}>
              ← {origin.kind === "derived" ? "" : `${origin.kind} `}
              {origin.sourceId ?? placeName(origin.at)}
              {origin.path === undefined ? "" : ` ${origin.path}`}
            </button>
            <span className="truncate font-mono text-xs text-soft">
              <Around text={textOf(textPointer(origin.at))} start={origin.start} end={origin.end} />
              {origin.note === undefined ? "" : ` (${origin.note})`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Around({ text, start, end }: { readonly text: string | undefined; readonly start: number; readonly end: number }) {
  if (text === undefined || text.length < end) return null;
  const from = Math.max(0, text.lastIndexOf("\n", start) + 1, start - 60);
  const line = text.indexOf("\n", end);
  const to = Math.min(line < 0 ? text.length : line, end + 60);
  return (
    <>
      {text.slice(from, start)}
      <mark className="value-lit rounded-sm">{text.slice(start, end)}</mark>
      {text.slice(end, to)}
    </>
  );
}

function PseudonymLine({ text }: { readonly text: string }) {
  const { countOf } = useTraceTexts();
  const [pseudonym] = pseudonymsIn(text);
  if (pseudonym === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
      <PseudonymChip pseudonym={pseudonym} isPlain />
      <span className="text-soft">
        stands for {pseudonym.type === "PERSON" ? "a person" : `a ${pseudonym.type.toLowerCase().replaceAll("_", " ")}`} · {plural(countOf(identityOf(pseudonym)), "time")} in this trace
      </span>
      <code className="font-mono text-xs break-all text-soft">{text}</code>
      <CopyButton text={text} label="Copy the pseudonym" />
      <Link to="/" search={{ q: text }} className="text-link">
        other traces with it
      </Link>
    </div>
  );
}
