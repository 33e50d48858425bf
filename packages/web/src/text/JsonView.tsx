/** JSON to read: keys quiet, values as they are, each leaf marked with where it came from. Large values go to the code viewer instead. */
import { lazy, Suspense, useMemo } from "react";
import { jsonLines } from "../../../workbench/src/marks/json-lines.ts";
import { Marked } from "./Marked.tsx";
import type { Mark } from "../../../workbench/src/marks/pieces.ts";

const MOST_LINES = 600;
const CodeView = lazy(() => import("./CodeView.tsx").then(({ CodeView: default_ }) => ({ default: default_ })));

export interface JsonViewProps {
  readonly value: unknown;
  /** Pointer of the value in the reconstruction. */
  readonly at?: string;
  /** Paths whose leaf is to be marked as lost or changed. */
  readonly gaps?: ReadonlyMap<string, string>;
}

export function JsonView({ value, at, gaps }: JsonViewProps) {
  const lines = useMemo(() => jsonLines(value, MOST_LINES + 1), [value]);
  if (lines.length > MOST_LINES)
    return (
      <Suspense fallback={<p className="p-2 text-soft">Opening…</p>}>
        <CodeView text={JSON.stringify(value, null, 2)} isJson />
      </Suspense>
    );
  return (
    <div className="verbatim">
      {lines.map(({ indent, tokens }, row) => (
        <div key={row} style={{ paddingLeft: `${indent * 2}ch` }}>
          {tokens.map(({ text, kind, path }, index) => {
            if (kind === "key") return <span key={index} className="text-soft">{text}</span>;
            if (kind === "punctuation") return <span key={index} className="text-soft">{text}</span>;
            const why = path === undefined ? undefined : gaps?.get(path);
            const marks: readonly Mark[] = why === undefined ? [] : [{ start: 0, end: text.length, tone: "gap", groups: [], says: why }];
            const leaf = <Marked text={text} {...(at === undefined || path === undefined ? {} : { at: `${at}${path}` })} marks={marks} />;
            return kind === "string" ? (
              <span key={index}>
                <span className="text-soft">"</span>
                {leaf}
                <span className="text-soft">"</span>
                {why === undefined ? null : <Lost why={why} />}
              </span>
            ) : (
              <span key={index}>
                {leaf}
                {why === undefined ? null : <Lost why={why} />}
              </span>
            );
          })}
        </div>
      ))}
    </div>
  );
}

const Lost = ({ why }: { readonly why: string }) => <span className="ml-2 rounded-sm bg-bad-wash px-1 font-sans text-[11px] text-bad">{why}</span>;
