/** Finds the word lists where they are installed. The recorder has no dependencies: `@whysaid/names` is an app's own choice, and the presets recommend it. */
import { createRequire } from "node:module";
import type { NameLists } from "./span.ts";

let found: NameLists | undefined;
let searched = false;

/** The lists of `@whysaid/names`, or undefined when it is not installed (or damaged). Read once per process, about 10 ms. */
export function installedNames(): NameLists | undefined {
  if (!searched) {
    searched = true;
    try {
      const lists = createRequire(import.meta.url)("@whysaid/names") as { loadNames(): NameLists };
      found = lists.loadNames();
    } catch {
      found = undefined;
    }
  }
  return found;
}
