/** What is known of a word, by its hash: see `WordFacts` in the recorder's redact/detect/words.ts for the bits. 0 when the word is in no list. */
export interface NameLists {
  lookup(hash: number): number;
}

/** The lists of this package; read from disk once (about 5 ms), then kept (about 3 MB). */
export function loadNames(): NameLists;
