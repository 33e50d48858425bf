/** Answers that fit a coding agent's context: cut at a number of tokens, with how to get the rest. Between the functions of the workbench and the tools. */

/** About four characters a token: the rule of thumb for English and JSON. */
const UNITS_PER_TOKEN = 4;
export const DEFAULT_TOKENS = 2000;
export const MOST_TOKENS = 20_000;

/**
 * @param offset  where to go on in the same text, in UTF-16 units
 * @param more    says how the rest is asked for, given where it begins
 */
export function within(text: string, maxTokens: number, offset: number, more: (next: number) => string): string {
  const units = Math.max(200, Math.min(maxTokens, MOST_TOKENS) * UNITS_PER_TOKEN);
  const end = offset + units;
  if (end >= text.length) return text.slice(offset);
  // At the end of a line where there is one near, and never inside a surrogate pair.
  const line = text.lastIndexOf("\n", end);
  const at = line > offset + units / 2 ? line + 1 : isLowSurrogate(text, end) ? end - 1 : end;
  return `${text.slice(offset, at)}\n… ${text.length - at} more characters: ${more(at)}`;
}
const isLowSurrogate = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
};

/** One line of at most so many characters. */
export function short(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
