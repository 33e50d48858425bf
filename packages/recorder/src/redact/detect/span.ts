/** What a detector hands to the redactor: where in the raw text something stands that must not be written. */

/** The kinds of identifier the built-in rules tell apart; the redactor makes one family of pseudonyms per kind. */
export type SpanType =
  | "PERSON"
  | "LOCATION"
  | "DATE"
  | "PHONE"
  | "EMAIL"
  | "SSN"
  | "ID"
  | "CARD"
  | "IBAN"
  | "IP"
  | "SECRET"
  | "URL"
  | "AGE";

/** One find: UTF-16 offsets into the raw text, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly type: SpanType;
  /** The rule that fired, as docs/redaction.md lists them: `"email"`, `"date.iso"`, `"secret.github-token"`. */
  readonly rule: string;
  /** 0..1; among overlapping finds the longer wins, then the higher score. */
  readonly score: number;
}

/**
 * Finds spans in one text. Pure and synchronous; spans come sorted and do not overlap.
 *
 * @param text   decoded text (not its JSON or HTML escapes)
 * @param label  the name of the field the text is the whole value of, e.g. `"patient_name"`, `"dob"`
 */
export type Detector = (text: string, label?: string) => readonly Span[];

/** How sure a find must be to be taken. `recall` takes bare names and numbers with little context, `precise` only what its context or checksum proves. */
export type Level = "recall" | "balanced" | "precise";

/** Compiled word lists, as `@whysaid/names` hands them out; the recorder itself ships none. */
export interface NameLists {
  /** The facts known of a word by its `wordHash` (fold.ts), packed as words.ts says; 0 when it is in no list. */
  lookup(hash: number): number;
}
