/** A trace's narrow rows: one for the trace, one a generation, its failed rules and tags, and its share of the rollup. Rewritten when entries come late. */
import type { TraceId } from "@whysaid/recorder/format";
import { packIds, unpackIds } from "../packing/bytes.ts";
import type { TraceSummary } from "../summary.ts";
import type { Database, Statement } from "./driver.ts";
import type { Names } from "./names.ts";
import type { Rollup } from "./rollup.ts";

/** Units of an answer that `list` shows. */
export const ANSWER_UNITS = 200;
/** Bits of `flags`. */
export const TRUNCATED = 1;
export const REFUSED = 2;

export interface KnownTrace {
  readonly id: number;
  /** Ids of its packs, in order. */
  readonly packs: readonly number[];
}

export class TraceRows {
  readonly #names: Names;
  readonly #rollup: Rollup;
  readonly #find: Statement;
  readonly #highest: Statement;
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #generation: Statement;
  readonly #rule: Statement;
  readonly #tag: Statement;
  readonly #subject: Statement;
  readonly #clearSubject: Statement;
  readonly #clear: readonly Statement[];
  readonly #clearRule: Statement;
  readonly #delete: Statement;
  readonly #clearTag: Statement;
  #next = 0;
  readonly #waiting = new Map<TraceId, Parameters<TraceRows["write"]>>();

  constructor(database: Database, names: Names, rollup: Rollup) {
    this.#names = names;
    this.#rollup = rollup;
    this.#find = database.prepare("SELECT id, packs FROM traces WHERE trace = ?");
    this.#highest = database.prepare("SELECT coalesce(max(id), 0) AS id FROM traces");
    this.#insert = database.prepare(
      `INSERT INTO traces(packs, writer, started_ms, feature, conversation, provider, model, prompt_version, state, generations, input_tokens, output_tokens, total_ms, first_chunk_ms, failed, passed, flags, action, answer, id, trace)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = database.prepare(
      `UPDATE traces SET packs = ?, writer = ?, started_ms = ?, feature = ?, conversation = ?, provider = ?, model = ?, prompt_version = ?, state = ?, generations = ?,
       input_tokens = ?, output_tokens = ?, total_ms = ?, first_chunk_ms = ?, failed = ?, passed = ?, flags = ?, action = ?, answer = ? WHERE id = ?`,
    );
    this.#generation = database.prepare("INSERT INTO generations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    this.#rule = database.prepare("INSERT OR IGNORE INTO failed_rules VALUES (?, ?)");
    this.#tag = database.prepare("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)");
    this.#subject = database.prepare("INSERT OR IGNORE INTO subjects VALUES (?, ?)");
    this.#clearSubject = database.prepare("DELETE FROM subjects WHERE subject = ? AND trace = ?");
    this.#clear = [database.prepare("DELETE FROM generations WHERE trace = ?")];
    this.#delete = database.prepare("DELETE FROM traces WHERE id = ?");
    this.#clearRule = database.prepare("DELETE FROM failed_rules WHERE rule = ? AND trace = ?");
    this.#clearTag = database.prepare("DELETE FROM tags WHERE key = ? AND value = ? AND trace = ?");
  }

  find(trace: TraceId): KnownTrace | null {
    if (this.#waiting.has(trace)) this.flush();
    const row = this.#find.get(Buffer.from(trace, "hex")) as { id: number; packs: Uint8Array } | undefined;
    return row === undefined ? null : { id: row.id, packs: unpackIds(row.packs) };
  }
  /** The number a new trace's row will have; `write` makes it. Texts that the trace brings name the row before it is there. Inside a transaction, which `begin` opened. */
  reserve(): number {
    return (this.#next += 1);
  }
  /** Row numbers go on from what the store has now: others may have added some. */
  begin(): void {
    this.#next = (this.#highest.get() as { id: number }).id;
  }

  /**
   * By the next `flush`.
   *
   * @param before  what the rows say now; null for a new trace
   * @param answer  the answer's text id, or its beginning where it is no text of its own
   */
  write(row: number, trace: TraceId, packs: readonly number[], writer: number, before: TraceSummary | null, now: TraceSummary, answer: number | string | null): void {
    if (this.#waiting.has(trace)) this.flush();
    this.#waiting.set(trace, [row, trace, packs, writer, before, now, answer]);
  }

  /** Write what waits; the end of a transaction must. Together: see `Texts.flush`. */
  flush(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const given of waiting) this.#writeRows(...given);
  }
  /** After a rollback. */
  forget(): void {
    this.#waiting.clear();
  }

  #writeRows(row: number, trace: TraceId, packs: readonly number[], writer: number, before: TraceSummary | null, now: TraceSummary, answer: number | string | null): void {
    const names = this.#names;
    const isNew = before === null;
    if (!isNew) this.#takeBack(row, before);
    const failed = now.failedRules.map((rule) => names.put(rule));
    const values = [
      packIds(packs),
      writer,
      Math.trunc(now.startedAtMs),
      names.putNullable(now.feature),
      names.putNullable(now.conversation),
      names.putNullable(now.provider),
      names.putNullable(now.model),
      names.putNullable(now.promptVersion),
      names.put(now.state),
      now.generations.length,
      now.inputTokens,
      now.outputTokens,
      now.totalMs,
      now.firstChunkMs,
      packed(failed),
      packed(now.passedRules.map((rule) => names.put(rule))),
      (now.truncated ? TRUNCATED : 0) | (now.refused ? REFUSED : 0),
      names.putNullable(now.action),
      answer,
      row,
    ];
    if (isNew) this.#insert.run(...values, Buffer.from(trace, "hex"));
    else this.#update.run(...values);
    now.generations.forEach((generation, place) => {
      this.#generation.run(
        row,
        place,
        Buffer.from(generation.span, "hex"),
        Math.trunc(generation.startedAtMs),
        names.putNullable(generation.provider),
        names.putNullable(generation.model),
        names.put(generation.state),
        generation.attempts,
        generation.inputTokens,
        generation.outputTokens,
        generation.firstChunkMs,
        generation.durationMs,
      );
    });
    for (const rule of failed) this.#rule.run(rule, row);
    for (const [key, value] of now.tags) this.#tag.run(names.put(key), names.put(value), row);
    for (const subject of now.subjects) this.#subject.run(names.put(subject), row);
    this.#rollup.count(now, 1);
  }
  /** For a row that was written before subjects were kept. */
  writeSubjects(row: number, subjects: readonly string[]): void {
    for (const subject of subjects) this.#subject.run(this.#names.put(subject), row);
  }

  /** @param before  what the rows say now */
  remove(row: number, before: TraceSummary): void {
    this.flush();
    this.#takeBack(row, before);
    this.#delete.run(row);
  }

  #takeBack(row: number, before: TraceSummary): void {
    for (const statement of this.#clear) statement.run(row);
    for (const rule of before.failedRules) this.#clearRule.run(this.#names.put(rule), row);
    for (const [key, value] of before.tags) this.#clearTag.run(this.#names.put(key), this.#names.put(value), row);
    for (const subject of before.subjects) this.#clearSubject.run(this.#names.put(subject), row);
    this.#rollup.count(before, -1);
  }
}

const packed = (ids: readonly number[]): Uint8Array | null => (ids.length === 0 ? null : packIds([...ids].sort((a, b) => a - b)));
