/**
 * Any value an app hands over, as JSON text: what `JSON.stringify` says where it says something useful, and more where it throws or says `{}`
 * (cycles, bigint, Map, Set, Error, any depth). Runs inside emit calls, so it never throws and never recurses.
 */
import { types } from "node:util";

/** Deeper than any real value; what ends a `toJSON` that makes a new object each time. */
const MAX_DEPTH = 100_000;

/** One open container: what is left to write of it. */
interface Frame {
  readonly given: object;
  /** null for arrays. */
  readonly keys: readonly string[] | null;
  readonly values: readonly unknown[];
  next: number;
  written: number;
}

/**
 * @returns undefined where JSON has no form for the value: `undefined`, functions, symbols
 */
export function jsonOf(value: unknown): string | undefined {
  const out: string[] = [];
  const open = new Set<object>();
  const frames: Frame[] = [];

  /** Write a scalar, or open a container. False when the value has no JSON form and nothing was written. */
  const write = (given: unknown, key: string, prefix: string): boolean => {
    if (typeof given === "object" && given !== null && open.has(given)) {
      out.push(prefix, '"[circular]"');
      return true;
    }
    const one = plain(given, key);
    if (one === undefined || typeof one === "function" || typeof one === "symbol") return false;
    if (typeof one === "string") out.push(prefix, JSON.stringify(one));
    else if (typeof one === "number") out.push(prefix, Number.isFinite(one) ? String(one) : "null");
    else if (typeof one === "boolean" || typeof one === "bigint") out.push(prefix, String(one));
    else if (one === null) out.push(prefix, "null");
    else {
      const frame = frames.length < MAX_DEPTH ? frameOf(given as object, one) : undefined;
      if (frame === undefined) out.push(prefix, '"[unreadable]"');
      else {
        open.add(frame.given);
        frames.push(frame);
        out.push(prefix, frame.keys === null ? "[" : "{");
      }
    }
    return true;
  };

  if (!write(value, "", "")) return undefined;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next === frame.values.length) {
      out.push(frame.keys === null ? "]" : "}");
      open.delete(frame.given);
      frames.pop();
      continue;
    }
    const at = frame.next;
    frame.next += 1;
    const comma = frame.written > 0 ? "," : "";
    if (frame.keys === null) {
      if (!write(frame.values[at], String(at), comma)) out.push(comma, "null");
      frame.written += 1;
    } else {
      const key = frame.keys[at] as string;
      if (write(frame.values[at], key, `${comma}${JSON.stringify(key)}:`)) frame.written += 1;
    }
  }
  return out.join("");
}

/** What stands for a value: its `toJSON()`, and plain shapes for the built-ins that JSON would show as `{}`. */
function plain(value: unknown, key: string): unknown {
  if (value === null || typeof value !== "object") return value;
  try {
    // Before `toJSON`: a Buffer's own would list its bytes as numbers, which no reader of texts can search.
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return isBytes(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64") : Array.from(value as unknown as ArrayLike<unknown>);
    const withJson = value as { toJSON?: unknown };
    if (typeof withJson.toJSON === "function") return (withJson.toJSON as (key: string) => unknown).call(value, key);
    if (value instanceof Error) return { ...(value as object), name: value.name, message: value.message, ...(value.cause === undefined ? {} : { cause: value.cause }) };
    if (value instanceof Map) return [...value.keys()].every((one) => typeof one === "string") ? Object.fromEntries(value as Map<string, unknown>) : [...value.entries()];
    if (value instanceof Set) return [...value];
    if (value instanceof RegExp) return String(value);
    if (types.isBoxedPrimitive(value)) return value.valueOf();
    return value;
  } catch {
    return "[unreadable]";
  }
}
const isBytes = (view: ArrayBufferView): boolean => view instanceof Uint8Array || view instanceof Uint8ClampedArray;

/** undefined when the object's own getters or proxy traps throw before anything could be read. */
function frameOf(given: object, source: object): Frame | undefined {
  try {
    if (Array.isArray(source)) return { given, keys: null, values: source, next: 0, written: 0 };
    const keys = Object.keys(source);
    return { given, keys, values: keys.map((key) => read(source, key)), next: 0, written: 0 };
  } catch {
    return undefined;
  }
}
function read(source: object, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key];
  } catch {
    return "[unreadable]";
  }
}
