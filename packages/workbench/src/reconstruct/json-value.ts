/**
 * JSON text back to a value, for the fields that hold values (parsed results, rule values, chunk metadata). Text that is not JSON, or is nested so
 * deep that printing it again would overflow the stack, stays the text it was.
 */
import { DEEPEST_JSON, isDeeperThan } from "@whysaid/recorder/format";

export function jsonValue(text: string | null): unknown {
  if (text === null) return null;
  if (isDeeperThan(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The value with every part deeper than the limit replaced by `"…"`. Returns the same value when nothing is that deep. */
export function shallow<T>(value: T, limit: number = DEEPEST_JSON): T {
  const waiting: { readonly at: object; readonly depth: number }[] = typeof value === "object" && value !== null ? [{ at: value, depth: 1 }] : [];
  let tooDeep = false;
  for (let next = waiting.pop(); next !== undefined && !tooDeep; next = waiting.pop()) {
    for (const child of Object.values(next.at) as unknown[]) {
      if (typeof child !== "object" || child === null) continue;
      if (next.depth >= limit) tooDeep = true;
      else waiting.push({ at: child, depth: next.depth + 1 });
    }
  }
  return tooDeep ? (pruned(value, limit) as T) : value;
}

function pruned(value: unknown, left: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (left === 0) return "…";
  if (Array.isArray(value)) return value.map((child) => pruned(child, left - 1));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, pruned(child, left - 1)]));
}
