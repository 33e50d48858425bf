/**
 * Text with columns: CSV, TSV, Markdown tables, SQL column lists and HL7 version 2 segments. Gives the cells the roles of their column's name, so
 * that "Bakker" under `last` is labelled as well as in `last: Bakker`.
 */
import { Cells, noCells } from "./cells.ts";
import { wordHash } from "./fold.ts";
import { role, roles as allRoles } from "./roles.ts";
import type { Scan } from "./scan.ts";

const columnRoles = role.nameLabel | role.personField | role.idLabel | role.idNoun | role.phoneLabel | role.dateLabel | role.placeLabel | role.zipLabel | role.ssnLabel | role.cardLabel;
const maxColumns = 64;
const maxLine = 4096;
const pipe = 0x7c;

/** Roles of a field's name: "patient_name", "birthDate", "Last Name". */
export function fieldRoles(name: string): number {
  let found = 0;
  const known = allRoles();
  const words = name.slice(0, 80).replace(/([a-z\d])([A-Z])/g, "$1 $2").split(/[^\p{L}\d]+/u);
  for (const word of words) if (word !== "") found |= known.get(wordHash(word));
  found |= known.get(wordHash(words.join("")));
  return found & (columnRoles | role.codeLabel | role.ageLabel | role.unit | role.person | role.techLabel | role.addressLine);
}

const name = role.nameLabel | role.personField;
const id = role.idLabel;
const date = role.dateLabel;
const place = role.placeLabel | role.addressLine;
const phone = role.phoneLabel;
/** HL7 v2 fields that identify, by segment: field number → roles. */
const segments: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  PID: { 2: id, 3: id, 4: id, 5: name, 6: name, 7: date, 9: name, 11: place, 12: place, 13: phone, 14: phone, 18: id, 19: role.ssnLabel, 20: id, 21: id, 23: place, 29: date },
  NK1: { 2: name, 4: place, 5: phone, 6: phone, 30: name, 31: phone, 32: place, 33: id },
  PV1: { 7: name, 8: name, 9: name, 17: name, 19: id, 44: date, 45: date },
  GT1: { 2: id, 3: name, 4: name, 5: place, 6: phone, 7: phone, 8: date, 12: role.ssnLabel },
  IN1: { 2: id, 16: name, 18: date, 19: place, 36: id, 49: id },
  ORC: { 10: name, 11: name, 12: name },
  OBR: { 16: name, 28: name },
  MRG: { 1: id, 3: id, 7: name },
  ACC: { 1: date },
  DG1: { 16: name },
};

/** The table that a text ends in: what labels the rows of the text after it. */
export interface OpenTable {
  readonly columns: readonly number[];
  readonly separator: string;
}
export const noTable: OpenTable = { columns: [], separator: "" };

/** Roles of cells by the first token of each. One pass over the lines; lines longer than 4 KB hold no table. */
export function findCells(text: string, scan: Scan, open: OpenTable = noTable): { readonly cells: Cells; readonly open: OpenTable } {
  if (!/[,\t|;]/.test(text)) return { cells: noCells, open: noTable };
  const cells = new Cells();
  const inserts = /insert/i.test(text);
  let token = 0;
  let { columns, separator } = open;
  for (let lineStart = 0; lineStart < text.length; ) {
    let lineEnd = text.indexOf("\n", lineStart);
    if (lineEnd < 0) lineEnd = text.length;
    if (lineEnd - lineStart > maxLine) {
      columns = [];
    } else if (lineEnd - lineStart > 2) {
      const line = text.slice(lineStart, lineEnd);
      const segment = text.charCodeAt(lineStart + 3) === pipe ? segments[line.slice(0, 3)] : undefined;
      if (segment !== undefined) token = markSegment(segment, line, lineStart, scan, token, cells);
      else if (columns.length > 0 && line.includes(separator)) token = markRow(columns, separator, line, lineStart, scan, token, cells);
      else if (columns.length === 0 || (lineStart > 0 && lineEnd < text.length)) {
        // (a line that is cut off at either end of the text ends no table)
        const header = headerOf(line);
        columns = header?.columns ?? [];
        separator = header?.separator ?? "";
        // the names of columns label what is below them, not one another
        if (header !== undefined) token = markRow(columns.map(() => 0), separator, line, lineStart, scan, token, cells);
      }
      if (inserts && (line.includes("INSERT") || line.includes("insert"))) markInsert(line, lineStart, scan, cells);
    } else if (lineStart > 0 && lineEnd < text.length) columns = [];
    lineStart = lineEnd + 1;
  }
  return { cells, open: { columns, separator } };
}

/** A header has at least two columns, all of them short names, and at least one that labels a person's field. */
function headerOf(line: string): { columns: number[]; separator: string } | undefined {
  if (line.length > 1000) return undefined;
  const separator = line.includes("|") ? "|" : line.includes("\t") ? "\t" : line.includes(",") ? "," : ";";
  // a sentence is told from a header by its first cell already
  const first = line.indexOf(separator, 1);
  if (first < 0 || first > 34) return undefined;
  const columns: number[] = [];
  let labelled = 0;
  // cell by cell: most lines are no header, and their first or second cell says so
  for (let from = 0; columns.length < maxColumns && from <= line.length; ) {
    let to = line.indexOf(separator, from);
    if (to < 0) to = line.length;
    const trimmed = line.slice(from, to).trim().replace(/^["'`]|["'`]$/g, "");
    if (trimmed.length > 30 || !/^[\p{L}_#º.\s\d()/-]*$/u.test(trimmed) || trimmed.split(/\s+/).length > 3 || (separator === "," && /\s.*\s/.test(trimmed))) return undefined;
    const roles = trimmed === "" ? 0 : fieldRoles(trimmed);
    if ((roles & columnRoles) !== 0) labelled += 1;
    columns.push(roles);
    from = to + 1;
  }
  // prose has commas too: a comma-separated header has no spaces after its commas, or names nothing but fields
  if (labelled < 1 || (separator === "," && (labelled < 2 || / /.test(line.trim())) && labelled < columns.length)) return undefined;
  return { columns, separator };
}

function markRow(columns: readonly number[], separator: string, line: string, lineStart: number, scan: Scan, from: number, cells: Cells): number {
  let token = from;
  let column = 0;
  let offset = 0;
  let quoted = false;
  for (let at = 0; at <= line.length; at++) {
    if (line[at] === '"' && separator !== "|") quoted = !quoted;
    if (at !== line.length && (line[at] !== separator || quoted)) continue;
    token = mark(columns[column] ?? 0, lineStart + offset, lineStart + at, scan, token, cells);
    column += 1;
    offset = at + 1;
  }
  return token;
}

function markSegment(fields: Readonly<Record<number, number>>, line: string, lineStart: number, scan: Scan, from: number, cells: Cells): number {
  let token = from;
  let field = 0;
  let offset = 0;
  for (let at = 0; at <= line.length; at++) {
    if (at !== line.length && line[at] !== "|") continue;
    const roles = fields[field] ?? 0;
    if (roles !== 0) {
      // components ("Doe^Jane^^^") are labelled one by one
      let component = offset;
      for (let inner = offset; inner <= at; inner++) {
        if (inner !== at && line[inner] !== "^" && line[inner] !== "~" && line[inner] !== "&") continue;
        token = mark(roles, lineStart + component, lineStart + inner, scan, token, cells);
        component = inner + 1;
      }
    }
    field += 1;
    offset = at + 1;
  }
  return token;
}

const insert = /insert\s+into\s+[\w."`[\]]{1,80}\s*\(([^()]{1,600})\)\s*values\s*/i;
function markInsert(line: string, lineStart: number, scan: Scan, cells: Cells): void {
  const match = insert.exec(line);
  if (match === null) return;
  const columns = (match[1] ?? "").split(",").map((column) => fieldRoles(column.trim()));
  let column = 0;
  let token = 0;
  let quote = "";
  let offset = -1;
  for (let at = match.index + match[0].length; at < line.length; at++) {
    const char = line[at] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
      continue;
    }
    if (char === "'" || char === '"') quote = char;
    else if (char === "(") {
      column = 0;
      offset = at + 1;
    } else if ((char === "," || char === ")") && offset >= 0) {
      token = mark(columns[column] ?? 0, lineStart + offset, lineStart + at, scan, token, cells);
      column += 1;
      offset = char === ")" ? -1 : at + 1;
    }
  }
}

/** Labels the first token (quotes aside) that begins in [start, end). */
function mark(roles: number, start: number, end: number, scan: Scan, from: number, cells: Cells): number {
  let token = from;
  while (token < scan.count && (scan.start[token] ?? 0) < start) token += 1;
  let first = token;
  while (first < scan.count && (scan.start[first] ?? 0) < end && (scan.hash[first] === 0x22 || scan.hash[first] === 0x27 || scan.hash[first] === 0x60)) first += 1;
  if (first < scan.count && (scan.start[first] ?? 0) < end) cells.set(first, roles, scan.count);
  return token;
}
