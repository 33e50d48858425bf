/**
 * The entries of one trace that came in one batch, as bytes: references, times and spans as small integers, what is left of the entries as one
 * JSON text. The store compresses the whole and keeps it in one row; a trace is one or a few packs.
 *
 * ```
 * version, entry count, first time
 * spans:   count, 8 bytes each
 * locals:  count, (length, UTF-8) each
 * entries: (writer row, sequence, time, span, parent) each, as differences from the entry before
 * refs:    length in bytes, then in the order of `mapRefs`
 * JSON:    one array, to the end
 * ```
 */
import type { Entry, Pieces, SpanId, TextRef, TraceId } from "@whysaid/recorder/format";
import { ByteReader, ByteWriter, unzigzag, zigzag } from "./bytes.ts";
import { mapRefs, type RefMap } from "./entry-refs.ts";

const PACK_VERSION = 1;

/**
 * Texts that live in the pack and nowhere else: punctuation of one body with its ids and times in it, which no other body will repeat. Their numbers
 * in stored entries start here, `LOCALS_PER_PACK` for each pack of the trace in turn.
 */
export const LOCAL_BASE: number = 2 ** 40;
export const LOCALS_PER_PACK: number = 2 ** 20;
/** The text a damaged frame took with it. */
export const LOST_TEXT: TextRef = 0;

export interface PackedEntry {
  /** The store's row of the writer. */
  readonly writer: number;
  readonly sequence: number;
  readonly entry: Entry;
}
export interface Pack {
  readonly entries: readonly PackedEntry[];
  /** `LOCAL_BASE + i` in the entries is the i-th of these. */
  readonly locals: readonly string[];
}

/** How pieces are told apart in the low three bits of their integer: 0–3 a shared text in that style, then these. */
const CUT = 4;
const LOCAL = 5;

export function encodePack({ entries, locals }: Pack): Buffer {
  const spans = new Map<string, number>();
  heads.reset();
  const refs = new RefWriter();
  refs.bytes.reset();
  const envelopes: string[] = [];
  let last = { writer: 0, sequence: 0, atMs: 0 };
  for (const { writer, sequence, entry } of entries) {
    const { atMs, trace: _, span, parent, ...rest } = mapRefs(entry, refs) as Entry & { trace?: TraceId; span?: SpanId; parent?: SpanId };
    const timed = Number.isSafeInteger(atMs);
    heads.signed(writer - last.writer);
    heads.signed(sequence - last.sequence);
    heads.signed(timed ? atMs - last.atMs : 0);
    heads.varint(spanIndex(spans, span));
    heads.varint(spanIndex(spans, parent));
    envelopes.push(JSON.stringify(timed ? rest : { ...rest, atMs }));
    last = { writer, sequence, atMs: timed ? atMs : last.atMs };
  }
  out.reset();
  out.varint(PACK_VERSION);
  out.varint(entries.length);
  out.varint(spans.size);
  for (const span of spans.keys()) out.bytes(Buffer.from(span, "hex"));
  out.varint(locals.length);
  for (const local of locals) {
    const bytes = Buffer.from(local, "utf8");
    out.varint(bytes.length);
    out.bytes(bytes);
  }
  out.bytes(heads.view());
  out.varint(refs.bytes.length);
  out.bytes(refs.bytes.view());
  out.utf8(`[${envelopes.join(",")}]`);
  return out.take();
}

// One pack is made at a time; their buffers serve all.
const heads = new ByteWriter();
const references = new ByteWriter();
const out = new ByteWriter();

/** 0 for none. */
function spanIndex(spans: Map<string, number>, span: string | undefined): number {
  if (span === undefined) return 0;
  const known = spans.get(span);
  if (known !== undefined) return known;
  spans.set(span, spans.size + 1);
  return spans.size;
}

/**
 * @param ordinal  which pack of the trace this is, so that the numbers of its own texts differ from those of the others
 * @throws RangeError, SyntaxError  when the bytes are none of ours
 */
export function decodePack(bytes: Uint8Array, trace: TraceId, ordinal: number): Pack {
  const reader = new ByteReader(bytes);
  if (reader.varint() !== PACK_VERSION) throw new RangeError("unknown version of a pack");
  const count = reader.varint();
  const spans: string[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) spans.push(reader.bytes(8).toString("hex"));
  const locals: string[] = [];
  for (let left = reader.varint(); left > 0; left -= 1) locals.push(reader.utf8(reader.varint()));
  const heads: { writer: number; sequence: number; atMs: number; span: number; parent: number }[] = [];
  let last = { writer: 0, sequence: 0, atMs: 0 };
  for (let left = count; left > 0; left -= 1) {
    last = { writer: last.writer + reader.signed(), sequence: last.sequence + reader.signed(), atMs: last.atMs + reader.signed() };
    heads.push({ ...last, span: reader.varint(), parent: reader.varint() });
  }
  const refs = new RefReader(new ByteReader(reader.bytes(reader.varint())), ordinal * LOCALS_PER_PACK);
  const envelopes = JSON.parse(reader.rest()) as readonly Entry[];
  const entries = heads.map(({ writer, sequence, atMs, span, parent }, index) => {
    const { kind, ...rest } = envelopes[index] as Entry;
    const joined = { kind, atMs, trace, ...(span > 0 && { span: spans[span - 1] }), ...(parent > 0 && { parent: spans[parent - 1] }) };
    return { writer, sequence, entry: mapRefs({ ...joined, ...rest } as Entry, refs) };
  });
  return { entries, locals };
}

/** Texts named outside of bodies. */
const ALONE = 8;

/** The last reference of each kind: a body's literals and strings take turns, and each lie close to their like. */
class LastRefs {
  readonly #last = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  difference(kind: number, ref: TextRef): number {
    const difference = ref - (this.#last[kind] ?? 0);
    this.#last[kind] = ref;
    return difference;
  }
  next(kind: number, difference: number): TextRef {
    return (this.#last[kind] = (this.#last[kind] ?? 0) + difference);
  }
}

/** Takes references out of an entry: each becomes 0 or nothing in the JSON, and an integer here, as a difference from the last of its style. */
class RefWriter implements RefMap {
  readonly bytes: ByteWriter = references;
  readonly #last = new LastRefs();

  text(ref: TextRef): TextRef {
    this.bytes.signed(this.#last.difference(ALONE, ref));
    return 0;
  }

  pieces(pieces: Pieces): Pieces {
    const { bytes } = this;
    const last = this.#last;
    bytes.varint(pieces.length);
    for (let at = 0, turn = 0; at < pieces.length; at += 1, turn = 1 - turn) {
      const code = pieces[at] as number;
      if (code < 0) {
        at += 1;
        bytes.varint((-code - 1) * 8 + CUT);
        bytes.varint(pieces[at] as number);
        continue;
      }
      const style = code % 4;
      const ref = (code - style) / 4;
      if (ref >= LOCAL_BASE) {
        bytes.varint(((ref - LOCAL_BASE) * 4 + style) * 8 + LOCAL);
        continue;
      }
      bytes.varint(zigzag(last.difference(style * 2 + turn, ref)) * 8 + style);
    }
    return [];
  }
}

class RefReader implements RefMap {
  readonly #reader: ByteReader;
  readonly #firstLocal: number;
  readonly #last = new LastRefs();
  constructor(reader: ByteReader, firstLocal: number) {
    this.#reader = reader;
    this.#firstLocal = LOCAL_BASE + firstLocal;
  }

  text(): TextRef {
    return this.#last.next(ALONE, this.#reader.signed());
  }

  pieces(): Pieces {
    const length = this.#reader.varint();
    const pieces: number[] = [];
    for (let turn = 0; pieces.length < length; turn = 1 - turn) {
      const value = this.#reader.varint();
      const kind = value % 8;
      const rest = (value - kind) / 8;
      if (kind === CUT) pieces.push(-rest - 1, this.#reader.varint());
      else if (kind === LOCAL) pieces.push((this.#firstLocal + Math.floor(rest / 4)) * 4 + (rest % 4));
      else pieces.push(this.#last.next(kind * 2 + turn, unzigzag(rest)) * 4 + kind);
    }
    return pieces;
  }
}
