/** What a rule sees of a text: its tokens, what labels each value, and where to put what it finds. */
import type { Cells } from "./cells.ts";
import { role } from "./roles.ts";
import { gap, kind, type Scan } from "./scan.ts";
import type { Level, Span, SpanType } from "./span.ts";
import { unitSet, wordSet } from "./word-table.ts";

export interface Reading {
  readonly text: string;
  readonly scan: Scan;
  readonly level: Level;
  /** Roles of the field the whole text is the value of; 0 when unknown. */
  readonly label: number;
  /** The whole text is the value of a field that holds a version. */
  readonly isVersionField: boolean;
  /** Roles of the column or field a cell belongs to, by the cell's first token (tables.ts). */
  readonly cells: Cells;
  /** The facts of a word or phrase by its hash; 0 for every word when there are no lists. */
  readonly lookup: (hash: number) => number;
  readonly spans: Span[];
  /** The token whose labels were asked for last, and their roles: rule after rule asks about the same one. */
  readonly labelled: { at: number; roles: number };
}

export function take(reading: Reading, type: SpanType, start: number, end: number, rule: string, score: number): void {
  if (end > start) reading.spans.push({ start, end, type, rule, score });
}

const labels =
  role.nameLabel | role.idLabel | role.idNoun | role.phoneLabel | role.dateLabel | role.placeLabel | role.codeLabel | role.ssnLabel | role.zipLabel | role.cardLabel | role.ageLabel | role.personField | role.techLabel;

// Marks that may stand between a label and its value, as in `"mrn" : "881"`, `<dob>1949`, `MRN# (881`, `nhc-881`
const isBetween = unitSet(':=#"\'`(>[{|.-_/*~º°ª«“”‘’–\\');
const college = wordSet("col");
const numero = wordSet("n");
const isOrdinalSign = (unit: number): boolean => unit === 0xba || unit === 0xb0 || unit === 0xaa;
const colon = 0x3a;
const equals = 0x3d;
const maxSteps = 12;

/**
 * The roles of the words that label the value beginning at token `at`: those directly before it, with only connecting words and marks between; the column's
 * or field's where nothing stands before it. 0 when it is not labelled.
 */
export function labelsBefore(reading: Reading, at: number): number {
  const { labelled } = reading;
  if (labelled.at !== at) {
    labelled.roles = readLabels(reading, at);
    labelled.at = at;
  }
  return labelled.roles;
}

function readLabels(reading: Reading, at: number): number {
  const { scan } = reading;
  let found = 0;
  let assigned = false;
  for (let step = 0, index = at; step < maxSteps; step++, index--) {
    const cell = reading.cells.get(index);
    if (cell !== undefined) return found | cell;
    const before = index - 1;
    if (before < 0) return found | reading.label;
    const lineBreak = scan.gap[index] === gap.line;
    const beforeKind = scan.kind[before];
    const hash = scan.hash[before] ?? 0;
    if (lineBreak && !(beforeKind === kind.mark && (hash === colon || hash === 0x3e))) return found;
    if (beforeKind === kind.mark) {
      if (!isBetween(hash)) return found;
      if (hash === colon || hash === equals) {
        // a second assignment belongs to another value: "id: 3, name: x" is cut by the comma, "a=b: c" here
        if (assigned && found !== 0) return found;
        assigned = true;
      }
      continue;
    }
    if (beforeKind === kind.digits) return found;
    const roles = scan.roles[before] ?? 0;
    // "NºCol: 28 28 70973", the number in the college of physicians
    if (college.has(hash) && before > 0 && isOrdinalSign(scan.hash[before - 1] ?? 0)) return found | role.idLabel;
    if (numero.has(hash) && isOrdinalSign(scan.hash[before + 1] ?? 0)) {
      found |= role.idNoun;
      continue;
    }
    if ((roles & labels) !== 0) found |= roles & labels;
    else if ((roles & role.connector) === 0 && (scan.end[before] ?? 0) - (scan.start[before] ?? 0) > 1) return found;
  }
  return found;
}

/** A run of tokens that touch each other, made of words, digits and joining marks: "16-126-903", "HP-678901", "2019-12-03T10:22". */
export interface Chunk {
  readonly first: number;
  /** Index after the last token. */
  readonly after: number;
  readonly start: number;
  readonly end: number;
  readonly digits: number;
  readonly letters: number;
}

const isJoining = unitSet("-–_./:+#*~");

/** Tokens of a chunk at most: identifiers are short, and reading a long run again from each of its tokens would cost its square. */
const maxChunkTokens = 40;

/** The chunk that begins at token `at`; marks at its end are left off. */
export function chunkAt(scan: Scan, at: number): Chunk {
  let after = at;
  let digits = 0;
  let letters = 0;
  let lastSolid = at;
  while (after < scan.count && after - at < maxChunkTokens) {
    if (after > at && scan.gap[after] !== gap.none) break;
    const tokenKind = scan.kind[after];
    if (tokenKind === kind.mark) {
      if (!isJoining(scan.hash[after] as number)) break;
    } else {
      const size = (scan.end[after] ?? 0) - (scan.start[after] ?? 0);
      if (tokenKind === kind.digits) digits += size;
      else letters += size;
      lastSolid = after + 1;
    }
    after += 1;
  }
  return { first: at, after: Math.max(lastSolid, at + 1), start: scan.start[at] ?? 0, end: scan.end[Math.max(lastSolid, at + 1) - 1] ?? 0, digits, letters };
}

/** The match of a sticky, bounded expression at `at`, or undefined. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}

export const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
export const isAlnum = (unit: number): boolean => isDigit(unit) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);

/** The index of the first token at or after `from` that begins at or after `offset`. */
export function tokenAt({ scan }: Reading, from: number, offset: number): number {
  let at = from;
  while (at < scan.count && (scan.start[at] ?? 0) < offset) at += 1;
  return at;
}
