/** A JSON value as printed lines whose string and number leaves keep their pointer, so that provenance finds them. */
export interface JsonToken {
  readonly text: string;
  readonly kind: "key" | "string" | "literal" | "punctuation";
  /** Pointer of a leaf below the base, e.g. `.dose.mg` or `[2]`; the text of a string leaf stands unescaped, between quotes of its own. */
  readonly path?: string;
}
export interface JsonLine {
  readonly indent: number;
  readonly tokens: readonly JsonToken[];
}
const punctuation = (text: string): JsonToken => ({ text, kind: "punctuation" });

/** @param most  lines after which printing stops; the caller shows the rest another way */
export function jsonLines(value: unknown, most: number = 4_000): readonly JsonLine[] {
  const lines: JsonLine[] = [];
  const print = (one: unknown, path: string, indent: number, before: readonly JsonToken[], after: string): void => {
    if (lines.length >= most) return;
    const isList = Array.isArray(one);
    if (isList || (typeof one === "object" && one !== null)) {
      const entries: readonly (readonly [string, unknown])[] = isList ? one.map((item, index) => [`[${index}]`, item] as const) : Object.entries(one);
      const [open, close] = isList ? ["[", "]"] : ["{", "}"];
      if (entries.length === 0) {
        lines.push({ indent, tokens: [...before, punctuation(`${open}${close}${after}`)] });
        return;
      }
      lines.push({ indent, tokens: [...before, punctuation(open)] });
      for (const [index, [key, item]] of entries.entries())
        print(item, isList ? `${path}${key}` : `${path}.${key}`, indent + 1, isList ? [] : [{ text: key, kind: "key" }, punctuation(": ")], index < entries.length - 1 ? "," : "");
      lines.push({ indent, tokens: [punctuation(`${close}${after}`)] });
      return;
    }
    const leaf: JsonToken = typeof one === "string" ? { text: one, kind: "string", path } : { text: JSON.stringify(one) ?? "undefined", kind: "literal", path };
    lines.push({ indent, tokens: [...before, leaf, ...(after === "" ? [] : [punctuation(after)])] });
  };
  print(value, "", 0, [], "");
  return lines;
}

/** Every leaf of a JSON value with its path, as text. */
export function leavesOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  for (const { tokens } of jsonLines(value, 20_000)) for (const { path, text } of tokens) if (path !== undefined) leaves.set(path, text);
  return leaves;
}

/** The JSON object or array a text holds (alone, fenced, or between words); undefined when it holds none that reads. */
export function jsonIn(text: string): unknown {
  const first = text.search(/[[{]/);
  if (first < 0) return undefined;
  const last = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  try {
    return JSON.parse(text.slice(first, last + 1));
  } catch {
    return undefined;
  }
}
