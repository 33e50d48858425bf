/** Stored text on its way to a terminal. Every command prints recorded text through here and nowhere else. */
import { UNSAFE } from "../marks/visible.ts";

export { safe, safeLine } from "../marks/visible.ts";

/** JSON that a terminal can show too: still the same JSON, the characters above as `\uXXXX`. */
export const safeJson = (value: unknown): string =>
  (JSON.stringify(value) ?? "null").replace(UNSAFE, (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));
