import { expect, test } from "vitest";
import { distinctWords, wordsIn } from "./words.ts";

const words = (text: string): string[] => [...wordsIn(text)].map(({ word }) => word);

test("a number is one word with its decimals, whatever marks its thousands", () => {
  expect(words("2.1 kg, 1,234.5 and 1.234.567,8; 2,1kg 14mg 2.10")).toEqual(["2.1", "kg", "1234.5", "and", "1234567.8", "2.1", "kg", "14", "mg", "2.10"]);
  expect(words("on 12.03.2026 at 10:45. Ends 5.")).toEqual(["on", "12.03.2026", "at", "10", "45", "ends", "5"]);
});
test("case and accents do not matter", () => expect(words("Überwachung ÉTÉ naïve İzmir")).toEqual(["uberwachung", "ete", "naive", "izmir"]));
test("a pseudonym is a word for each of its parts", () => {
  expect(words("for ⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3a⟧ and [[ID:h5n1p6rz3q9x~2]]")).toEqual(["for", "g7k3q9x2m4vt", "f0c8h5n1p6rz", "and", "h5n1p6rz3q9x"]);
  expect(words("⟦DROPPED:over-budget:10412⟧ ⟦~⟧ ⟦")).toEqual([]);
});
test("scripts without spaces are known by pairs of characters", () => {
  expect(words("体重は2.1kg")).toEqual(["体重", "重は", "2.1", "kg"]);
  expect(words("水")).toEqual(["水"]);
});
test("scripts with marks stay whole words", () => expect(words("हिन्दी में")).toEqual(["हिन्दी", "में"]));
test("places are offsets into the text", () => {
  const text = "Gib 2,1kg — 体重は Ölen";
  for (const { start, end, word } of wordsIn(text)) expect(text.slice(start, end).toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(",", ".")).toBe(word.normalize("NFKD"));
});
test("a letter alone is no word to search by", () => expect([...distinctWords("a b 5 no no", 9)]).toEqual(["5", "no"]));
