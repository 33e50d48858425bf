/** What the pseudonyms know of the vault: every spelling is sealed before the entry that shows its pseudonym is written. */

export interface Claim {
  /** Type and parts: `PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz`. */
  readonly value: string;
  /** Keyed hash of the spelling, base32; the suffix is its beginning. */
  readonly tag: string;
  /** The raw text. */
  readonly surface: string;
  /** Keyed reference of whose value this is, 12 base32 characters: each has a data key of its own. */
  readonly subject: string;
}

export interface VaultWriter {
  /**
   * Seal the spellings one text brings. Never throws: what cannot be sealed gets a suffix all the same and is reported once; its pseudonym joins, but
   * nobody can reveal it.
   *
   * @returns for each claim its suffix: the shortest beginning of the tag (3 or more) that no earlier spelling of this value was given
   */
  claim(claims: readonly Claim[]): readonly string[];
}

/** Shortest suffix. */
export const SUFFIX_LENGTH = 3;
