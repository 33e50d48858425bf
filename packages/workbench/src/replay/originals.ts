/** What a replay may reveal and must take out again: originals for the request, the redactor for the answer. */
import { bracketed, pseudonymKey, pseudonymsIn } from "@whysaid/recorder/format";
import { createRedactor, type Declared } from "@whysaid/recorder/redact";
import type { HeldKeys } from "../redaction/keys.ts";
import { reveal } from "../redaction/reveal.ts";
import type { OriginalOf } from "../reconstruct/replay/request.ts";

export interface Originals {
  readonly originalOf: OriginalOf;
  readonly revealed: number;
  readonly left: number;
  /** What was revealed, for the redactor: it must not come back in an answer. */
  readonly declared: Declared;
}
export interface Revealing {
  /** `.whysaid`. */
  readonly directory: string;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
  readonly keys?: HeldKeys;
}

export const noOriginals: Originals = { originalOf: () => undefined, revealed: 0, left: 0, declared: {} };

/**
 * Everything a body's pseudonyms stand for; in the audit log before it is read.
 *
 * @throws WhysaidError as `reveal`
 */
export function originalsOf(body: string, traceId: string, revealing: Revealing): Originals {
  const pseudonyms = new Map([...pseudonymsIn(body)].map((one) => [pseudonymKey(one), one]));
  const keys = [...pseudonyms.keys()];
  const { value, revealed, left } = reveal(keys.map((key) => bracketed(key, "unicode")), { traceId, ...revealing });
  const originals = new Map(keys.flatMap((key, index) => (value[index] === undefined || value[index] === bracketed(key, "unicode") ? [] : [[key, value[index]] as const])));
  const strings = [...originals].map(([key, original]) => ({ value: original, type: pseudonyms.get(key)?.type ?? "ID" }));
  const names = strings.filter(({ type }) => type === "PERSON").map(({ value: name }) => ({ name }));
  return { originalOf: (key) => originals.get(key), revealed, left, declared: { persons: names, strings: strings.filter(({ type }) => type !== "PERSON") } };
}

/**
 * Takes originals out of what a provider answered. Pseudonyms that were sent stay as they are, wherever the answer repeats them; others a text brings along do not.
 */
export function answerRedactor(dir: string, sentBody: string, declared: Declared): (text: string) => string {
  const known = new Set([...pseudonymsIn(sentBody)].map((one) => one.text));
  // Originals of an answer are the provider's to know: none are sealed here.
  const scope = createRedactor({ dir, vault: "none", onProblem: () => undefined }).root.with(declared);
  const redacted = (text: string): string => (text === "" ? "" : scope.text(text, { signal: "completion" }));
  return (text) => {
    const kept = [...pseudonymsIn(text)].filter((one) => known.has(one.text));
    if (kept.length === 0) return redacted(text);
    let at = 0;
    let whole = "";
    for (const one of kept) {
      whole += redacted(text.slice(at, one.start)) + one.text;
      at = one.end;
    }
    return whole + redacted(text.slice(at));
  };
}
