/** The likely cause in one sentence with its evidence, then the other findings; and what to do next. */
import { useState } from "react";
import type { Finding } from "../api/shapes.ts";
import { Marked } from "../text/Marked.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { cssShare, percent } from "../ui/amounts.ts";
import { goToPointer } from "./go-to.ts";

export interface WhyProps {
  readonly findings: readonly Finding[] | null;
  readonly error: string | null;
  readonly original: (at: string) => string;
  readonly next: (finding: Finding) => React.ReactNode;
}

export function Why({ findings, error, original, next }: WhyProps) {
  const [first, ...others] = findings ?? [];
  return (
    <section aria-labelledby="why" className="panel overflow-hidden" data-why>
      <h2 id="why" className="sr-only">
        Why
      </h2>
      {findings === null ? (
        <p role="status" className="px-4 py-3 text-soft">
          {error ?? "Looking for the cause…"}
        </p>
      ) : first === undefined ? (
        <div className="px-4 py-3">
          <p className="font-medium">No cause found in this trace.</p>
          <p className="text-soft">Every rule ran and none fired. Compare it with one that went well (d), or make it a case (e).</p>
        </div>
      ) : (
        <>
          <Cause finding={first} original={original} next={next(first)} isFirst />
          {others.length > 0 && <Others findings={others} original={original} next={next} />}
        </>
      )}
    </section>
  );
}

function Others({ findings, original, next }: Pick<WhyProps, "original" | "next"> & { readonly findings: readonly Finding[] }) {
  const [open, setOpen] = useState<number | null>(null);
  return (
    <ul className="border-t border-line">
      {findings.map((finding, index) => (
        <li key={index} className="border-b border-line last:border-0">
          <button type="button" aria-expanded={open === index} onClick={() => setOpen(open === index ? null : index)} className="flex w-full items-baseline gap-3 px-4 py-1.5 text-left hover:bg-sunk">
            <span className="w-10 shrink-0 text-right font-mono text-xs text-soft">{percent(finding.confidence)}</span>
            <span className="shrink-0 font-mono text-xs font-semibold">{finding.cause}</span>
            <span className="min-w-0 flex-1 truncate text-soft">
              <Marked text={finding.title} />
            </span>
            <span aria-hidden="true" className="text-soft">
              {open === index ? "▾" : "▸"}
            </span>
          </button>
          {open === index && (
            <div className="pb-2">
              <Cause finding={finding} original={original} next={next(finding)} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Cause({ finding, original, next, isFirst = false }: Pick<WhyProps, "original"> & { readonly finding: Finding; readonly next: React.ReactNode; readonly isFirst?: boolean }) {
  return (
    <div className={isFirst ? "border-l-4 border-bad px-4 py-3" : "px-4 pt-1 pl-[4.25rem]"}>
      {isFirst && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="pill bg-bad-wash font-mono text-bad">{finding.cause}</span>
          <Confidence share={finding.confidence} />
        </div>
      )}
      <p className={isFirst ? "mt-1.5 max-w-[90ch] text-[17px] leading-snug font-medium" : "max-w-[90ch]"}>
        <Marked text={finding.title} />
      </p>
      <ol className="mt-2 grid gap-1.5">
        {finding.evidence.map((one, index) => (
          <li key={index} className="grid gap-x-3 sm:grid-cols-[9.5rem_minmax(0,1fr)]">
            <button type="button" className="text-link justify-self-start text-left font-mono text-xs leading-6 break-all" onClick={() => goToPointer(original(one.at), one.start)} title={one.at}>
              {one.sourceId ?? placeName(one.at)}
            </button>
            <span className="verbatim text-soft">
              <Marked text={one.excerpt} />
            </span>
          </li>
        ))}
      </ol>
      <div className="mt-2.5 flex flex-wrap items-center gap-2">
        {next}
        <code className="verbatim rounded bg-sunk px-2 py-0.5 text-xs">{finding.next}</code>
        <CopyButton text={finding.next} label="Copy the next command" />
      </div>
    </div>
  );
}

function Confidence({ share }: { readonly share: number }) {
  return (
    <span className="inline-flex items-center gap-2 text-xs text-soft">
      <span aria-hidden="true" className="inline-block h-1.5 w-16 overflow-hidden rounded-full bg-sunk ring-1 ring-line">
        <span className="block h-full bg-bad" style={{ width: cssShare(share) }} />
      </span>
      {percent(share)} sure
    </span>
  );
}

/** `generations[1].signals.completion.value.text` as a person would say it. */
export function placeName(at: string): string {
  const generation = /generations\[(\d+)\]/.exec(at)?.[1];
  const name = /\.signals\.(\w+)/.exec(at)?.[1];
  if (generation === undefined) return at;
  const named = name === "completion" ? "answer" : name === "toolCalls" ? "tool call" : (name ?? "call");
  return `${named} of call ${Number(generation) + 1}`;
}
