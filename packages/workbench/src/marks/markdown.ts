/** Recorded text in Markdown: it stands in code only, so that no markup, mention, link or HTML of it is one where it is read. */

/** In a table, as code: a fence longer than any in it, bars and line ends out of the way. Nothing for an empty text. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll("|", "\\|");
}
/** Within a sentence, as code, on one line. */
export function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "";
  const fence = "`".repeat(longest(line) + 1);
  return `${fence} ${line} ${fence}`;
}
/** Whole, as a block. */
export function codeBlock(text: string, language: string = "text"): string {
  const fence = "`".repeat(Math.max(3, longest(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}
const longest = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));

/** Where Markdown reads HTML, as between `<summary>` and `</summary>`. */
export const htmlText = (text: string): string => text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
