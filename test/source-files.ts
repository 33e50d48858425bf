/** The TypeScript sources of the packages, relative to the root, with forward slashes. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

export function sourceFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== "dist") walk(path);
      } else if (/\.tsx?$/.test(entry.name)) found.push(path);
    }
  };
  walk("packages");
  return found.sort();
}
