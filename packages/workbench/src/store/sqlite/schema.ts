/**
 * The tables of a SQLite store and how an older store becomes a newer one. Migrations are numbered, run forward only, each in the transaction that
 * records it; `user_version` holds the number of the last.
 *
 * Shape (docs/adr/0002-store-codec.md, ARCHITECTURE.md): texts once each under an integer id with a unique keyed hash; a trace's entries in
 * packs that name texts by id; one narrow row a trace and a generation; a rollup by the hour. What is narrow is scanned, what is wide is fetched by id.
 */
import { existsSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { openDatabase, type Database } from "./driver.ts";

/** Tells our files from other SQLite databases: "WSD1". */
const APPLICATION_ID = 0x57534431;

const migrations: readonly string[] = [
  `
  CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  INSERT INTO meta VALUES ('erasures', 0), ('entries', 0), ('actions', 0), ('text_bytes', 0);

  -- Words that repeat: features, models, rules, tags, conversations. Rows name them by id.
  CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  -- Append-only: what was compressed with one can be read as long as the store lives. kind: 1 texts, 2 packs.
  CREATE TABLE dictionaries(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, data BLOB NOT NULL);

  -- enc: dictionary id * 8 + 4 for UTF-16 + codec. trace: the row that brought the text first. indexed: 1 in ft_in, 2 part of an answer.
  CREATE TABLE texts(id INTEGER PRIMARY KEY, hash BLOB NOT NULL, trace INTEGER NOT NULL, indexed INTEGER NOT NULL, enc INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE UNIQUE INDEX texts_by_hash ON texts(hash);

  -- sequences: the numbers that are here, as [first, last] ranges. What is in them is stored, what is between them is missing.
  CREATE TABLE writers(id INTEGER PRIMARY KEY, writer TEXT NOT NULL UNIQUE, service TEXT, environment TEXT, release TEXT, sequences TEXT NOT NULL);
  -- Entries of a writer rather than a trace: headers, ends, gaps, problems.
  CREATE TABLE notes(writer INTEGER NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY(writer, sequence)) WITHOUT ROWID;

  CREATE TABLE packs(id INTEGER PRIMARY KEY, trace INTEGER NOT NULL, hash BLOB NOT NULL, enc INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE traces(
    id INTEGER PRIMARY KEY, trace BLOB NOT NULL, packs BLOB NOT NULL, writer INTEGER NOT NULL, started_ms INTEGER NOT NULL,
    feature INTEGER, conversation INTEGER, provider INTEGER, model INTEGER, prompt_version INTEGER, state INTEGER NOT NULL,
    generations INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER, total_ms REAL, first_chunk_ms REAL,
    failed BLOB, action INTEGER, answer);
  CREATE UNIQUE INDEX traces_by_trace ON traces(trace);
  CREATE INDEX traces_by_time ON traces(started_ms);
  CREATE INDEX traces_by_feature ON traces(feature, started_ms);
  CREATE INDEX traces_failed ON traces(feature, started_ms) WHERE failed IS NOT NULL;
  CREATE INDEX traces_by_conversation ON traces(conversation) WHERE conversation IS NOT NULL;
  CREATE TABLE generations(
    trace INTEGER NOT NULL, place INTEGER NOT NULL, span BLOB NOT NULL, started_ms INTEGER NOT NULL, provider INTEGER, model INTEGER, state INTEGER NOT NULL,
    attempts INTEGER NOT NULL, input_tokens INTEGER, output_tokens INTEGER, first_chunk_ms REAL, duration_ms REAL, PRIMARY KEY(trace, place)) WITHOUT ROWID;
  CREATE TABLE failed_rules(rule INTEGER NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY(rule, trace)) WITHOUT ROWID;
  CREATE TABLE tags(key INTEGER NOT NULL, value INTEGER NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY(key, value, trace)) WITHOUT ROWID;

  -- Counts by the hour, kept in step with the rows above by each transaction. measure is a name: 'traces', 'action:edit', 'rule-failed:…', 'first-chunk:12', …
  CREATE TABLE rollup(hour INTEGER NOT NULL, feature INTEGER NOT NULL, model INTEGER NOT NULL, prompt_version INTEGER NOT NULL, measure INTEGER NOT NULL,
    n INTEGER NOT NULL, PRIMARY KEY(hour, feature, model, prompt_version, measure)) WITHOUT ROWID;

  -- Row ids are text ids. detail=none: ranked by our own sum of idf, see find; SQLite's bm25 is wrong on such tables.
  CREATE VIRTUAL TABLE ft_out USING fts5(t, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', detail=none);
  CREATE VIRTUAL TABLE ft_in USING fts5(t, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', detail=none);
  INSERT INTO ft_out(ft_out, rank) VALUES ('hashsize', 33554432);
  INSERT INTO ft_in(ft_in, rank) VALUES ('hashsize', 33554432);
  INSERT INTO ft_out(ft_out, rank) VALUES ('automerge', 16), ('crisismerge', 32);
  INSERT INTO ft_in(ft_in, rank) VALUES ('automerge', 16), ('crisismerge', 32);

  CREATE TABLE cursors(source TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE quarantine(source TEXT NOT NULL, offset INTEGER NOT NULL, bytes INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY(source, offset)) WITHOUT ROWID;
  `,
  `
  -- Small JSON records about traces (documents.ts). body: NULL for a deleted one.
  CREATE TABLE documents(kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, traces TEXT NOT NULL, body TEXT, PRIMARY KEY(kind, id)) WITHOUT ROWID;
  CREATE TABLE document_traces(trace TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY(trace, kind, id)) WITHOUT ROWID;
  CREATE INDEX document_traces_by_document ON document_traces(kind, id);
  `,
  `
  -- What drift counts. passed: packed ids like failed; flags: 1 an answer was cut by a limit, 2 declined. Traces written before this version have none of it.
  ALTER TABLE traces ADD COLUMN passed BLOB;
  ALTER TABLE traces ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What a person could see of each trace's answer (search/shown.ts): the texts it is put together from, in order, and the words it is found by. Row ids are traces': who deletes a trace deletes them too, and those of subjects.
  -- The words come folded and apart by spaces: every other character belongs to one.
  CREATE TABLE shown(trace INTEGER PRIMARY KEY, texts BLOB NOT NULL);
  CREATE VIRTUAL TABLE ft_shown USING fts5(t, content='', contentless_delete=1, tokenize="ascii tokenchars '.'", detail=none);
  INSERT INTO ft_shown(ft_shown, rank) VALUES ('hashsize', 33554432);
  INSERT INTO ft_shown(ft_shown, rank) VALUES ('automerge', 16), ('crisismerge', 32);
  CREATE VIRTUAL TABLE ft_shown_words USING fts5vocab(ft_shown, row);
  CREATE VIRTUAL TABLE ft_in_words USING fts5vocab(ft_in, row);
  -- Whom a trace is about: each declared identifier's pseudonym.
  CREATE TABLE subjects(subject INTEGER NOT NULL, trace INTEGER NOT NULL, PRIMARY KEY(subject, trace)) WITHOUT ROWID;
  DROP TABLE ft_out;
  -- Traces up to this row were stored before the tables above: their rows are made before the first search.
  INSERT INTO meta SELECT 'shown_left', coalesce(max(id), 0) FROM traces;
  `,
];

export const STORE_VERSION: number = migrations.length;

/** The version of a file that may not be there: 0. */
export async function versionOf(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const database = await openDatabase(path);
  try {
    return pragma(database, "user_version");
  } finally {
    database.close();
  }
}

/**
 * Bring the database up to this program's version. Safe when two processes open a new store at once.
 *
 * @throws WhysaidError `STORE_NEWER_VERSION` for a store written by a newer Whysaid, `STORE_UNREADABLE` for somebody else's database
 */
export function migrate(database: Database, name: string): void {
  // Most openings find all as it should be, and need no lock.
  if (pragma(database, "user_version") === STORE_VERSION && pragma(database, "application_id") === APPLICATION_ID) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = pragma(database, "user_version");
    const isEmpty = version === 0 && (database.prepare("SELECT count(*) AS n FROM sqlite_master").get() as { n: number }).n === 0;
    if (!isEmpty && pragma(database, "application_id") !== APPLICATION_ID)
      throw new WhysaidError("STORE_UNREADABLE", `${name} is a SQLite database, but no Whysaid store`, { fix: "Name another file with --store, or move this one away." });
    if (version > STORE_VERSION)
      throw new WhysaidError("STORE_NEWER_VERSION", `the store ${name} has version ${version}, this program knows versions up to ${STORE_VERSION}`, { fix: "Update whysaid, or name another store with --store." });
    for (let next = version; next < STORE_VERSION; next += 1) {
      database.exec(migrations[next] as string);
      database.exec(`PRAGMA user_version = ${next + 1}`);
    }
    if (isEmpty) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec("COMMIT");
  } catch (cause) {
    database.exec("ROLLBACK");
    throw cause;
  }
}

const pragma = (database: Database, name: string): number => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0]);
