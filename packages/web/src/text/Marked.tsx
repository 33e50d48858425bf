/** A recorded text as text nodes, with its pseudonyms as chips and its values as things to hover, focus and follow. Nothing in it is ever markup. */
import { memo, useMemo } from "react";
import { light, pin, unlight, useLit } from "../provenance/active.ts";
import { useTraceTexts } from "../trace/context.ts";
import { chipWords, PseudonymChip } from "./PseudonymChip.tsx";
import { piecesOf, type Mark, type Piece } from "../../../workbench/src/marks/pieces.ts";

const strength: readonly Mark["tone"][] = ["other", "wrong-origin", "nowhere", "gap", "derived", "sourced", "origin", "evidence"];

export interface MarkedProps {
  readonly text: string;
  /** Pointer of the text in the reconstruction: finds its marks and is where deep links lead. */
  readonly at?: string;
  /** Offsets are taken from here when the text is a part of a longer one. */
  readonly marks?: readonly Mark[];
}
const noMarks: readonly Mark[] = [];

export const Marked = memo(function MarkedText({ text, at, marks = noMarks }: MarkedProps) {
  const { links } = useTraceTexts();
  const own = at === undefined ? noMarks : links.marksAt(at);
  const pieces = useMemo(() => piecesOf(text, own.length === 0 ? marks : [...own, ...marks]), [text, own, marks]);
  return <>{pieces.map((piece) => (piece.marks.length === 0 ? <Bare key={piece.start} piece={piece} /> : <Value key={piece.start} piece={piece} at={at} />))}</>;
});

function Bare({ piece }: { readonly piece: Piece }) {
  return piece.pseudonym === null ? <>{piece.text}</> : <PseudonymChip pseudonym={piece.pseudonym} />;
}

function Value({ piece, at }: { readonly piece: Piece; readonly at: string | undefined }) {
  const groups = useMemo(() => [...new Set(piece.marks.flatMap((mark) => mark.groups))], [piece]);
  const lit = useLit(groups);
  const tone = strength.find((one) => piece.marks.some((mark) => mark.tone === one)) ?? "evidence";
  const isEvidence = tone !== "evidence" && piece.marks.some((mark) => mark.tone === "evidence");
  const className = `value-${tone}${isEvidence ? " value-evidence" : ""}${lit ? " value-lit" : ""}`;
  const inner = piece.pseudonym === null ? piece.text : <PseudonymChip pseudonym={piece.pseudonym} isPlain />;
  if (groups.length === 0) return <span className={className}>{inner}</span>;
  const says = piece.marks.find((mark) => mark.groups.length > 0)?.says ?? "";
  const isStart = piece.marks.some((mark) => mark.start === piece.start);
  return (
    <span
      className={`value ${className}`}
      role="button"
      tabIndex={isStart ? 0 : -1}
      aria-label={`${piece.pseudonym === null ? piece.text : chipWords(piece.pseudonym)}, ${says}`}
      data-value={at === undefined ? undefined : `${at}:${piece.start}`}
      onMouseEnter={() => light(groups)}
      onMouseLeave={unlight}
      onFocus={() => light(groups)}
      onBlur={unlight}
      onClick={() => pin(groups)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        pin(groups);
      }}
    >
      {inner}
    </span>
  );
}

