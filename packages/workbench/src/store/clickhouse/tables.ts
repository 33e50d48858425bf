/**
 * The tables of a ClickHouse store. There are no transactions, so every row is keyed by what it says (a repeated insert is the same row), tables are written in the order in
 * which they are needed (texts, packs, rows, sequences, cursors), and what a reader must have once it counts once itself (`FINAL`, distinct).
 *
 * Texts lie beside those of the same conversation (`bucket`), where they compress best and where a trace is read in one stretch; what more than one conversation
 * says lies in bucket 0.
 */
export interface Table {
  readonly name: string;
  readonly columns: string;
  /** The engine without `Replicated`, with its arguments. */
  readonly engine: readonly [family: string, version: string];
  readonly orderBy: string;
  /** Which shard a row belongs to. */
  readonly shardBy: string;
  readonly settings?: string;
}

/** What a table remembers of inserts, so that one that is sent twice counts once. */
const DEDUPLICATED = "non_replicated_deduplication_window = 1000";
/** What erasing takes out is gone from the disk soon after, not only from answers. */
const SOON = "old_parts_lifetime = 5, merge_tree_clear_old_parts_interval_seconds = 1";
const replacing = (version = ""): readonly [string, string] => ["ReplacingMergeTree", version];

const trace = "trace FixedString(16)";
const byTrace = "cityHash64(trace)";
const name = (column: string): string => `${column} LowCardinality(Nullable(String))`;

/** What a text is indexed by: as SQLite's unicode61 tokenizer has it. */
const INPUT_WORDS = `INDEX words prose TYPE text(tokenizer = 'splitByNonAlpha', preprocessor = if(isValidASCII(prose), lower(prose), replaceRegexpAll(removeDiacriticsUTF8(lowerUTF8(prose)), '[^\\\\p{L}\\\\p{N}]+', ' ')))`;
/** What a person could see of an answer (search/shown.ts): its words, and the text. */
const SHOWN = ["words Array(String) CODEC(ZSTD(3))", "shown String CODEC(ZSTD(3))"] as const;
const SHOWN_WORDS = "INDEX words words TYPE text(tokenizer = 'array')";

/** As they are now. */
export const tables: readonly Table[] = [
  { name: "meta", columns: "key String, value String, version UInt64", engine: replacing("version"), orderBy: "key", shardBy: "cityHash64(key)" },
  {
    name: "texts",
    // side: 1 went to a model, 2 came out of one, 3 both, 0 for nobody to search. Only `prose` is searched; the text is one of the two. wide: base64 of UTF-16, for texts that have no UTF-8.
    columns: `bucket UInt64, hash FixedString(16), ${trace}, side UInt8, wide UInt8, prose String CODEC(ZSTD(3)), data String CODEC(ZSTD(3)),
      ${INPUT_WORDS}`,
    engine: replacing("side"),
    orderBy: "(bucket, hash)",
    shardBy: "cityHash64(bucket, if(bucket = 0, hash, ''))",
    settings: "index_granularity = 256, min_compress_block_size = 65536, max_compress_block_size = 262144",
  },
  {
    name: "packs",
    // id: a keyed hash of the trace, the texts and the bytes. pack: as `packing/pack.ts` writes it, text numbers counted from 1 through `texts`.
    columns: `bucket UInt64, ${trace}, id FixedString(16), writer String, sequences Array(UInt64) CODEC(Delta(8), ZSTD(3)), texts Array(FixedString(16)) CODEC(ZSTD(3)), pack String CODEC(ZSTD(3))`,
    engine: replacing(),
    orderBy: "(bucket, trace, id)",
    shardBy: byTrace,
    settings: "index_granularity = 256, min_compress_block_size = 65536, max_compress_block_size = 262144",
  },
  // Where the packs of a trace are.
  { name: "buckets", columns: `${trace}, bucket UInt64`, engine: replacing(), orderBy: "(trace, bucket)", shardBy: byTrace },
  {
    name: "traces",
    // version: how many entries it was folded from, times 1024: the row that knows more wins. flags: 1 an answer was cut by a limit, 2 declined.
    columns: `${trace}, version UInt64, started_ms Int64 CODEC(ZSTD(1)), writer LowCardinality(String), ${name("feature")}, conversation Nullable(String) CODEC(ZSTD(1)), ${name("provider")}, ${name("model")},
      ${name("prompt_version")}, state LowCardinality(String), generations UInt32, actions UInt32, input_tokens Nullable(UInt64), output_tokens Nullable(UInt64), total_ms Nullable(Float64), first_chunk_ms Nullable(Float64),
      failed Array(LowCardinality(String)), passed Array(LowCardinality(String)), flags UInt8, ${name("action")}, answer Nullable(String) CODEC(ZSTD(3)), tags Map(LowCardinality(String), String), subjects Array(String), ${SHOWN.join(", ")}, ${SHOWN_WORDS},
      INDEX started started_ms TYPE minmax, INDEX conversations conversation TYPE bloom_filter(0.01)`,
    engine: replacing("version"),
    orderBy: "trace",
    shardBy: byTrace,
    settings: "index_granularity = 2048, allow_nullable_key = 1",
  },
  // The numbers that are here, cut at each multiple of 4096: a batch's own numbers are found in few rows.
  { name: "sequences", columns: "writer String, block UInt64, first UInt64, last UInt64", engine: replacing(), orderBy: "(writer, block, first, last)", shardBy: "cityHash64(writer)" },
  // Entries of a writer rather than a trace.
  { name: "notes", columns: "writer String, sequence UInt64, kind LowCardinality(String), entry String CODEC(ZSTD(3))", engine: replacing(), orderBy: "(writer, sequence)", shardBy: "cityHash64(writer)" },
  { name: "writers", columns: "writer String, service Nullable(String), environment Nullable(String), release Nullable(String)", engine: replacing(), orderBy: "writer", shardBy: "cityHash64(writer)" },
  { name: "cursors", columns: "source String, offset UInt64", engine: replacing("offset"), orderBy: "source", shardBy: "cityHash64(source)" },
  { name: "quarantine", columns: "source String, offset UInt64, bytes UInt64, reason String", engine: replacing(), orderBy: "(source, offset)", shardBy: "cityHash64(source)" },
  // Every version stays until it is cleared away: who saved a version first is told by what is kept of it.
  { name: "documents", columns: "kind String, id String, version UInt64, nonce String, traces Array(String), body Nullable(String)", engine: ["MergeTree", ""], orderBy: "(kind, id, version)", shardBy: "cityHash64(kind, id)" },
];

/** What brings a store of version n + 1 to the next: changes of a table's columns, which every table of that name needs, and of what only the one with the rows has. */
export interface TableChange {
  readonly table: string;
  readonly columns: readonly string[];
  readonly local: readonly string[];
}
export const changes: readonly (readonly TableChange[])[] = [
  [
    { table: "texts", columns: [], local: ["DROP INDEX IF EXISTS words", `ADD ${INPUT_WORDS}`, "MATERIALIZE INDEX words"] },
    { table: "traces", columns: SHOWN.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`), local: [`ADD ${SHOWN_WORDS.replace("INDEX", "INDEX IF NOT EXISTS")}`] },
  ],
];
export const CLICKHOUSE_STORE_VERSION: number = changes.length + 1;

/** What makes a table: one statement for one server, two for a cluster. */
export function createStatements(table: Table, database: string, cluster: string | null, isReplicated: boolean): readonly string[] {
  const [family, version] = table.engine;
  const local = cluster === null ? table.name : `${table.name}_local`;
  const on = cluster === null ? "" : ` ON CLUSTER '${cluster}'`;
  const settings = [DEDUPLICATED, SOON, ...(table.settings === undefined ? [] : [table.settings])].join(", ");
  const create = `CREATE TABLE IF NOT EXISTS ${database}.${local}${on} (${table.columns}) ENGINE = ${isReplicated ? "Replicated" : ""}${family}(${version}) ORDER BY ${table.orderBy} SETTINGS ${settings}`;
  if (cluster === null) return [create];
  return [create, `CREATE TABLE IF NOT EXISTS ${database}.${table.name}${on} AS ${database}.${local} ENGINE = Distributed('${cluster}', ${database}, ${local}, ${table.shardBy})`];
}
