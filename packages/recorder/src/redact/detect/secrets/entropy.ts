/** Tells a random value from a word, a placeholder or a pattern. */

/** Shannon entropy in bits per character of at most the first 128 characters. */
export function entropyBits(text: string): number {
  const size = Math.min(text.length, 128);
  const counts = new Map<number, number>();
  for (let at = 0; at < size; at++) counts.set(text.charCodeAt(at), (counts.get(text.charCodeAt(at)) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / size) * Math.log2(count / size);
  return bits;
}

const placeholder = /x{4,}|\*{3,}|#{4,}|\.{3}|\[?(?:redacted|masked|hidden|removed|filtered)\]?|<[^>]{1,60}>|\$\{|\$\(|\{\{|%\(|your[_-]?|example|changeme|change_me|placeholder|dummy|insert[_-]?|replace[_-]?(?:me|with)|todo|undefined|null|none|process\.env|os\.environ|getenv|secrets?\./i;

/** "xxxx", "<token>", "${KEY}", "your-key-here": what examples put where a secret belongs. */
export const isPlaceholder = (value: string): boolean => placeholder.test(value) || /^\W*$/.test(value) || /^(.)\1+$/.test(value) || /^\$[A-Z_]\w*$/.test(value);

/** A token of a known format that is masked or filled up: "ghp_xxxx…", "sk-****". */
export const isMasked = (value: string): boolean => /x{5,}|[*#.]{3,}/i.test(value) || /^(.)\1+$/.test(value);

/** True for a value that is likely random: mixed kinds of characters and high entropy for its length. */
export function looksRandom(value: string, minBits: number): boolean {
  if (isPlaceholder(value)) return false;
  const digits = /\d/.test(value);
  const letters = /[A-Za-z]/.test(value);
  if (!digits && !(/[a-z]/.test(value) && /[A-Z]/.test(value)) && !/[^\w]/.test(value)) return false;
  return (letters || value.length >= 16) && entropyBits(value) >= minBits;
}
