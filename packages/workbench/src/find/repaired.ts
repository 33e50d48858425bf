/**
 * The redactor reads a name by the words around it, and a misspelt one among them may make it another kind of name, with another pseudonym: "revivwed by Ana Lopez". Once the store has said how
 * unknown words are spelled, the query is redacted once more as it was probably meant. What that brings are guesses: they rank, and decide nothing.
 */
import { pseudonymsIn } from "@whysaid/recorder/format";
import { wordsIn } from "../store/search/words.ts";
import type { Query, Redact } from "./query.ts";

/** @returns the query with those pseudonyms as guesses; itself when there are none that it has not */
export function repaired(query: Query, respellings: ReadonlyMap<string, string>, redact: Redact): Query {
  const replaced = query.words.filter(({ word, kind, isTaken }) => kind === "word" && !isTaken && respellings.has(word));
  if (replaced.length === 0) return query;
  let text = "";
  let at = 0;
  for (const { word, start, end } of replaced) {
    text += query.text.slice(at, start) + (respellings.get(word) as string);
    at = end;
  }
  text += query.text.slice(at);
  const { text: redacted, spans } = redact(text);
  const standIns = [...pseudonymsIn(redacted)];
  const placed = wordsIn(text).slice(0, query.words.length);
  // Words are laid beside each other by their number, pseudonyms beside spans: where either is not one for one, nothing is guessed.
  if (placed.length !== query.words.length || standIns.length !== spans.length) return query;
  const known = new Set(query.searched);
  const guesses = new Map<number, readonly string[]>();
  for (const [n, { start, end }] of spans.entries()) {
    const parts = (standIns[n]?.parts ?? []).filter((part) => !known.has(part));
    const place = placed.findIndex((word) => word.start < end && word.end > start);
    if (parts.length > 0 && place >= 0) guesses.set(place, parts);
  }
  if (guesses.size === 0) return query;
  return { ...query, words: query.words.map((word, place) => ({ ...word, guesses: [...word.guesses, ...(guesses.get(place) ?? [])] })), searched: [...query.searched, ...[...guesses.values()].flat()] };
}
