/** What somebody may type into a search to break it: the index's own syntax, SQL, expressions, controls, halves of characters, long and empty things. The same seed, the same queries. */
const PIECES = [
  '"', "'", "*", "(", ")", "NEAR(", " AND ", " OR ", " NOT ", "^", ":", "-", "+", "{", "}", "[", "]", "%", "_", "\\", "\\\\", "--", ";", "/*", "*/", "?", "$", "\u0000", "\u0001", "\ud83d", "\udc00", "é", "é", "ß", "İ", "ﬁ",
  "中文", "🩺", "\u202e", "\u200b", "⟦PERSON:", "⟧", "answers MATCH '", "' OR 1=1 --", "DROP TABLE traces", "(a+)+$", "a".repeat(300), " ".repeat(50), "\n\n", "dose", "patient", "weight", "2.1 kg", "12,5", "1e999", "-0", "NaN", "undefined", "__proto__",
];

export function fuzzedQueries(seed: number, count: number): readonly string[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, () => Array.from({ length: 1 + below(12) }, () => PIECES[below(PIECES.length)] as string).join(below(2) === 0 ? "" : " "));
}
