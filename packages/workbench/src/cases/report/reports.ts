/** Results in the forms build servers read. Each is a function of the same list, so that `cases run` and `gate` say the same everywhere; texts are redacted before they come here. */
import reportBuilder, { type Builder } from "junit-report-builder";
import { codeBlock, codeCell, htmlText } from "../../marks/markdown.ts";

export interface CheckedGroup {
  /** E.g. `cases dose-summary`. */
  readonly name: string;
  readonly checks: readonly Checked[];
}
export interface Checked {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "error" | "skipped";
  /** One line. */
  readonly message: string | null;
  /** Whatever explains it, several lines. */
  readonly detail: string | null;
  readonly durationMs: number;
  /** A file of the repository to point at, where one is known. */
  readonly file?: string;
}

/** JUnit XML as Jenkins, GitLab, Azure and the GitHub report actions read it. */
export function junitXml(groups: readonly CheckedGroup[]): string {
  // Its types were written for bundlers: Node gives what they call `default.default`.
  const report = (reportBuilder as unknown as Builder).newBuilder();
  for (const { name, checks } of groups) {
    const suite = report.testSuite().name(inXml(name));
    for (const check of checks) {
      const one = suite.testCase().className(inXml(name)).name(inXml(check.name)).time(check.durationMs / 1000);
      if (check.file !== undefined) one.file(inXml(check.file));
      if (check.outcome === "failed") one.failure(inXml(check.message ?? "failed"), "failure");
      else if (check.outcome === "error") one.error(inXml(check.message ?? "error"), "error");
      else if (check.outcome === "skipped") one.skipped();
      if (check.detail !== null && check.detail !== "") one.standardError(inXml(check.detail));
    }
  }
  return report.build();
}
/** XML 1.0 has no form at all for most control characters and for lone surrogates. */
// eslint-disable-next-line no-control-regex
const inXml = (text: string): string => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g, (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** Workflow commands of GitHub Actions: what failed, shown at the pull request. */
export function githubAnnotations(groups: readonly CheckedGroup[]): string {
  return groups
    .flatMap(({ name, checks }) => checks.filter(({ outcome }) => outcome === "failed" || outcome === "error").map((check) => `::error ${[...(check.file === undefined ? [] : [`file=${property(check.file)}`]), `title=${property(`${name}: ${check.name}`)}`].join(",")}::${escaped(check.message ?? "failed")}`))
    .map((line) => `${line}\n`)
    .join("");
}
/** @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escaped = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** For `$GITHUB_STEP_SUMMARY`, merge request comments and wikis. Recorded text stands in code only: no markup of it is markup here. */
export function markdownSummary(groups: readonly CheckedGroup[]): string {
  return groups.map(groupSummary).join("\n");
}
function groupSummary({ name, checks }: CheckedGroup): string {
  const failed = checks.filter(({ outcome }) => outcome === "failed" || outcome === "error");
  const head = `### ${failed.length === 0 ? "✅" : "❌"} ${codeCell(name)}\n\n${checks.length - failed.length} of ${checks.length} passed.\n`;
  if (checks.length === 0) return head;
  const rows = checks.map((check) => `| ${check.outcome === "passed" ? "✅" : check.outcome === "skipped" ? "⏭️" : "❌"} | ${codeCell(check.name)} | ${codeCell(check.message ?? "")} |`);
  const details = failed.filter(({ detail }) => detail !== null && detail !== "").map(({ name: title, detail }) => `\n<details><summary>${htmlText(title)}</summary>\n\n${codeBlock(detail ?? "")}\n</details>\n`);
  return `${head}\n| | case | |\n| --- | --- | --- |\n${rows.join("\n")}\n${details.join("")}`;
}
