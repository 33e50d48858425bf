import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { whysaid } from "../../../packages/workbench/src/cli/testing/whysaid.ts";
import { Assistant } from "./assistant.ts";
import { tellCases } from "./demo-cases.ts";
import { patients, type Patient } from "./ward.ts";

let dir = "";
let provider: ChildProcess;
let incident = "";
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "whysaid-regression-"));
  const script = fileURLToPath(new URL("./provider.ts", import.meta.url));
  provider = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", script], { stdio: ["ignore", "pipe", "inherit"] });
  const listening = await new Promise<string>((resolve) => createInterface({ input: provider.stdout as NodeJS.ReadableStream }).once("line", resolve));
  const recorder = createRecorder({ dir, declared: { persons: patients.map(({ name, mrn, dob }) => ({ name, mrn, dob })) } });
  const assistant = new Assistant({ recorder, baseUrl: `http://127.0.0.1:${/\d+/.exec(listening)?.[0] ?? ""}`, retrievalFilter: "surname" });
  const answer = await assistant.doseSummary(patients[0] as Patient, "Gentamicin dose at the current weight, next dose?", { model: "gpt-4o-2024-11-20", prompt: "v14" });
  recorder.action(answer.traceId, "edit", { before: answer.text, after: answer.text.replace("8.4 mg", "12.8 mg").replace("2.1 kg", "3.2 kg"), note: "wrong weight, this is his sister's" });
  await recorder.close();
  incident = answer.traceId;
});
afterAll(() => {
  provider.kill("SIGTERM");
  rmSync(dir, { recursive: true, force: true });
});

test("the wrong answer becomes a case that fails on the surname filter and passes on the record number, under vitest", async () => {
  const said: string[] = [];
  const holds = await tellCases(incident, dir, { whysaid: async (args) => (await whysaid(args, { cwd: dir })).code ?? 1, say: (line) => void said.push(line) });
  const told = said.join("\n");
  expect({ holds, told: holds ? "" : told }).toEqual({ holds: true, told: "" });
  expect(told).toContain("notFrom 0: ");
  expect(told).toContain("absent: 12.8 mg, 3.2 kg; not expected: 8.4 mg, 2.1 kg");
  const { runs } = JSON.parse((await whysaid(["cases", "runs", "--dir", dir, "--json"], { cwd: dir })).stdout) as { readonly runs: readonly { readonly id: string; readonly release: string; readonly passed: number; readonly failed: number }[] };
  expect(runs.map(({ release, passed, failed }) => [release, passed, failed])).toEqual([["filter fixed", 1, 0], ["2026.11.3", 0, 1]]);
  const compared = JSON.parse((await whysaid(["cases", "compare", runs[1]?.id ?? "", runs[0]?.id ?? "", "--dir", dir, "--json"], { cwd: dir })).stdout) as { readonly fixed: readonly string[]; readonly broken: readonly string[] };
  expect([compared.fixed.length, compared.broken.length]).toEqual([1, 0]);
}, 240_000);
