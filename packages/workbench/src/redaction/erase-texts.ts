/** The pseudonyms of one person, taken out of texts: what `erase` does to every text it finds. */
import { erasedMarker, pseudonymsIn } from "@whysaid/recorder/format";

/** A person's pseudonyms by type and parts (`ID:…`), whatever their spelling. */
export interface Traces {
  /** Names, ids, mail addresses: they are that person's wherever they stand. */
  readonly own: ReadonlySet<string>;
  /** Dates, places, lone name parts: somebody else's too, so taken only beside one of the above. */
  readonly shared: ReadonlySet<string>;
}

const SHARED_TYPES = new Set(["DATE", "LOCATION", "AGE", "TEXT", "URL", "IP"]);

/** @param pseudonyms  type and parts, with or without suffix */
export function tracesOf(pseudonyms: Iterable<string>): Traces {
  const own = new Set<string>();
  const shared = new Set<string>();
  for (const pseudonym of pseudonyms) {
    const value = pseudonym.split("~")[0] as string;
    const [type = "", parts = ""] = value.split(":");
    if (SHARED_TYPES.has(type) || (type === "PERSON" && !parts.includes("."))) shared.add(value);
    else own.add(value);
  }
  return { own, shared };
}

/**
 * The text without them, as long as before; the very same string when it has none.
 *
 * @param filler  what the markers are filled with: two texts that differed only in what was erased stay two
 */
export function erased(text: string, traces: Traces, filler?: string): string {
  if (!text.includes("⟦") && !text.includes("[[")) return text;
  const found = [...pseudonymsIn(text)];
  if (!found.some((one) => traces.own.has(valueOf(one)))) return text;
  let written = "";
  let at = 0;
  for (const one of found) {
    if (!traces.own.has(valueOf(one)) && !traces.shared.has(valueOf(one))) continue;
    written += text.slice(at, one.start) + erasedMarker(one.text, filler);
    at = one.end;
  }
  return written + text.slice(at);
}

/** The same over bytes in which UTF-8 texts stand among others (a pack of entries). */
export function erasedBytes(bytes: Buffer, traces: Traces): Buffer {
  // One character a byte: what is no text passes through, and the brackets are put back to theirs.
  const units = bytes.toString("latin1");
  const text = units.replaceAll(LATIN_OPEN, "⟦").replaceAll(LATIN_CLOSE, "⟧");
  const without = erased(text, traces);
  return without === text ? bytes : Buffer.from(without.replaceAll("⟦", LATIN_OPEN).replaceAll("⟧", LATIN_CLOSE), "latin1");
}
const LATIN_OPEN = Buffer.from("⟦", "utf8").toString("latin1");
const LATIN_CLOSE = Buffer.from("⟧", "utf8").toString("latin1");

const valueOf = (one: { readonly type: string; readonly parts: readonly string[] }): string => `${one.type}:${one.parts.join(".")}`;
