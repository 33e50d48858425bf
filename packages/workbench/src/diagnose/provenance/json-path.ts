/** Where in a tool result's JSON an offset stands: `$.flights[0].price`. One pass per result, whatever the number of offsets. */
import type { Passage } from "../passages.ts";

/** @returns by passage, the path of each offset asked about; nothing for text that is not JSON */
export function jsonPaths(places: readonly { readonly passage: Passage; readonly start: number }[]): ReadonlyMap<Passage, ReadonlyMap<number, string>> {
  const wanted = new Map<Passage, number[]>();
  for (const { passage, start } of places) {
    const known = wanted.get(passage);
    if (known) known.push(start);
    else wanted.set(passage, [start]);
  }
  const found = new Map<Passage, ReadonlyMap<number, string>>();
  for (const [passage, offsets] of wanted) if (/^\s*[[{]/.test(passage.text)) found.set(passage, pathsAt(passage.text, offsets.toSorted((a, b) => a - b)));
  return found;
}

/** What stands at a path of these, whatever it begins with (`$.flights[0].price`, `[0].price`); undefined where nothing does. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const [, key, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    const step = key ?? index ?? "";
    value = typeof value === "object" && value !== null && Object.hasOwn(value, step) ? (value as Readonly<Record<string, unknown>>)[step] : undefined;
  }
  return value;
}

interface Level {
  readonly list: boolean;
  key: string;
  index: number;
}
function pathsAt(text: string, offsets: readonly number[]): ReadonlyMap<number, string> {
  const paths = new Map<number, string>();
  const levels: Level[] = [];
  let next = 0;
  let expectsKey = false;
  const here = (): string => `$${levels.map((level) => (level.list ? `[${level.index}]` : level.key === "" ? "" : `.${level.key}`)).join("")}`;
  for (let at = 0; at < text.length && next < offsets.length; at += 1) {
    while (next < offsets.length && (offsets[next] ?? 0) <= at) {
      paths.set(offsets[next] ?? 0, here());
      next += 1;
    }
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      let end = at + 1;
      while (end < text.length && text.charCodeAt(end) !== 0x22) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
      const level = levels.at(-1);
      if (expectsKey && level && !level.list) {
        level.key = text.slice(at + 1, end);
        expectsKey = false;
      }
      while (next < offsets.length && (offsets[next] ?? 0) <= end) {
        paths.set(offsets[next] ?? 0, here());
        next += 1;
      }
      at = end;
    } else if (unit === 0x7b) {
      levels.push({ list: false, key: "", index: 0 });
      expectsKey = true;
    } else if (unit === 0x5b) {
      levels.push({ list: true, key: "", index: 0 });
      expectsKey = false;
    } else if (unit === 0x7d || unit === 0x5d) {
      levels.pop();
      expectsKey = false;
    } else if (unit === 0x2c) {
      const level = levels.at(-1);
      if (level?.list) level.index += 1;
      else expectsKey = true;
    }
  }
  while (next < offsets.length) {
    paths.set(offsets[next] ?? 0, here());
    next += 1;
  }
  return paths;
}
