/**
 * Attributes of one span or log record, read by aliases (aliases.ts). Remembers what was read, so that everything else can be kept beside the signals.
 *
 * Keys are literal and never become paths of objects: `llm.input_messages.0.message.role` is matched against a prefix and a number.
 */
import { isDeeperThan, jsonOf } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { Attributes, AttributeValue } from "../spans.ts";

/** As JSON has it. Nesting is bounded by the reader of the request (64). */
export function plain(value: AttributeValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, AttributeValue>)].map(([key, one]) => [key, plain(one)]));
  return Array.isArray(value) ? value.map((one: AttributeValue) => plain(one)) : value;
}

/** The value a JSON text holds, or a structured attribute; a string that is no JSON object or array is that string. */
export function jsonOfAttribute(value: AttributeValue | undefined): Json | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") return Json.parse(jsonOf(plain(value)) ?? "null");
  // A hostile text nests deeper than a stack; it is kept as the text it is.
  const parsed = /^\s*[[{"]/.test(value) && !isDeeperThan(value) ? Json.parse(value) : null;
  return parsed ?? Json.of(value);
}

const isEmpty = (value: AttributeValue | undefined): boolean => value === undefined || value === null || value === "";
const isSame = (a: AttributeValue, b: AttributeValue): boolean => a === b || (typeof a === "object" && typeof b === "object" && jsonOf(plain(a)) === jsonOf(plain(b)));

export class AttributeReader {
  readonly #attributes: Attributes;
  readonly #used = new Set<string>();

  constructor(attributes: Attributes) {
    this.#attributes = attributes;
  }

  has(key: string): boolean {
    return this.#attributes.has(key);
  }
  /** Without counting it as read: for telling what a span is. */
  peek(key: string): AttributeValue | undefined {
    return this.#attributes.get(key);
  }
  /** The first of the keys that holds something. Others that say the same count as read; what says something else stays in `rest`. */
  first(keys: readonly string[]): AttributeValue | undefined {
    const found = keys.find((key) => !isEmpty(this.#attributes.get(key)));
    if (found === undefined) return undefined;
    const value = this.#attributes.get(found) as AttributeValue;
    for (const key of keys) if (this.#attributes.has(key) && isSame(this.#attributes.get(key) as AttributeValue, value)) this.#used.add(key);
    return value;
  }
  /** Strings; a list's first string; numbers and booleans as text. */
  text(keys: readonly string[]): string | null {
    const value = this.first(keys);
    const one = Array.isArray(value) ? (value as readonly AttributeValue[])[0] : value;
    return typeof one === "string" ? one : typeof one === "number" || typeof one === "bigint" || typeof one === "boolean" ? String(one) : null;
  }
  count(keys: readonly string[]): number | null {
    for (const key of keys) {
      const value = this.#attributes.get(key);
      const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : typeof value === "bigint" ? Number(value) : value;
      if (typeof number !== "number" || !Number.isFinite(number)) continue;
      this.first([key, ...keys]);
      return number;
    }
    return null;
  }
  json(key: string): Json | null {
    return jsonOfAttribute(this.first([key]));
  }
  /** `prefix` + N + `.` + rest, by N and rest, in the order of N. */
  indexed(prefix: string): readonly ReadonlyMap<string, AttributeValue>[] {
    return groups(this.#attributes, prefix, (key) => this.#used.add(key));
  }
  /** Keys under a prefix, without it. */
  under(prefix: string, takes: (key: string) => boolean = () => true): readonly (readonly [string, AttributeValue])[] {
    const found: (readonly [string, AttributeValue])[] = [];
    for (const [key, value] of this.#attributes) {
      if (!key.startsWith(prefix) || key.length === prefix.length || !takes(key.slice(prefix.length))) continue;
      this.#used.add(key);
      found.push([key.slice(prefix.length), value]);
    }
    return found;
  }
  /** What nothing has read. */
  rest(): ReadonlyMap<string, unknown> {
    return new Map([...this.#attributes].filter(([key]) => !this.#used.has(key)).map(([key, value]) => [key, plain(value)]));
  }
}

/** The same grouping inside one group. */
export function groups(attributes: Attributes, prefix: string, used: (key: string) => void = () => undefined): readonly ReadonlyMap<string, AttributeValue>[] {
  const found = new Map<number, Map<string, AttributeValue>>();
  for (const [key, value] of attributes) {
    if (!key.startsWith(prefix)) continue;
    const match = /^(\d{1,6})\.(.+)$/s.exec(key.slice(prefix.length));
    if (match === null) continue;
    used(key);
    const index = Number(match[1]);
    const group = found.get(index) ?? new Map<string, AttributeValue>();
    found.set(index, group);
    group.set(match[2] ?? "", value);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, group]) => group);
}
