/** action.yml as GitHub runs it: its shell steps, with the environment its expressions give, against this repository's whysaid over real recordings. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { recordDose, sourceFlags, wardRecorder } from "../packages/workbench/src/cli/testing/whysaid.ts";

interface Step {
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
const root = join(import.meta.dirname, "..");
const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;
let cwd: string;

/** `${{ inputs.x }}` as GitHub fills it in; any other expression is unknown here. */
const filled = (text: string, inputs: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/g, (_all, name: string) => {
    if (!(name in action.inputs)) throw new Error(`there is no input ${name}`);
    return inputs[name] ?? action.inputs[name]?.default ?? "";
  });
const runs = (step: Step, inputs: Readonly<Record<string, string>>): boolean => {
  const name = /^(?:always\(\) && )?inputs\.([\w-]+) != ''$/.exec(step.if ?? "")?.[1];
  if (name === undefined || !(name in action.inputs)) throw new Error(`the condition ${step.if} is not understood`);
  return (inputs[name] ?? action.inputs[name]?.default ?? "") !== "";
};
function perform(inputs: Readonly<Record<string, string>>): { readonly codes: readonly (number | null)[]; readonly said: string } {
  const codes: (number | null)[] = [];
  let said = "";
  for (const step of action.runs.steps) {
    if (!runs(step, inputs)) continue;
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value, inputs)]));
    const { status, stdout, stderr } = spawnSync(step.shell, ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], { cwd, encoding: "utf8", env: { ...process.env, ...env, PATH: `${cwd}${delimiter}${process.env["PATH"]}`, GITHUB_STEP_SUMMARY: join(cwd, "summary.md"), GITHUB_SHA: "3f9a21c4" } });
    codes.push(status);
    said += stdout + stderr;
  }
  return { codes, said };
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "whysaid-action-"));
  // The runner's npx, which finds the repository's own whysaid. From its sources: the suite imports the packages, whose builds may not be there.
  const start = join(root, "packages/workbench/src/cli/start.ts");
  writeFileSync(join(cwd, "npx"), `#!/bin/sh\n[ "$1" = "--yes" ] && shift\n[ "$1" = "whysaid" ] && shift\nexec "${process.execPath}" ${sourceFlags.map((flag) => `"${flag}"`).join(" ")} "${start}" "$@"\n`);
  chmodSync(join(cwd, "npx"), 0o755);
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"));
  const recorder = wardRecorder(cwd, () => '{"mg": 7}');
  recorder.action(await recordDose(recorder), "edit", { before: '{"mg": 7}', after: '{"mg": 4}' });
  await recorder.close();
  // The feature asks as it was asked then; what the model said then is served, and the user's correction is expected.
  writeFileSync(
    join(cwd, "dose.cases.mjs"),
    `import { createRecorder } from "@whysaid/recorder";
import { defineCases, exact } from "whysaid/cases";
const recorder = createRecorder({ dir: "elsewhere", service: "mila", redaction: "off" });
const body = JSON.stringify({ model: "gpt-4o", temperature: 0, messages: [{ role: "system", content: "Answer from the notes.\\nDaily weight 2.1 kg, gaining as expected." }, { role: "user", content: "Dose for Mateo?" }] });
export const suite = defineCases({
  feature: "dose-summary",
  cases: "all",
  scorers: [exact()],
  run: () => recorder.trace("dose-summary", async () => {
    const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body });
    return (await response.json()).choices[0].message.content;
  }),
});
`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

test("no expression stands in a shell line, so that no input can be a command", () => {
  expect(action.runs.using).toBe("composite");
  for (const { run, shell } of action.runs.steps) {
    expect(shell).toBe("bash");
    expect(run).not.toContain("${{");
  }
  for (const { value } of Object.values(action.outputs)) expect(filled(value, {})).not.toContain("${{");
  expect(action.runs.steps.some((step) => runs(step, {}))).toBe(false);
});

test("a case that fails fails the step, with JUnit XML, a summary and an annotation; the gate is told too", () => {
  const { codes, said } = perform({ suite: "dose.cases.mjs", "gate-feature": "dose-summary" });
  expect({ codes, said }).toMatchObject({ codes: [4, 0] });
  expect(readFileSync(join(cwd, "whysaid-cases.xml"), "utf8")).toMatch(/<testsuite name="cases dose-summary" tests="1" failures="1"/);
  expect(readFileSync(join(cwd, "whysaid-gate.xml"), "utf8")).toMatch(/<testsuite name="gate dose-summary" tests="\d+" failures="0"/);
  expect(said).toMatch(/^::error file=dose\.cases\.mjs,title=/m);
  const summary = readFileSync(join(cwd, "summary.md"), "utf8");
  expect(summary).toContain("### ❌ ` cases dose-summary `");
  expect(summary).toContain("### ✅ ` gate dose-summary `");
});
