/**
 * What capture knows of redaction: a scope per trace turns raw text into `RedactedText`. Nothing else does.
 */
import type { RedactedText } from "../format/redacted.ts";

/** Whom and what a request is about, as the app knows it. Declared values are always taken, wherever they stand. */
export interface Declared {
  readonly subject?: DeclaredPerson;
  readonly persons?: readonly DeclaredPerson[];
  readonly ids?: readonly (string | { readonly value: string; readonly type?: string })[];
  readonly dates?: readonly (string | Date | { readonly value: string })[];
  readonly phones?: readonly string[];
  readonly emails?: readonly string[];
  readonly addresses?: readonly string[];
  readonly strings?: readonly (string | { readonly value: string; readonly type?: string })[];
  /** Values that must stay readable although a detector would take them. Never beats a declared value. */
  readonly keep?: readonly string[];
}
export interface DeclaredPerson {
  /** `"Given Family"`, or parts. */
  readonly name?: string | { readonly given?: string | readonly string[]; readonly family?: string };
  readonly given?: string | readonly string[];
  readonly family?: string;
  readonly dob?: string | Date;
  readonly mrn?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: string;
  readonly id?: string;
  /** Any other identifier by name. */
  readonly [identifier: string]: unknown;
}

/** Where a text stands, for policy by signal, path and key. */
export interface Where {
  readonly signal: "input" | "chunks" | "toolCalls" | "completion" | "parsed" | "validation" | "action" | "metadata" | "error" | "header" | "url";
  /** Object keys and array indexes from the root of the JSON the text stands in, outermost first. */
  readonly path?: readonly (string | number)[];
}

export interface RedactionScope {
  /**
   * Redact one text: a message, a chunk, a tool result, a name, an error message. Text that is itself JSON is walked value by value and stays the same JSON but for
   * the values taken. Cached per text, so a conversation pays only for what is new. Never throws: on failure or over budget a
   * marker with length and reason comes back (`isMarker`), and the problem is reported.
   */
  text(raw: string, where: Where): RedactedText;
  /** A value of any kind as JSON text: every depth, cycles, Map, Set, Error, URL, Buffer, bigint; keys are redacted too. `undefined` where JSON has no form for it. */
  json(value: unknown, where: Where): RedactedText | undefined;
  /** Base64 of bytes that are no text: nothing in them can be found, so they are dropped to type, size and keyed hash, unless policy keeps media. */
  bytes(base64: string, where: Where): RedactedText;
  /**
   * What stands between the redacted values of a JSON body: punctuation and those keys, short strings and numbers that `text` and `takesNumber` were asked
   * about one by one and left as they are. Given back unchanged; never call it with a text that was not asked about.
   */
  literal(raw: string): RedactedText;
  /** True when a bare JSON number under this path must be taken (a numeric record id). Cheap: asked for every number. */
  takesNumber(raw: string, where: Where): boolean;
  /** The declared subject as identifiers → pseudonyms, for the trace's entry; undefined when none was declared. */
  readonly subject: Readonly<Record<RedactedText, RedactedText>> | undefined;
  /** A scope that knows more: `declared` is added to what this one has. Texts redacted before keep their form. */
  with(declared: Declared): RedactionScope;
  /** True for the scope that takes nothing (`redaction: "off"`): callers need not ask about every short string. */
  readonly off: boolean;
  /** Equal for scopes that redact every text alike; a key for caches of redacted bodies. */
  readonly cacheKey: unknown;
}
export interface Redactor {
  /** Name and version of the policy, for the segment header. */
  readonly policy: string;
  /** Identifies the key pseudonyms are made with; reveals nothing about it. */
  readonly keyId: string;
  /** What the recorder's options declare. A trace goes on from it with `with(…)`, also when it declares nothing more (`with({})`): names found in one of its texts are then names in all of them. */
  readonly root: RedactionScope;
}
