/**
 * Where the files lie that are started or served by their path. In the package modules are joined into few files (docs/adr/0005-few-files.md), and a path relative to the module that asks
 * would lead elsewhere then: all are relative to this file, which stays at the top of `src/` and `dist/`.
 */
import { fileURLToPath } from "node:url";

/** Running from the TypeScript sources, in a checkout. */
export const fromSource: boolean = import.meta.url.endsWith(".ts");

/** @param path  from the top of `src/`, with the ending it has there */
export const moduleAt = (path: string): URL => new URL(fromSource ? path : path.replace(/\.ts$/, ".js"), import.meta.url);
/** @param path  from the top of `src/` and `dist/` alike */
export const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What Node needs to run our own sources in another process; nothing for what is installed. */
export const ownFlags = (): readonly string[] => (fromSource ? ["--conditions=whysaid-source", "--import", import.meta.resolve("tsx")] : []);
