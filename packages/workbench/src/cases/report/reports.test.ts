import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { githubAnnotations, junitXml, markdownSummary, type CheckedGroup } from "./reports.ts";

const evil = '</failure>]]><script>alert(1)</script> | `code` \u0000\u001b[31m\ud800 ::error::x\n%0A, a:b';
const groups: readonly CheckedGroup[] = [
  {
    name: "cases dose-summary",
    checks: [
      { name: "passes", outcome: "passed", message: null, detail: null, durationMs: 1200 },
      { name: evil, outcome: "failed", message: evil, detail: `${evil}\n\`\`\`\nmore`, durationMs: 10, file: "dose.cases.ts" },
      { name: "throws", outcome: "error", message: "CASE_NOT_RECORDED: x", detail: null, durationMs: 1 },
      { name: "waits", outcome: "skipped", message: null, detail: null, durationMs: 0 },
    ],
  },
];

test("JUnit XML is well-formed whatever was recorded, with its counts", () => {
  const xml = junitXml(groups);
  // An XML parser that is on every machine Node runs on is Node's own none; Python's is on ours, and where it is not the shape is checked alone.
  expect(xml).toMatch(/<testsuite name="cases dose-summary" tests="4" failures="1" errors="1" skipped="1"/);
  expect(xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, "")).not.toContain("<script>");
  // eslint-disable-next-line no-control-regex
  expect(xml).not.toMatch(/[\u0000-\u0008\u001b\ud800]/u);
  let parser: string | null = null;
  try {
    parser = execFileSync("python3", ["-c", "import sys,xml.dom.minidom as m; print(len(m.parseString(sys.stdin.buffer.read()).getElementsByTagName('testcase')))"], { input: xml, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  expect(parser === null || parser.trim() === "4").toBe(true);
});

test("an annotation is one line a failure, and recorded text begins no command of its own", () => {
  const lines = githubAnnotations(groups).trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^::error file=dose\.cases\.ts,title=/);
  expect(lines[0]).toContain("%0A%250A");
  expect(lines[1]).toContain("CASE_NOT_RECORDED: x");
});

test("in a Markdown summary recorded text is code: it opens no tag, ends no table, closes no fence", () => {
  const markdown = markdownSummary(groups);
  expect(markdown).toContain("### ❌ ` cases dose-summary `\n\n2 of 4 passed.");
  const rows = markdown.split("\n").filter((line) => line.startsWith("| ❌"));
  expect(rows[0]?.replaceAll("\\|", "").split("|")).toHaveLength(5);
  expect(markdown).toContain("````text");
});
