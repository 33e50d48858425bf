/** What every part of the trace page needs to draw a text: its marks, its people's colours, what was cut, and originals that were revealed. */
import { createContext, useContext } from "react";
import { nothingCut, type CutTexts } from "../api/restore.ts";
import { noLinks, type Links } from "../../../workbench/src/marks/links.ts";
import type { ColourOf } from "../../../workbench/src/marks/people.ts";

export interface TraceTexts {
  readonly traceId: string;
  readonly links: Links;
  readonly colourOf: ColourOf;
  readonly cut: CutTexts;
  /** Pseudonym as it stands in the text → original, while revealed; empty otherwise. */
  readonly originals: ReadonlyMap<string, string>;
  /** How often each pseudonym's identity occurs in this trace. */
  readonly countOf: (identity: string) => number;
}
export const TraceTextsContext: React.Context<TraceTexts> = createContext<TraceTexts>({ traceId: "", links: noLinks, colourOf: () => "pn", cut: nothingCut, originals: new Map(), countOf: () => 0 });
export const useTraceTexts = (): TraceTexts => useContext(TraceTextsContext);
