/** All built-in rules as one detector: what the composing redactor calls on every text that no structure policy or declared value has settled. */
import { findAddressLine, findCompoundStreet, findNamedStreet, findNumberedStreet, findPostBox, findTownWithCode } from "./addresses.ts";
import { findAge } from "./ages.ts";
import { findCard, findIban } from "./card.ts";
import { findMonthDate, findNumericDate, findWeekday, isVersionField } from "./dates.ts";
import { findEmail } from "./email.ts";
import { findIp } from "./ip.ts";
import { KnownWords } from "./known-words.ts";
import { findLabelledId } from "./labelled-ids.ts";
import { findNames } from "./names/names.ts";
import { findLetteredId, findNationalId } from "./national-ids.ts";
import { findPhone } from "./phone.ts";
import { findFacility, findLabelledPlace, findPlaceOfCare, findPostcode, findTown } from "./places.ts";
import { chunkAt, type Chunk, type Reading } from "./reading.ts";
import { resolve } from "./resolve.ts";
import { role } from "./roles.ts";
import { gap, kind, scan, shape } from "./scan.ts";
import { findSecrets } from "./secrets/secrets.ts";
import type { Detector, Level, NameLists, Span, SpanType } from "./span.ts";
import { noCells } from "./cells.ts";
import { fieldRoles, findCells, noTable, type OpenTable } from "./tables.ts";
import { findUrl } from "./url.ts";
import { wordSet } from "./word-table.ts";
import { leadUnits, trailUnits, windowsOf, windowUnits } from "./windows.ts";

export interface DetectorOptions {
  readonly level: Level;
  /** Only secrets (tokens, keys, passwords): for apps whose texts hold no personal data. */
  readonly secretsOnly?: boolean;
  /** The types to take; all when absent. */
  readonly types?: readonly SpanType[];
  /** Word lists for names and places; without them only titled and labelled names are found. */
  readonly names?: NameLists;
}

/** What one window of a long text tells the next. */
interface Carried {
  /** Hashes of the parts of names that are sure. */
  readonly names: Set<number>;
  table: OpenTable;
}

/** A detector of the chosen rules: overlaps resolved, values that carry meaning (doses, codes, versions) kept. Never throws on any text. */
export function createDetectors(options: DetectorOptions): Detector {
  const { level, secretsOnly = false, names } = options;
  const wanted = options.types === undefined ? undefined : new Set(options.types);
  const words = new KnownWords(secretsOnly ? undefined : names);
  const lookup = names === undefined ? () => 0 : (hash: number) => names.lookup(hash);

  function read(text: string, label: number, isVersion: boolean, carried: Carried): Span[] {
    const tokens = scan(text, words);
    const spans: Span[] = [];
    const cells = secretsOnly ? undefined : findCells(text, tokens, carried.table);
    if (cells !== undefined) carried.table = cells.open;
    const reading: Reading = { text, scan: tokens, level, label, isVersionField: isVersion, cells: cells?.cells ?? noCells, labelled: { at: -1, roles: 0 }, lookup, spans };
    if (wanted === undefined || wanted.has("SECRET")) findSecrets(reading);
    if (secretsOnly) findUrlSecrets(reading);
    else findIdentifiers(reading, carried.names);
    return wanted === undefined ? spans : spans.filter((span) => wanted.has(span.type));
  }

  return (text, label) => {
    if (text.length < 2) return [];
    const carried: Carried = { names: new Set(), table: noTable };
    const labelRoles = label === undefined ? 0 : fieldRoles(label);
    const isVersion = label !== undefined && isVersionField(label);
    if (text.length <= windowUnits * 1.5) return resolve(read(text, labelRoles, isVersion, carried), text);
    const found: Span[] = [];
    for (const { from, to } of windowsOf(text)) {
      const lead = Math.max(0, from - leadUnits);
      for (const span of read(text.slice(lead, to + trailUnits), from === 0 ? labelRoles : 0, false, carried)) {
        const start = span.start + lead;
        if (start >= from && start < to) found.push({ ...span, start, end: span.end + lead });
      }
    }
    return resolve(found, text);
  };
}

/** Of the addresses in a text only their passwords and tokens. */
function findUrlSecrets(reading: Reading): void {
  const { text, spans } = reading;
  for (let at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
    const before = spans.length;
    findUrl(reading, at);
    for (let index = spans.length - 1; index >= before; index--) if (spans[index]?.type !== "SECRET") spans.splice(index, 1);
  }
}

/** Tokens that a find covers; names and towns are looked for in the others. */
function busyTokens(reading: Reading): Uint8Array {
  const { scan: tokens, spans } = reading;
  const busy = new Uint8Array(tokens.count);
  const ordered = [...spans].sort((a, b) => a.start - b.start);
  let at = 0;
  for (const { start, end } of ordered) {
    while (at < tokens.count && (tokens.end[at] ?? 0) <= start) at += 1;
    for (let inner = at; inner < tokens.count && (tokens.start[inner] ?? 0) < end; inner++) busy[inner] = 1;
  }
  return busy;
}

function findIdentifiers(reading: Reading, sureNames: Set<number>): void {
  const { scan: tokens, text } = reading;
  // what a find has settled is not read again as something else: offsets before this are done
  let done = 0;
  for (let at = 0; at < tokens.count; at++) {
    const start = tokens.start[at] ?? 0;
    if (start < done) continue;
    const tokenKind = tokens.kind[at];
    if (tokenKind !== kind.mark && at > 0 && (tokens.kind[at - 1] === kind.mark || reading.cells.has(at))) {
      const line = findAddressLine(reading, at);
      if (line > 0) {
        done = line;
        continue;
      }
    }
    if (tokenKind === kind.mark) {
      const mark = tokens.hash[at];
      if (mark === 0x40) findEmail(reading, start);
      else if (mark === 0x3a && text.startsWith("://", start)) done = Math.max(done, findUrl(reading, start));
      else if ((mark === 0x2b || mark === 0x28) && tokens.kind[at + 1] === kind.digits && tokens.gap[at + 1] === gap.none && at + 1 < tokens.count) done = Math.max(done, findPhone(reading, chunkAt(tokens, at + 1), start));
      continue;
    }
    if (tokenKind === kind.digits) {
      done = Math.max(done, number(reading, at));
      continue;
    }
    done = Math.max(done, word(reading, at));
  }
  const busy = busyTokens(reading);
  for (let at = 1; at < tokens.count; at++) {
    if (busy[at] !== 0 || tokens.kind[at] !== kind.word || tokens.shape[at] === shape.lower || tokens.gap[at] !== gap.space) continue;
    const end = findPlaceOfCare(reading, at, busy);
    while (at < tokens.count && (tokens.start[at] ?? 0) < end) busy[at++] = 1;
  }
  findNames(reading, busy, sureNames);
  for (let at = 0; at < tokens.count; at++) {
    if (busy[at] !== 0 || tokens.kind[at] !== kind.word || tokens.shape[at] === shape.lower) continue;
    if ((tokens.facts[at] ?? 0) === 0 && !reading.cells.has(at) && ((tokens.roles[at - 1] ?? 0) === 0) && at > 0 && tokens.kind[at - 1] === kind.word) continue;
    const end = findTown(reading, at) || findLabelledPlace(reading, at);
    while (at + 1 < tokens.count && (tokens.start[at + 1] ?? 0) < end) at += 1;
  }
}

/** A chunk with digits at its front: the first rule that takes it settles it. Returns the end of what was read. */
function number(reading: Reading, at: number): number {
  const { scan: tokens } = reading;
  if (at > 0 && tokens.gap[at] === gap.none && tokens.kind[at - 1] === kind.word) return 0;
  const chunk = chunkAt(tokens, at);
  const { start } = chunk;
  // one digit begins a date or an address, and nothing else
  if (chunk.digits === 1 && chunk.letters === 0) return findNumericDate(reading, chunk) || monthBehind(reading, chunk) || findNumberedStreet(reading, at) || (touches(tokens, chunk) ? findNationalId(reading, chunk) || findLabelledId(reading, chunk) : 0);
  return (
    (findIp(reading, chunk) ? chunk.end : 0) ||
    findNumericDate(reading, chunk) ||
    monthBehind(reading, chunk) ||
    findCard(reading, chunk) ||
    findNationalId(reading, chunk) ||
    findPostcode(reading, at) ||
    findNumberedStreet(reading, at) ||
    findTownWithCode(reading, at) ||
    findPhone(reading, chunk, start) ||
    findLabelledId(reading, chunk) ||
    ageOf(reading, chunk)
  );
}

/** Another number stands behind this one, one space away. */
const touches = (tokens: Reading["scan"], chunk: Chunk): boolean => tokens.kind[chunk.after] === kind.digits && (tokens.start[chunk.after] ?? 0) - chunk.end === 1 && chunk.after < tokens.count;

/** "12 April 2022", "3-Mar-2021": the month's name finds the day before it, so the day must not be read as something else. */
function monthBehind(reading: Reading, chunk: Chunk): number {
  const { scan: tokens } = reading;
  for (let next = chunk.first + 1; next < Math.min(chunk.first + 5, tokens.count); next++) {
    if (tokens.gap[next] === gap.line) return 0;
    if (((tokens.roles[next] ?? 0) & role.month) !== 0 && tokens.kind[next] === kind.word) {
      const before = reading.spans.length;
      findMonthDate(reading, next);
      const found = reading.spans[before];
      return found !== undefined && found.start <= chunk.start ? found.end : (reading.spans.splice(before), 0);
    }
  }
  return 0;
}

function ageOf(reading: Reading, chunk: Chunk): number {
  findAge(reading, chunk);
  return 0;
}

const boxWords = wordSet("p po post postal apartado postfach apdo psc unit");

/** Rules that begin at a word. Returns the end of what was read, or 0. */
function word(reading: Reading, at: number): number {
  const { scan: tokens, text } = reading;
  const start = tokens.start[at] ?? 0;
  const wordRoles = tokens.roles[at] ?? 0;
  const size = (tokens.end[at] ?? 0) - start;
  const touchesDigits = at + 1 < tokens.count && tokens.gap[at + 1] === gap.none && tokens.kind[at + 1] === kind.digits;
  const touchesMark = at + 1 < tokens.count && tokens.gap[at + 1] === gap.none && tokens.kind[at + 1] === kind.mark;
  const begins = tokens.gap[at] !== gap.none || at === 0 || tokens.kind[at - 1] === kind.mark;
  if (begins && touchesDigits && size === 2 && tokens.shape[at] === shape.upper) {
    const account = findIban(reading, start);
    if (account > 0) return account;
  }
  if (begins && (touchesDigits || touchesMark) && size <= 8 && !isJoined(reading, at)) {
    const chunk = chunkAt(tokens, at);
    if (chunk.digits > 0 && chunk.letters <= 40) {
      const lettered = tokens.shape[at] !== shape.lower ? findLetteredId(reading, start) : 0;
      if (lettered > 0) return lettered;
      if (/[:]/.test(text.slice(start, start + 6)) && findIp(reading, chunk)) return chunk.end;
      if (!/^[a-z]+:/i.test(text.slice(start, chunk.end)) && !/^(?:v|q|h|t|p|n)\d/.test(text.slice(start, start + 2))) {
        const labelled = findLabelledId(reading, chunk);
        if (labelled > 0) return labelled;
      }
    }
  } else if (begins && size === 6 && !touchesDigits && tokens.shape[at] === shape.upper) findLetteredId(reading, start);
  if ((wordRoles & role.month) !== 0) findMonthDate(reading, at);
  if ((wordRoles & role.weekday) !== 0) findWeekday(reading, at);
  if ((wordRoles & role.facility) !== 0) {
    const facility = findFacility(reading, at);
    if (facility > 0) return facility;
  }
  if (size <= 9 && boxWords.has(tokens.hash[at] ?? 0)) {
    const box = findPostBox(reading, at);
    if (box > 0) return box;
  }
  if ((wordRoles & role.streetPrefix) !== 0 && begins) {
    const street = findNamedStreet(reading, at, at);
    if (street > 0) return street;
  }
  // "C/ Postas, 8"
  if (size === 1 && /^(?:C\/\.?\s?\p{L}|c\/\.?\s?\p{Lu}|c\/\.?\s?\p{Ll}{3})/u.test(text.slice(start, start + 7)) && begins) {
    const street = findNamedStreet(reading, at + 1, at);
    if (street > 0) return street;
  }
  if (size >= 7 && tokens.shape[at] !== shape.lower) {
    const street = findCompoundStreet(reading, at);
    if (street > 0) return street;
  }
  return 0;
}

/** True when the word continues a chunk that began before it ("16-A", "x_y"). */
function isJoined({ scan: tokens }: Reading, at: number): boolean {
  return at > 1 && tokens.gap[at] === gap.none && tokens.kind[at - 1] === kind.mark && tokens.gap[at - 1] === gap.none && /[-_.]/.test(String.fromCharCode(tokens.hash[at - 1] ?? 0)) && tokens.kind[at - 2] !== kind.mark;
}
