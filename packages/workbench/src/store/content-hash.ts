/** What a trace says, as one hash: equal in any two stores that hold the same, whatever numbers they give their texts. */
import { createHash } from "node:crypto";
import { WhysaidError, type TextRef } from "@whysaid/recorder/format";
import { mapPieces, mapRefs } from "./packing/entry-refs.ts";
import type { StoredTrace } from "./store.ts";

export function contentHash({ entries, textOf }: Pick<StoredTrace, "entries" | "textOf">): string {
  const hash = createHash("sha256");
  for (const { id, entry } of entries.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const texts: string[] = [];
    const text = (ref: TextRef): TextRef => {
      texts.push(said(textOf, ref));
      return 0;
    };
    const without = mapRefs(entry, { text, pieces: (pieces) => mapPieces(pieces, text) });
    hash.update(JSON.stringify([id, sorted(without), texts]));
  }
  return hash.digest("hex");
}

function said(textOf: StoredTrace["textOf"], ref: TextRef): string {
  try {
    return textOf(ref);
  } catch (cause) {
    if (cause instanceof WhysaidError && cause.code === "TEXT_LOST") return "\u0000lost";
    throw cause;
  }
}

/** Keys in order, whatever order a store gives them in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}
