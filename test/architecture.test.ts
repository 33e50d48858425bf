/** ARCHITECTURE.md's folder table is the law: every import between the folders it names must be one it allows. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

interface Row {
  readonly folder: string;
  readonly allowed: string;
}

/** Rows of the first table after `## Folders`: folder (as `package/src/name`) and its `imports` cell. */
function folderTable(): Row[] {
  const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const section = page.slice(page.indexOf("\n## Folders"));
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const cells = line.split("|").map((cell) => cell.trim());
      return { folder: (cells[1] ?? "").replaceAll("`", ""), allowed: cells[3] ?? "" };
    });
}

const rows = folderTable();
const shortName = (folder: string): string => folder.split("/").at(-1) ?? folder;

function allows(row: Row, target: Row): boolean {
  if (target.folder === row.folder) return true;
  if (target.folder === "recorder/src/format") return true;
  if (row.allowed === "–") return false;
  const samePackage = target.folder.split("/")[0] === row.folder.split("/")[0];
  if (/all of recorder/.test(row.allowed)) return target.folder.startsWith("recorder/");
  if (/anything in workbench/.test(row.allowed)) return true;
  const names = row.allowed.split(",").map((name) => name.trim().replace(/ \(types\)$/, "").replaceAll("`", ""));
  return names.some((name) => {
    if (name === "recorder") return target.folder.startsWith("recorder/");
    if (name.startsWith("recorder/")) return target.folder === name.replace("recorder/", "recorder/src/");
    return samePackage && name === shortName(target.folder);
  });
}

const typesOnly = (row: Row, target: Row): boolean => row.allowed.includes(`${shortName(target.folder)} (types)`);

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly target: string;
  readonly isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found: Import[] = [];
  for (const match of text.matchAll(/(?:^|\n)\s*(import|export)\s+(type\s+)?[^;'"]*?from\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g)) {
    const specifier = match[3] ?? match[4] ?? "";
    const isType = match[2] !== undefined;
    if (specifier.startsWith(".")) found.push({ from: file, specifier, isType, target: relative(root, normalize(join(root, dirname(file), specifier))) });
    else if (specifier.startsWith("@whysaid/recorder")) {
      const part = specifier.slice("@whysaid/recorder".length + 1);
      found.push({ from: file, specifier, isType, target: `packages/recorder/src/${part === "" ? "capture" : part}/index.ts` });
    }
  }
  return found;
}

const rowOf = (file: string): Row | undefined => rows.find((row) => file.startsWith(`packages/${row.folder}/`));

describe("architecture", () => {
  const files = sourceFiles(root);

  test("the folder table names every folder of the two packages", () => {
    const folders = new Set(files.filter((file) => /^packages\/(recorder|workbench)\/src\/[^/]+\//.test(file)).map((file) => file.split("/").slice(1, 4).join("/")));
    expect([...folders].filter((folder) => !rows.some((row) => row.folder === folder))).toEqual([]);
  });

  test("no file imports what the folder table does not allow", () => {
    const forbidden: string[] = [];
    for (const file of files) {
      const row = rowOf(file);
      if (row === undefined || /\.test\.ts$|\/testing\//.test(file)) continue;
      for (const one of importsOf(file)) {
        const target = rowOf(one.target);
        if (target === undefined) continue;
        if (!allows(row, target)) forbidden.push(`${file} imports ${one.specifier}`);
        else if (typesOnly(row, target) && !one.isType && target.folder !== row.folder) forbidden.push(`${file} imports ${one.specifier} at run time; only its types are allowed`);
      }
    }
    expect(forbidden).toEqual([]);
  });

  test("the recorder imports nothing but Node built-ins and itself, its hook for React what the app brings", () => {
    const foreign: string[] = [];
    for (const file of files.filter((name) => name.startsWith("packages/recorder/src/") && !/\.test\.ts$|\/testing\//.test(name))) {
      const text = readFileSync(join(root, file), "utf8");
      for (const match of text.matchAll(/(?:from|import)\s*\(?\s*["']([@a-z][^"'\s]*)["']/g)) {
        const specifier = match[1] ?? "";
        if (!specifier.startsWith("node:") && specifier !== "@whysaid/names") foreign.push(`${file}: ${specifier}`);
      }
    }
    expect(foreign).toEqual(["packages/recorder/src/adapters/browser/react.ts: react"]);
    const manifest = JSON.parse(readFileSync(join(root, "packages/recorder/package.json"), "utf8")) as { dependencies?: object };
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  test("text becomes RedactedText in the redactor and when read back, nowhere else", () => {
    const casts = files.filter((file) => !/\.test\.ts$|\/testing\//.test(file) && /as (unknown as )?RedactedText\b(?!\[)/.test(readFileSync(join(root, file), "utf8")));
    expect(casts).toEqual(["packages/recorder/src/format/redacted.ts", "packages/recorder/src/redact/mint.ts"]);
    const minters = files.filter((file) => /\bmint\b.*from|import.*\bmint\b/.test(readFileSync(join(root, file), "utf8")) && !/\.test\.ts$|\/testing\//.test(file));
    expect(minters.filter((file) => !file.startsWith("packages/recorder/src/redact/"))).toEqual([]);
  });

  test("every folder the table names exists once its issue has landed", () => {
    const absent = rows.filter((row) => !existsSync(join(root, "packages", row.folder))).map((row) => row.folder);
    expect(absent.filter((folder) => !/\/(find|cases|gate|server|mcp)$/.test(folder))).toEqual([]);
  });
});
