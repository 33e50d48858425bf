/** The likely causes, best first, each with what proves it and what to do next. Prints nothing when there is none. */
import type { Finding, Reconstruction } from "@whysaid/recorder/format";
import { safe, safeLine } from "../terminal-safe.ts";
import { shortPath } from "./fold.ts";
import { wrapped, type Page } from "./page.ts";

/** @param whole  how many are shown with their evidence; the others on one line each */
export function findings(page: Page, story: Reconstruction, whole: number): void {
  for (const [index, finding] of story.findings.entries()) {
    const isWhole = index < whole;
    if (isWhole && index > 0) page.blank();
    page.words(heading(page, finding, index));
    page.words(safeLine(finding.title), "  ");
    if (isWhole) evidence(page, finding);
  }
  if (story.findings.length > whole) page.words(page.paint(`whysaid why ${story.traceId} shows what proves the others`, "dim"), "  ");
}

function heading(page: Page, { cause, confidence }: Finding, index: number): string {
  return `${page.paint(`${index + 1} ${cause}`, "bold", confidence >= 0.9 ? "red" : "yellow")}  ${page.paint(`${Math.round(confidence * 100)} %`, "dim")}`;
}

function evidence(page: Page, finding: Finding): void {
  for (const { at, sourceId, excerpt } of finding.evidence) {
    const place = [sourceId === null ? "" : safeLine(sourceId), shortPath(at)].filter((text) => text !== "").join("  ");
    page.words(page.paint(place, "cyan"), "    ");
    for (const line of wrapped(safe(excerpt), page.columns - 6)) page.output.line(`    ${page.paint("│", "dim")} ${line}`);
  }
  if (finding.next !== "") page.words(`${page.paint("next", "dim")} ${safeLine(finding.next)}`, "  ");
}
