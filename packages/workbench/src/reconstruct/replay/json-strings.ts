/** Walks a JSON body's values: what changes and what reveals a request both go over every string of it. */
import { pseudonymsIn, revealWith } from "@whysaid/recorder/format";
import type { OriginalOf } from "./request.ts";

export type JsonObject = Record<string, unknown>;
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy in which every string value went through `change`. Keys stay. */
export function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, change));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)]));
  return value;
}

/** The originals back in every string; a number that was taken is a number again. */
export function revealedJson(value: unknown, originalOf: OriginalOf): unknown {
  return mapStrings(value, (text) => {
    const [first] = pseudonymsIn(text);
    const revealed = revealWith(text, originalOf);
    const isNumber = first?.isNumber === true && first.start === 0 && first.end === text.length && /^-?\d+(?:\.\d+)?$/.test(revealed);
    return isNumber ? Number(revealed) : revealed;
  });
}
