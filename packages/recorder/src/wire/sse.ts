/**
 * Server-sent events over a whole text, each with the places it stands at, so that capture can cut delta texts out of the wire bytes
 * and put them back. Follows the HTML standard §9.2.6 in how lines, comments and fields are read.
 *
 * Unlike a browser, a last event without its blank line is given too (`ended: false`): it is what a cut connection leaves behind.
 */
export interface SseEvent {
  /** `event:`, null when the event has none. */
  readonly name: string | null;
  /** The `data:` values, joined by line feeds. */
  readonly payload: string;
  /** Where each `data:` value stands in the text, in UTF-16 units; `payload` is these slices joined by line feeds. */
  readonly data: readonly { readonly start: number; readonly end: number }[];
  readonly start: number;
  /** Past the blank line that ends the event. */
  readonly end: number;
  readonly ended: boolean;
}

const LF = 0x0a;
const CR = 0x0d;

export function parseSse(text: string): readonly SseEvent[] {
  const events: SseEvent[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let start = at;
  let name: string | null = null;
  let data: { start: number; end: number }[] = [];
  const dispatch = (end: number, ended: boolean): void => {
    // An event without data is not dispatched, but a name alone (`event: ping`) is of use to us.
    if (data.length > 0 || name !== null) events.push({ name, payload: data.map((line) => text.slice(line.start, line.end)).join("\n"), data, start, end, ended });
    name = null;
    data = [];
    start = end;
  };
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const next = lineEnd + (text.charCodeAt(lineEnd) === CR && text.charCodeAt(lineEnd + 1) === LF ? 2 : 1);
    if (lineEnd === at) {
      dispatch(Math.min(next, text.length), true);
    } else {
      const colon = text.indexOf(":", at);
      const fieldEnd = colon < 0 || colon > lineEnd ? lineEnd : colon;
      const valueStart = fieldEnd === lineEnd ? lineEnd : fieldEnd + (text.charCodeAt(fieldEnd + 1) === 0x20 ? 2 : 1);
      const field = text.slice(at, fieldEnd);
      if (field === "data") data.push({ start: valueStart, end: lineEnd });
      else if (field === "event") name = text.slice(valueStart, lineEnd);
    }
    at = next;
  }
  if (start < text.length) dispatch(text.length, false);
  return events;
}

function endOfLine(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  const end = lf < 0 ? text.length : lf;
  // A lone CR ends a line too; looked for only inside the line, so that the whole stays linear.
  const cr = text.slice(from, end).indexOf("\r");
  return cr < 0 ? end : from + cr;
}

/** True when the text opens as an event stream does: a field name we know or a comment. */
export const looksLikeSse = (text: string): boolean => /^[\ufeff\s]*(?:(?:data|event|id|retry)(?::|\r|\n|$)|:)/.test(text.slice(0, 200));
