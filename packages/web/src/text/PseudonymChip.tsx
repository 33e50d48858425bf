/** One pseudonym: its type and the first characters of each part, so that siblings show the family name they share. Its original only while revealed. */
import type { PlacedPseudonym } from "../../../recorder/src/format/pseudonym.ts";
import { inspectPseudonym, useLit } from "../provenance/active.ts";
import { useTraceTexts } from "../trace/context.ts";
import { identityOf } from "../../../workbench/src/marks/people.ts";

const SHOWN = 4;
export const shortName = ({ parts }: { readonly parts: readonly string[] }): string => parts.map((part) => part.slice(0, SHOWN)).join("·");

/** The chip's words, for those who hear them. */
export const chipWords = (pseudonym: Pick<PlacedPseudonym, "type" | "parts">): string => `${pseudonym.type.toLowerCase().replaceAll("_", " ")} ${shortName(pseudonym)}`;

export function PseudonymChip({ pseudonym, isPlain = false }: { readonly pseudonym: PlacedPseudonym; readonly isPlain?: boolean }) {
  const { colourOf, originals } = useTraceTexts();
  const group = `pseudonym:${identityOf(pseudonym)}`;
  const lit = useLit([group]);
  const original = originals.get(pseudonym.text);
  const type = pseudonym.type.toLowerCase().replaceAll("_", " ");
  const inner =
    original === undefined ? (
      <>
        <small>{type}</small> {shortName(pseudonym)}
      </>
    ) : (
      original
    );
  const className = `pseudonym ${colourOf(pseudonym)}${lit ? " value-lit" : ""}`;
  if (isPlain) return <span className={className}>{inner}</span>;
  return (
    <span
      className={className}
      role="button"
      tabIndex={-1}
      aria-label={`${original ?? chipWords(pseudonym)}, pseudonym`}
      onClick={() => inspectPseudonym(pseudonym.text, group)}
      onKeyDown={(event) => {
        if (event.key === "Enter") inspectPseudonym(pseudonym.text, group);
      }}
    >
      {inner}
    </span>
  );
}
