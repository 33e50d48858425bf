/** The journal's sources as plain JavaScript in a temporary folder: a child process starts in 40 ms instead of 400, so that a thousand kills take minutes. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folders = ["packages/recorder/src/format", "packages/recorder/src/journal", "faults/testing"];

export interface PlainNode {
  /** Path of a child's script, as JavaScript. */
  script(name: string): string;
  remove(): void;
}

export function plainNode(): PlainNode {
  const folder = mkdtempSync(join(tmpdir(), "whysaid-plain-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const from of folders) {
    mkdirSync(join(folder, from), { recursive: true });
    for (const name of readdirSync(join(root, from)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))) {
      const { outputText } = ts.transpileModule(readFileSync(join(root, from, name), "utf8"), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
      });
      writeFileSync(join(folder, from, name.replace(/\.ts$/, ".js")), outputText);
    }
  }
  return {
    script: (name) => join(folder, "faults/testing", `${name}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
