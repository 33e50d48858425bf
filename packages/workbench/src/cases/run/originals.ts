/** A case with its true names, for who may: revealed once, in the audit log, before the run; and the way back, so that nothing a run prints or keeps holds them. */
import { pseudonymsIn } from "@whysaid/recorder/format";
import { createRedactor, type Declared } from "@whysaid/recorder/redact";
import { redactedBefore } from "../../ingest/import/redacted-before.ts";
import { reveal } from "../../redaction/reveal.ts";
import type { Case } from "../case.ts";

export type Redacted = (text: string) => string;

/** For texts people type and runs bring: pseudonyms stay what they are, the rest goes through the directory's redactor. */
export function textRedactor(directory: string, declared: Declared = {}): Redacted {
  const scope = redactedBefore(createRedactor({ dir: directory, vault: "none", onProblem: () => undefined }).root.with(declared));
  return (text) => (text === "" ? "" : scope.text(text, { signal: "completion" }));
}

export interface OpenCase {
  /** What is served: revealed, or as it is kept. */
  readonly served: Case;
  readonly redacted: Redacted;
  /** Pseudonyms that have no original here. */
  readonly left: number;
}

export function asKept(one: Case, directory: string): OpenCase {
  return { served: one, redacted: textRedactor(directory), left: 0 };
}

/** @throws WhysaidError as `reveal`: `NOT_ALLOWED` without the vault's key, `VAULT_MISSING` */
export function revealed(one: Case, { directory, reason, actor }: { readonly directory: string; readonly reason: string; readonly actor: string }): OpenCase {
  const { said, expected, story } = one;
  const pseudonyms = [...new Map(stringsOf({ said, expected, story }).flatMap((text) => [...pseudonymsIn(text)].map((found) => [found.text, found.type] as const)))];
  const { value: originals, left } = reveal(pseudonyms.map(([text]) => text), { directory, traceId: one.story.traceId, reason, actor, atMs: Date.now() });
  const known = pseudonyms.flatMap(([text, type], index) => {
    const original = originals[index];
    return original === undefined || original === text ? [] : [{ text, type, original }];
  });
  const byPseudonym = new Map(known.map(({ text, original }) => [text, original]));
  const open = revealer(byPseudonym);
  const persons = known.filter(({ type }) => type === "PERSON").map(({ original }) => ({ name: original }));
  const strings = known.filter(({ type }) => type !== "PERSON").map(({ original, type }) => ({ value: original, type }));
  return { served: { ...one, said: open(said), expected: expected === null ? null : { ...expected, text: open(expected.text) }, story: deeply(story, open) as Case["story"] }, redacted: textRedactor(directory, { persons, strings }), left };
}

/** In a text that is JSON or server-sent events an original must be written as JSON writes it. */
function revealer(originals: ReadonlyMap<string, string>): Redacted {
  const put = (text: string, write: (original: string) => string): string => {
    let out = "";
    let at = 0;
    for (const one of pseudonymsIn(text)) {
      const original = originals.get(one.text);
      if (original === undefined) continue;
      out += text.slice(at, one.start) + write(original);
      at = one.end;
    }
    return out + text.slice(at);
  };
  const inJson = (original: string): string => JSON.stringify(original).slice(1, -1);
  return (text) => put(text, /^\s*[{[]|^(?:event|data|id):/.test(text) && isWire(text) ? inJson : (original) => original);
}
function isWire(text: string): boolean {
  if (/^(?:event|data|id):/.test(text)) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function deeply(value: unknown, open: Redacted): unknown {
  if (typeof value === "string") return open(value);
  if (Array.isArray(value)) return value.map((one: unknown) => deeply(one, open));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [open(key), deeply(one, open)]));
}
function stringsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsOf(one)]);
}
