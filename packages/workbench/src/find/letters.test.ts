import { expect, test } from "vitest";
import { wordsIn } from "../store/search/words.ts";
import { filledBetween } from "./letters.ts";
import { misspeltDates } from "./misspelt-dates.ts";
import { queryOf } from "./query.ts";
import { repaired } from "./repaired.ts";

/** Pairs are the places of equal words, each once. */
function filled(query: string, document: string): { readonly places: readonly string[]; readonly score: number } {
  const [said, own] = [wordsIn(query), wordsIn(document)];
  let from = 0;
  const pairs = said.flatMap(({ word }, place) => {
    const at = own.findIndex((one, n) => n >= from && one.word === word);
    if (at < 0) return [];
    from = at + 1;
    return [{ query: place, document: at }];
  });
  const { places, score } = filledBetween({ text: query, words: said }, { text: document, words: own }, pairs, () => 1);
  return { places: [...places].map((place) => (said[place] as { word: string }).word), score };
}

test("words run together, and figures with a letter in them, look like what the document has there", () => {
  expect(filled("Give thepremium 4o.6 kg today", "Give the premium 40.6 kg today").places).toEqual(["thepremium", "4", "o", "6"]);
  expect(filled("Give the4o.6 kg today", "Give the 40.6 kg today").score).toBeGreaterThan(filled("Give the4o.6 kg today", "Give the 72.6 kg today").score);
});
test("what stands there otherwise is not taken for a misspelling", () => expect(filled("Give caffeine 7 mg today", "Give heparin 93 mg today").places).toEqual([]));
test("a pseudonym has no letters of what it stands for", () => expect(filled("for persn x today", "for ⟦PERSON:g7k3q9x2m4vt~3a⟧ today").places).toEqual([]));

test("a misspelt month beside a day is redacted as the months it looks like", () => {
  const asked: string[] = [];
  const redact = (text: string) => ({ text: (asked.push(text), "⟦DATE:g7k3q9x2m4vt~3a⟧"), spans: [] });
  const guesses = misspeltDates(wordsIn("since 17 Sjptember, or Octobr 3, 2024 (not june alone), on 5mai, 3x1 June"), redact);
  expect(asked).toEqual(["17 September", "October 3, 2024", "5 May", "31 June"]);
  expect([...guesses.keys()].length).toBe(4);
});

test("a name is also searched as it is redacted once the words around it are spelled as the store has them", () => {
  const redact = (text: string) => {
    const start = text.indexOf("Ana");
    const name = text.includes("reviewed") ? "⟦LOCATION:f0c8h5n1p6rz~3a⟧" : "⟦PERSON:g7k3q9x2m4vt~3a⟧";
    return { text: text.replace("Ana", name), spans: [{ start, end: start + 3 }] };
  };
  const query = queryOf({ text: "it was revivwed by Ana today" }, redact);
  expect(query.words.map(({ also, guesses }) => [...also, ...guesses])).toEqual([[], [], [], [], ["g7k3q9x2m4vt"], []]);
  const again = repaired(query, new Map([["revivwed", "reviewed"]]), redact);
  expect(again.words[4]).toMatchObject({ word: "ana", also: ["g7k3q9x2m4vt"], guesses: ["f0c8h5n1p6rz"] });
  expect(again.searched).toEqual([...query.searched, "f0c8h5n1p6rz"]);
  expect(repaired(query, new Map(), redact)).toBe(query);
});
