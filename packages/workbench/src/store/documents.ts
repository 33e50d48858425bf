/**
 * Small JSON records that people and programs make about traces: cases, runs, issue states, keys. Kept in the store beside the traces, so that they are
 * where the traces are, on one machine or many, and so that erasing a person reaches them too.
 *
 * What a body says must be redacted: a pseudonym in it is found and taken out by `whysaid erase`, a name in the clear would not be.
 */
export interface DocumentKey {
  /** One word for all records of a sort, e.g. `case`. */
  readonly kind: string;
  /** Unique within the kind. Compared and ordered by its UTF-8 bytes. */
  readonly id: string;
}
export interface NewDocument extends DocumentKey {
  /** Traces it is about; `list` finds it by them. */
  readonly traceIds?: readonly string[];
  /** Any JSON value; redacted text only, in keys and values. */
  readonly body: unknown;
}
export interface StoredDocument extends DocumentKey {
  readonly traceIds: readonly string[];
  /** 1 when it was made, one more at every change. Goes on after a deletion. */
  readonly version: number;
  readonly body: unknown;
}
/** `conflict`: somebody else was first. `version` is what is there now, 0 when nothing is. */
export type DocumentPut = { readonly outcome: "saved"; readonly version: number } | { readonly outcome: "conflict"; readonly version: number };

export interface DocumentFilter {
  /** Ids that begin so. */
  readonly prefix?: string;
  /** Ids after this one. */
  readonly after?: string;
  /** Only what names this trace. */
  readonly traceId?: string;
  readonly limit: number;
}

export interface Documents {
  /**
   * Save a record, replacing what has its kind and id.
   *
   * @param expectedVersion  save only over this version; 0: only when there is none. Left out: over whatever is there
   */
  put(document: NewDocument, expectedVersion?: number): Promise<DocumentPut>;
  get(kind: string, id: string): Promise<StoredDocument | null>;
  /** Kinds there are records of, in order. */
  kinds(): Promise<readonly string[]>;
  /** In the order of their ids. */
  list(kind: string, filter: DocumentFilter): Promise<readonly StoredDocument[]>;
  /** @returns false when there was none, or another version than the expected one */
  delete(kind: string, id: string, expectedVersion?: number): Promise<boolean>;
}

/** Ids that begin with a prefix lie between it and this, in the order of their bytes: no character follows this one. */
export const lastWithPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;
