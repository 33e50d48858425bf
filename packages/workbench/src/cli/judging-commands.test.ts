import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRecorder } from "@whysaid/recorder";
import { join } from "node:path";
import type { DriftReport } from "../gate/drift.ts";
import type { GateReport } from "../gate/gate.ts";
import { newFolder, recordDose, wardRecorder, whysaid } from "./testing/whysaid.ts";

const folder = newFolder();
const cwd = folder.path;
afterAll(() => folder.remove());

let traceIds: readonly string[] = [];
beforeAll(async () => {
  const recorder = wardRecorder(cwd, () => '{"mg": 7}');
  traceIds = [await recordDose(recorder), await recordDose(recorder, { mg: 3 }), await recordDose(recorder)];
  await recorder.close();

  const stream = ['{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"3 mg"},"finish_reason":null}]}', '{"id":"c1","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}', "[DONE]"].map((line) => `data: ${line}\n\n`).join("");
  const streaming = createRecorder({ dir: join(cwd, ".whysaid"), service: "mila", redaction: "off", fetch: () => Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } })) });
  await streaming.trace("handover", async () => {
    const response = await streaming.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: "gpt-4o", stream: true, messages: [{ role: "user", content: "Dose?" }] }) });
    await response.text();
  });
  await streaming.close();
});

describe("gate", () => {
  const gateOf = async (...argv: string[]): Promise<{ code: number | null; report: GateReport }> => {
    const { code, stdout } = await whysaid(["gate", ...argv, "--json"], { cwd });
    return { code, report: JSON.parse(stdout) as GateReport };
  };
  test("does not pass a feature whose answers nobody can act on, and passes it when one was", async () => {
    const before = await gateOf("--feature", "dose-summary");
    expect(before.code).toBe(4);
    expect(before.report.signals.filter(({ passes }) => !passes)).toMatchObject([{ signal: "action", pending: 3, coverage: 0, firstMissing: { traceId: traceIds[2], generation: 0 } }]);
    await whysaid(["act", traceIds[0] ?? "", "accept"], { cwd });
    const after = await gateOf("--feature", "dose-summary");
    expect([after.code, after.report.passes]).toEqual([0, true]);
    expect(after.report.signals.find(({ signal }) => signal === "validation")).toMatchObject({ captured: 3, missing: 0, coverage: 1, fix: null });
  });
  test("knows that a stream has usage only when asked, and says how to ask", async () => {
    const { code, report } = await gateOf("--feature", "handover", "--min", "50%");
    expect(code).toBe(4);
    const failed = new Map(report.signals.filter(({ passes }) => !passes).map(({ signal, fix }) => [signal, fix]));
    expect([...failed.keys()]).toEqual(expect.arrayContaining(["usage", "validation", "parsed"]));
    expect(failed.get("usage")).toContain("stream_options: { include_usage: true }");
    expect(report.weaknesses.map(({ what }) => what)).toContain("the answering model has no date");
  });
  test("prints what to change, and ends with 3 for a feature that is not there", async () => {
    const shown = await whysaid(["gate", "--feature", "handover"], { cwd });
    expect(shown.stdout).toContain("handover: does not pass");
    expect(shown.stdout).toContain("trace.validate(");
    expect(await whysaid(["gate", "--feature", "nothing"], { cwd })).toMatchObject({ code: 3 });
    expect(await whysaid(["gate", "--feature", "handover", "--min", "many"], { cwd })).toMatchObject({ code: 2 });
  });
});

describe("drift", () => {
  test("shows the rates of a feature over time and claims nothing of three traces", async () => {
    const { code, stdout } = await whysaid(["drift", "--feature", "dose-summary"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("No change that chance would not make as well");
    expect(stdout).toMatch(/dose_range fails +66\.7 % \[/);
    const report = JSON.parse((await whysaid(["drift", "--feature", "dose-summary", "--json"], { cwd })).stdout) as DriftReport;
    expect(report.dimensions.find(({ dimension }) => dimension === "tag:ward")?.values).toMatchObject([{ value: "nicu", traces: 3 }]);
    expect(await whysaid(["drift", "--feature", "nothing"], { cwd })).toMatchObject({ code: 3 });
  });
});
