/** What the pseudonyms know of the vault: every spelling is sealed before the entry that shows its pseudonym is written. */

export interface Claim {
  /** Type and parts: `PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz`. */
  readonly value: string;
  /** Keyed hash of the spelling, base32; the suffix is its beginning. */
  readonly tag: string;
  /** The raw text. */
  readonly surface: string;
  /** Keyed reference of whose value this is: one data key each. */
  readonly subject: string;
}

export interface VaultWriter {
  /**
   * Seal one spelling. Never throws: what cannot be sealed gets a suffix all the same and is reported once; it stays a pseudonym that nobody can
   * reveal.
   *
   * @returns the suffix: the shortest beginning of the tag (3 or more) that no other spelling of this value has
   */
  claim(claim: Claim): string;
}
