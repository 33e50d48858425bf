/** The command line as people and scripts meet it: real processes over a real journal. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRecorder } from "@whysaid/recorder";
import type { Reconstruction } from "@whysaid/recorder/format";
import { version } from "../version.ts";
import { launcher, newFolder, recordDose, wardRecorder, whysaid, type Folder } from "./testing/whysaid.ts";

const evil = "\u001b[31mred\u001b[0m \u009b2J \u202eright to left\u0007";
let folder: Folder;
let edited = "";
let hostile = "";
let open = "";
const run = (argv: readonly string[], options: Partial<Parameters<typeof whysaid>[1]> = {}) => whysaid(argv, { cwd: folder.path, ...options });
const shown = async (id: string): Promise<Reconstruction> => JSON.parse((await run(["show", id, "--json"])).stdout) as Reconstruction;

beforeAll(async () => {
  folder = newFolder();
  const recorder = wardRecorder(folder.path, (body) => (body.includes(evil.slice(1, 4)) ? JSON.stringify({ mg: 7, note: evil }) : '{"mg": 7, "weight": "2.1 kg"}'));
  edited = await recordDose(recorder);
  hostile = await recordDose(recorder, { question: evil });
  recorder.action(edited, "edit", { after: '{"mg": 4, "weight": "3.2 kg"}' });
  open = await new Promise<string>((resolve) => {
    void recorder.trace("left-open", (trace) => {
      resolve(trace.id);
      return new Promise(() => undefined);
    });
  });
  for (let index = 0; index < 60; index += 1) await recordDose(recorder, { mg: 1 });
  await recorder.close();
});
afterAll(() => folder.remove());

describe("show", () => {
  test("tells the whole story, top down", async () => {
    const { code, stdout } = await run(["show", edited], { env: { COLUMNS: "110" } });
    expect(code).toBe(0);
    const places = ["dose-summary", "mila r14", "prompt dose v14", "edited", "①input✓", "● retrieval chart-notes", "chart/871#3", "in the prompt", "● gpt-4o-2024-08-06", "812 → 64 tokens", "answer", "● parse dose-json", "│ parsed", "✗ dose_range", "● user: edit", "[-2.1-]{+3.2+}"].map((words) => stdout.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(112);
  });

  test("--json is one line with the stable keys", async () => {
    const { stdout } = await run(["show", edited, "--json"]);
    expect(stdout.trimEnd()).not.toContain("\n");
    const story = JSON.parse(stdout) as Reconstruction;
    expect(Object.keys(story)).toEqual(expect.arrayContaining(["traceId", "feature", "conversationId", "environment", "release", "startedAtMs", "complete", "gaps", "generations", "actions", "findings", "provenance"]));
    expect(story).toMatchObject({ traceId: edited, feature: "dose-summary", complete: true, actions: [{ action: "edit" }] });
    expect(Object.values(story.generations[0]?.signals ?? {}).map(({ state }) => state)).toEqual(["captured", "captured", "captured", "captured", "missing", "captured", "captured", "captured", "captured", "captured"]);
  });

  test("an id may be abbreviated; too short, unknown and ambiguous ones are told apart", async () => {
    const typed = [edited.slice(0, 20), edited.slice(0, 4), "ffffffffffff", "f".repeat(32), edited.slice(0, 6), "not hex!"];
    const ended = await Promise.all(typed.map((id) => run(["show", id])));
    expect(ended.map(({ code }) => code)).toEqual([0, 2, 3, 3, 2, 2]);
    expect(ended[4]?.stderr).toContain(edited);
  });

  test("a trace that has not ended is shown, with exit code 4", async () => {
    const { code, stdout } = await run(["show", open]);
    expect(code).toBe(4);
    expect(stdout).toContain("INCOMPLETE");
    expect(stdout).toContain("open-trace");
  });

  test("stored text reaches no terminal as control bytes, in any mode", async () => {
    const calls = [["show", hostile], ["show", hostile, "--full"], ["show", hostile, "--json"], ["list"], ["list", "--json"], ["diff", edited, hostile], ["export", "--json"]];
    const printed = await Promise.all(calls.map(async (argv) => ({ argv, ...(await run(argv)) })));
    // eslint-disable-next-line no-control-regex
    expect(printed.filter(({ stdout, stderr }) => /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u.test(stdout + stderr))).toEqual([]);
    expect(printed.filter(({ stdout }) => stdout === "")).toEqual([]);
    expect((await shown(hostile)).steps[0]).toMatchObject({ query: evil });
  });

  test("what is folded says how to unfold it, and that works", async () => {
    const folded = (await run(["show", edited])).stdout;
    expect(folded).toContain("--unfold generations[0].completion.raw");
    expect(folded).not.toContain("chatcmpl-1");
    expect((await run(["show", edited, "--unfold", "generations[0].signals.completion.value.raw"])).stdout).toContain("chatcmpl-1");
  });
});

describe("why", () => {
  test("names the likeliest cause first, as `show` does", async () => {
    const [why, json, show] = await Promise.all([run(["why", edited]), run(["why", edited, "--json"]), shown(edited)]);
    const { findings, ...rest } = JSON.parse(json.stdout) as Pick<Reconstruction, "traceId" | "findings" | "provenance">;
    expect(Object.keys(rest)).toEqual(["traceId", "provenance"]);
    expect(findings).toEqual(show.findings);
    expect(findings.map(({ cause }) => cause)).toContain("rule-failed");
    expect(why.stdout).toContain(`1 ${findings[0]?.cause ?? "none"}`);
  });
});

describe("list", () => {
  test("is one line a trace, newest first, with id, model, checks, action and answer", async () => {
    const { code, stdout, stderr } = await run(["list", "--limit", "3"]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(stdout).toContain("gpt-4o-2024-08-06");
    expect(stderr).toContain("--after");
  });

  test("filters, and pages without losing a trace", async () => {
    const { traces } = JSON.parse((await run(["list", "--action", "edit", "--rule", "dose_range", "--feature", "dose-summary", "--json"])).stdout) as { readonly traces: readonly { readonly traceId: string }[] };
    expect(traces.map(({ traceId }) => traceId)).toEqual([edited]);
    const seen: string[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page = JSON.parse((await run(["list", "--limit", "25", "--json", ...(after === "" ? [] : ["--after", after])])).stdout) as { readonly traces: readonly { readonly traceId: string }[]; readonly next: string | null };
      seen.push(...page.traces.map(({ traceId }) => traceId));
      after = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([63, 63]);
  });

  test("where nothing is recorded it says so, makes nothing, and ends with 3", async () => {
    const empty = newFolder();
    const { code, stderr } = await run(["list"], { cwd: empty.path });
    expect([code, stderr.includes("nothing is recorded")]).toEqual([3, true]);
    expect(() => readFileSync(join(empty.path, ".whysaid"))).toThrow("ENOENT");
    empty.remove();
  });
});

describe("act", () => {
  test("records an action that the next command shows", async () => {
    const id = JSON.parse((await run(["list", "--limit", "1", "--json"])).stdout) as { readonly traces: readonly { readonly traceId: string }[] };
    const traceId = id.traces[0]?.traceId ?? "";
    writeFileSync(join(folder.path, "after.txt"), '{"mg": 3}');
    expect(await run(["act", traceId.slice(0, 24), "edit", "--after", "after.txt", "--note", "too high", "--id", "once"])).toMatchObject({ code: 0 });
    expect(await run(["act", traceId, "edit", "--after", "-", "--id", "once"], { stdin: "again" })).toMatchObject({ code: 0 });
    expect((await shown(traceId)).actions).toMatchObject([{ action: "edit", after: '{"mg": 3}', note: "too high" }]);
  });

  test("a whole id may come before its call; a file that is not there is refused", async () => {
    const early = "0193a5f2c7d17a4b8f1e2d3c4b5a6978";
    const { code, stdout } = await run(["act", early, "retry"]);
    expect([code, stdout.includes("not here yet")]).toEqual([0, true]);
    expect(await run(["act", early, "edit", "--after", "nowhere.txt"])).toMatchObject({ code: 2 });
    expect(await run(["act", "0193a5f2", "like"])).toMatchObject({ code: 2 });
  });
});

describe("the others", () => {
  test("diff names what differs and nothing else", async () => {
    const ids = (JSON.parse((await run(["list", "--json"])).stdout) as { readonly traces: readonly { readonly traceId: string }[] }).traces;
    const [a, b] = [ids.at(5)?.traceId ?? "", ids.at(6)?.traceId ?? ""];
    const { differences } = JSON.parse((await run(["diff", a, edited, "--json"])).stdout) as { readonly differences: readonly { readonly at: string }[] };
    expect(differences.map(({ at }) => at)).toEqual(expect.arrayContaining(["generations[0].parsed.result.mg", "generations[0].validation.dose · dose_range.outcome"]));
    const same = JSON.parse((await run(["diff", a, b, "--json"])).stdout) as { readonly differences: readonly { readonly at: string }[] };
    expect(same.differences.filter(({ at }) => !at.includes("latency"))).toEqual([]);
  });

  test("export writes what show says, one trace a line, oldest first", async () => {
    const lines = (await run(["export", "--rule", "dose_range"])).stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Reconstruction);
    expect(lines.map(({ traceId }) => traceId)).toEqual([edited, hostile]);
    expect(lines[0]).toEqual(await shown(edited));
  });

  test("export | import into an empty store gives equal traces, redacted ones too; a second import adds nothing", async () => {
    const [from, into] = [newFolder(), newFolder()];
    const recorder = createRecorder({ dir: join(from.path, ".whysaid"), service: "mila", release: "r14", onProblem: () => undefined, fetch: () => Promise.resolve(Response.json({ model: "m-1", choices: [{ message: { content: "Ana García weighs 2.1 kg" }, finish_reason: "stop" }] })) });
    const traceId = await recorder.trace("dose-summary", { subject: { name: "Ana García", mrn: "00417733" }, conversation: "c-1", tags: { ward: "nicu" } }, async (trace) => {
      await trace.retrieve("notes", "weight of Ana García", () => Promise.resolve([{ sourceId: "n#1", text: "Ana García, MRN 00417733: 2.1 kg", score: 0.5 }]));
      await trace.tool("get_labs", { mrn: "00417733" }, () => Promise.resolve({ creatinine: 0.6 }));
      const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "weight of Ana García?" }] }) });
      await response.text();
      return trace.id;
    });
    recorder.action(traceId, "edit", { before: "2.1 kg", after: "3.2 kg" });
    await recorder.close();
    const exported = (await run(["export"], { cwd: from.path })).stdout;
    expect(exported).not.toContain("García");
    expect(await run(["import", "-"], { cwd: into.path, stdin: exported })).toMatchObject({ code: 0, stdout: expect.stringContaining("1 trace new") as string });
    expect((await run(["import", "-", "--json"], { cwd: into.path, stdin: exported })).stdout).toContain('"duplicates":1');
    const [before, after] = await Promise.all([from, into].map(({ path }) => run(["show", traceId, "--json"], { cwd: path })));
    expect(JSON.parse(after?.stdout ?? "")).toEqual(JSON.parse(before?.stdout ?? ""));
    expect(await run(["import", "-"], { cwd: into.path, stdin: "nonsense\n" })).toMatchObject({ code: 2 });
    for (const one of [from, into]) one.remove();
  });

  test("verify finds the store intact; doctor says where settings come from", async () => {
    expect(await run(["verify", "--json"])).toMatchObject({ code: 0 });
    const doctor = await run(["doctor", "--json"], { env: { WHYSAID_DIR: ".whysaid" } });
    const health = JSON.parse(doctor.stdout) as { readonly settings: readonly { readonly name: string; readonly source: string }[]; readonly store: { readonly traces: number } };
    expect(health.settings.find(({ name }) => name === "dir")?.source).toBe("WHYSAID_DIR");
    expect(health.store.traces).toBeGreaterThanOrEqual(63);
    expect((await run(["doctor"])).stdout).toContain("Settings");
  });

  test("whysaid.config.ts is read, below environment and option", async () => {
    const project = newFolder();
    writeFileSync(join(project.path, "whysaid.config.ts"), `const dir: string = ${JSON.stringify(join(folder.path, ".whysaid"))};\nexport default { dir };\n`);
    expect((await run(["list", "--limit", "1"], { cwd: project.path })).code).toBe(0);
    expect((await run(["list"], { cwd: project.path, env: { WHYSAID_DIR: "elsewhere" } })).code).toBe(3);
    writeFileSync(join(project.path, "whysaid.config.ts"), "throw new Error('secret');");
    const { code, stderr } = await run(["list"], { cwd: project.path });
    expect([code, stderr.includes("whysaid.config.ts")]).toEqual([2, true]);
    project.remove();
  });
});

describe("as a program", () => {
  test("through the launcher, with its exit code", async () => {
    expect(await run(["--version"], { isLaunched: true })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    expect((await run(["show", "ffffffffffff"], { isLaunched: true })).code).toBe(3);
    expect(version).toBe((JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string }).version);
  });

  test("usage errors end with 2 and name the nearest thing; with --json the error is JSON", async () => {
    const { code, stderr } = await run(["shwo", "x"]);
    expect([code, stderr.includes("whysaid show")]).toEqual([2, true]);
    const json = await run(["list", "--limit", "none", "--json"]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: "USAGE" } });
  });

  test("colour is for terminals, or when it is forced; NO_COLOR wins", async () => {
    const colored = (text: string): boolean => text.includes("\u001b[");
    expect(colored((await run(["show", edited])).stdout)).toBe(false);
    expect(colored((await run(["show", edited], { env: { FORCE_COLOR: "1" } })).stdout)).toBe(true);
    expect(colored((await run(["show", edited], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stdout)).toBe(false);
  });

  test("a reader that goes away ends it silently", async () => {
    const child = spawn("sh", ["-c", `"$0" "$1" export | head -c 100 >/dev/null`, process.execPath, launcher], { cwd: folder.path });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => child.on("close", resolve));
    // a busy machine takes long enough for progress to be told
    expect(said.replace(/^exporting: .*\n/gm, "")).toBe("");
  });
});
