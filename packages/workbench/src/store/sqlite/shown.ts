/**
 * The full text of answers: for each trace the words a person could see, kept in step with its rows by the transaction that writes them. Read by `search.ts`.
 *
 * The texts themselves are the store's own, named by number: the index holds words only, and a candidate's text is put together again when it is looked at.
 */
import { ByteReader, ByteWriter } from "../packing/bytes.ts";
import { shownWords } from "../search/shown.ts";
import type { Fact } from "../facts.ts";
import type { TraceSummary } from "../summary.ts";
import type { Database, Statement } from "./driver.ts";
import { answerPart, type Texts } from "./texts.ts";

export class ShownTexts {
  readonly #texts: Texts;
  readonly #has: Statement;
  readonly #textsOf: Statement;
  readonly #put: Statement;
  readonly #clear: Statement;
  readonly #index: Statement;
  readonly #clearIndex: Statement;
  readonly #writer = new ByteWriter();
  /** Row → the words it is to be found by; whether it was indexed before. */
  readonly #waiting = new Map<number, { readonly words: ReadonlySet<string>; readonly isIndexed: boolean }>();

  constructor(database: Database, texts: Texts) {
    this.#texts = texts;
    this.#has = database.prepare("SELECT 1 FROM shown WHERE trace = ?");
    this.#textsOf = database.prepare("SELECT texts FROM shown WHERE trace = ?");
    this.#put = database.prepare("INSERT OR REPLACE INTO shown VALUES (?, ?)");
    this.#clear = database.prepare("DELETE FROM shown WHERE trace = ?");
    this.#index = database.prepare("INSERT INTO ft_shown(rowid, t) VALUES (?, ?)");
    this.#clearIndex = database.prepare("DELETE FROM ft_shown WHERE rowid = ?");
  }

  /** Inside a transaction; its words are indexed by the next `flush`. `before` is what was known of the trace until now, null for nothing. */
  write(row: number, before: TraceSummary | null, now: TraceSummary): void {
    const old = before?.shown ?? [];
    if (this.#waiting.has(row)) this.flush();
    if (old.length === now.shown.length && old.every((text, n) => text === now.shown[n])) return;
    if (now.shown.length === 0) {
      this.#clear.run(row);
      this.#clearIndex.run(row);
      return;
    }
    // A trace from before there was this index has texts, but no row.
    const isIndexed = old.length > 0 && this.#has.get(row) !== undefined;
    this.#put.run(row, this.#numbersOf(now.shown, row));
    const words = shownWords(now.shown);
    if (isIndexed) {
      const oldWords = shownWords(old);
      if (oldWords.size === words.size && [...words].every((word) => oldWords.has(word))) return;
    }
    this.#waiting.set(row, { words, isIndexed });
  }

  /** Write what waits into the index; the end of a transaction must. */
  flush(): void {
    for (const [row, { words, isIndexed }] of this.#waiting) {
      if (isIndexed) this.#clearIndex.run(row);
      this.#index.run(row, [...words].join(" "));
    }
    this.#waiting.clear();
  }
  /** After a rollback. */
  forget(): void {
    this.#waiting.clear();
  }

  /** Inside a transaction. @returns numbers of the texts its row named */
  remove(row: number): readonly number[] {
    this.flush();
    const found = this.#textsOf.get(row) as { texts: Uint8Array } | undefined;
    this.#clear.run(row);
    this.#clearIndex.run(row);
    return found === undefined ? [] : numbersIn(found.texts);
  }

  #numbersOf(texts: readonly string[], row: number): Uint8Array {
    this.#writer.reset();
    for (const text of texts) this.#writer.varint(this.#texts.put(text, row, answerPart));
    return this.#writer.take();
  }
}

/** Texts of answers in facts; they are searched as such. */
export function answersOf(facts: readonly Fact[] | null): ReadonlySet<string> {
  const answers = new Set<string>();
  for (const fact of facts ?? []) {
    if ((fact.kind === "response" || fact.kind === "generation") && fact.digest.answer !== null) answers.add(fact.digest.answer);
    else if (fact.kind === "parse" && fact.result !== null) answers.add(fact.result);
  }
  return answers;
}

/** The numbers of a `shown` row's texts, in order. */
export function numbersIn(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes);
  const numbers: number[] = [];
  while (!reader.atEnd) numbers.push(reader.varint());
  return numbers;
}

/**
 * Index anew the traces whose visible texts were changed (`erase`). Inside its transaction.
 *
 * @param textOf  a text as it is now
 * @returns       how many traces that were
 */
export function reindexShown(database: Database, changed: ReadonlySet<number>, textOf: (id: number) => string | undefined): number {
  const next = database.prepare("SELECT trace, texts FROM shown WHERE trace > ? ORDER BY trace LIMIT 500");
  const clear = database.prepare("DELETE FROM ft_shown WHERE rowid = ?");
  const index = database.prepare("INSERT INTO ft_shown(rowid, t) VALUES (?, ?)");
  let indexed = 0;
  for (let last = 0; ; ) {
    const rows = next.all(last) as readonly { trace: number; texts: Uint8Array }[];
    for (const { trace, texts } of rows) {
      const numbers = numbersIn(texts);
      if (!numbers.some((number) => changed.has(number))) continue;
      clear.run(trace);
      index.run(trace, [...shownWords(numbers.map((number) => textOf(number) ?? ""))].join(" "));
      indexed += 1;
    }
    if (rows.length < 500) return indexed;
    last = (rows.at(-1) as { trace: number }).trace;
  }
}
