/** How the values of an answer moved between two provenances: gone, new, or said again but from elsewhere. */
import type { Provenance } from "@whysaid/recorder/format";

export interface MovedValue {
  readonly value: string;
  /** Where it can have come from, e.g. `chunk chart/881#3`; empty for nowhere. */
  readonly from: readonly string[];
}
export interface Moved {
  readonly gone: readonly MovedValue[];
  readonly added: readonly MovedValue[];
  readonly elsewhere: readonly (MovedValue & { readonly before: readonly string[] })[];
}

export function moved(before: readonly Provenance[], after: readonly Provenance[]): Moved {
  const old = valuesOf(before);
  const now = valuesOf(after);
  return {
    gone: [...old].filter(([value]) => !now.has(value)).map(([value, from]) => ({ value, from })),
    added: [...now].filter(([value]) => !old.has(value)).map(([value, from]) => ({ value, from })),
    elsewhere: [...now].flatMap(([value, from]) => {
      const was = old.get(value);
      return was === undefined || was.join("\n") === from.join("\n") ? [] : [{ value, from, before: was }];
    }),
  };
}

/** By their text; names that only words make are no figures to follow. */
function valuesOf(provenance: readonly Provenance[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { value, type, origins } of provenance) {
    if (type === "name") continue;
    const from = found.get(value) ?? new Set<string>();
    found.set(value, from);
    for (const { kind, sourceId, path } of origins) from.add(sourceId === null ? `${kind}${path === undefined ? "" : ` ${path}`}` : `${kind} ${sourceId}`);
  }
  return new Map([...found].map(([value, from]) => [value, [...from].sort()]));
}
