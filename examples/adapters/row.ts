/** A row of the table in docs/adapters.md: what an example gave of the signals, read back from its recording. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Reconstruction, ToolCallSignal } from "../../packages/recorder/src/format/index.ts";

export interface RowOf {
  readonly label: string;
  /** Packages whose installed versions the table names. */
  readonly packages: readonly string[];
  /** Where they are installed. */
  readonly folder: string;
  readonly how: string;
}

export const toolsOf = (trace: Reconstruction): readonly ToolCallSignal[] => trace.generations.flatMap(({ signals: { toolCalls } }) => (toolCalls.state === "captured" ? toolCalls.value : []));
const SHOWN = ["input", "chunks", "model", "usage", "toolCalls", "latency", "completion"] as const;

export function rowOf({ label, how, packages, folder }: RowOf, trace: Reconstruction): string {
  const versions = packages.map((name) => (JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")) as { version: string }).version);
  const cells = SHOWN.map((name) => {
    const signals = trace.generations.map(({ signals: all }) => all[name]);
    if (name === "toolCalls" && toolsOf(trace).length > 0) return toolsOf(trace).every(({ result }) => result !== null) ? "● with results" : "◐ calls";
    if (signals.every(({ state }) => state === "captured")) return "●";
    return signals.some(({ state }) => state === "captured") ? "◐" : "–";
  });
  return `| ${label} | ${versions.join(", ") || "–"} | ${how} | ${cells.join(" | ")} |`;
}
