/** The likely causes, best first, each with what proves it and what to do next. Prints nothing when there is none. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { safe, safeLine } from "../terminal-safe.ts";
import { shortPath } from "./fold.ts";
import { wrapped, type Page } from "./page.ts";

export function findings(page: Page, story: Reconstruction): void {
  if (story.findings.length === 0) return;
  const { paint } = page.output;
  page.blank();
  page.words(paint("WHY", "bold"));
  for (const [index, finding] of story.findings.entries()) {
    page.blank();
    const isSure = finding.confidence >= 0.9;
    page.words(`${paint(`${index + 1} ${finding.cause}`, "bold", isSure ? "red" : "yellow")}  ${safeLine(finding.title)}  ${paint(`${Math.round(finding.confidence * 100)} %`, "dim")}`);
    for (const { at, sourceId, excerpt } of finding.evidence) {
      page.words(paint([sourceId === null ? "" : safeLine(sourceId), shortPath(at)].filter((text) => text !== "").join("  "), "cyan"), "   ");
      for (const line of wrapped(safe(excerpt), page.columns - 7)) page.output.line(`     ${paint("│", "dim")} ${line}`);
    }
    if (finding.next !== "") page.words(`${paint("next", "dim")} ${safeLine(finding.next)}`, "   ");
  }
}
