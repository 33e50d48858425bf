/** What the detectors find in a text, in a form that tests can read: `"PERSON Anna S."`. */
import { createDetectors, type DetectorOptions } from "../detectors.ts";
import { installedNames } from "../installed-names.ts";

const names = installedNames();

/** Type and text of each find, in order. */
export function finds(text: string, options: Partial<DetectorOptions> & { readonly label?: string } = {}): string[] {
  const { label, ...rest } = options;
  const detect = createDetectors({ level: "balanced", ...(names === undefined ? {} : { names }), ...rest });
  return detect(text, label).map((span) => `${span.type} ${text.slice(span.start, span.end)}`);
}

/** The values found of one type. */
export const findsOf = (type: string, text: string, options: Partial<DetectorOptions> & { readonly label?: string } = {}): string[] =>
  finds(text, options)
    .filter((find) => find.startsWith(`${type} `))
    .map((find) => find.slice(type.length + 1));
