import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Levenshtein } from "autoevals";
import { afterEach, describe, expect, test } from "vitest";
import { listCases, withStory } from "../case-store.ts";
import { syncCases } from "../sync.ts";
import { newWard, type Ward, type WardOptions } from "../testing/ward.ts";
import { asKept, revealed, type OpenCase } from "./originals.ts";
import { runCase } from "./run-case.ts";
import { autoeval, exact, fields, notFrom, numbers, rules, similarity } from "./scorers.ts";
import type { CaseSuite, Sample } from "./suite.ts";

const wards: Ward[] = [];
afterEach(async () => {
  for (const ward of wards.splice(0)) await ward.close();
});

/** A ward, and the case its one edited answer became. */
async function edited(options: WardOptions = {}, after = "Dose 12.8 mg at 3.2 kg"): Promise<{ readonly ward: Ward; readonly open: OpenCase; readonly suite: CaseSuite }> {
  const ward = newWard(options);
  wards.push(ward);
  const { traceId } = await ward.dose();
  ward.recorder.action(traceId, "edit", { after });
  const one = await ward.withStore(async (store) => {
    await syncCases(store);
    const [head] = await listCases(store);
    if (head === undefined) throw new Error("no case");
    return withStory(store, head);
  });
  return { ward, open: asKept(one, ward.dir), suite: { feature: "dose", run: ({ queries }) => ward.dose(queries[0]), scorers: [rules()] } };
}

describe("a hermetic run", () => {
  test.each([["at once", false], ["streamed", true]])("serves what was recorded, %s, and reaches nobody", async (_, stream) => {
    const { ward, open, suite } = await edited({ stream });
    const before = ward.sent();
    const result = await runCase(open, { ...suite, scorers: [rules(), exact()] });
    expect(ward.sent()).toBe(before);
    expect(result.samples[0]).toMatchObject({ error: null, output: "Dose 8.4 mg at 2.1 kg", scores: [{ name: "rules", passed: true }, { name: "exact", passed: false }] });
    expect(result.explanation).toContain("says now  Dose 8.4 mg at 2.1 kg");
  });

  test("a call that was not recorded is a clear error; in order it is served, live it goes out", async () => {
    const { ward, open, suite } = await edited();
    const asked = (serve: NonNullable<CaseSuite["serve"]>) => runCase(open, { ...suite, run: () => ward.dose("Another question?"), serve });
    const refused = await asked({});
    expect(refused.samples[0]?.error).toMatchObject({ name: "CASE_NOT_RECORDED" });
    expect(refused.explanation).toContain("CASE_NOT_RECORDED: the feature asks the model something else than it did when the case was recorded: messages[0].content differs");
    expect(refused.explanation).toContain('serve: { model: "live" }');
    expect((await asked({ match: "order" })).samples[0]).toMatchObject({ error: null, passed: true });
    const before = ward.sent();
    expect((await asked({ model: "live" })).samples[0]).toMatchObject({ error: null });
    expect(ward.sent()).toBe(before + 1);
  });

  test("the network is refused outside of recorded steps, and open to a step that is live", async () => {
    const server = createServer((_, response) => response.end("here")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { ward, open, suite } = await edited();
    const run = async (): Promise<string> => ward.recorder.trace("dose", (trace) => trace.retrieve("web", "q", async () => (await fetch(url)).text()));
    const outside = await runCase(open, { ...suite, run: async () => (await fetch(url)).text() });
    expect(outside.samples[0]).toMatchObject({ passed: false, error: { name: "CASE_NETWORK_REFUSED" } });
    expect(outside.explanation).toContain("CASE_NETWORK_REFUSED: the feature reaches for the network");
    const live = await runCase(open, { ...suite, run, serve: { retrieval: "live" }, scorers: [({ output }) => ({ name: "here", score: 1, passed: output === "here", reason: null })] });
    expect(live.samples[0]).toMatchObject({ passed: true });
    expect(await (await fetch(url)).text()).toBe("here");
    server.close();
  });

  test("retrieval live shows a fixed filter at once: the prompt differs, and the answer is the model's", async () => {
    let note = "Lucia: daily weight 2.1 kg";
    const { open, suite } = await edited({ note: () => note, answer: (asked) => (asked.includes("3.2") ? "Dose 12.8 mg at 3.2 kg" : "Dose 8.4 mg at 2.1 kg") });
    const live: CaseSuite = { ...suite, serve: { retrieval: "live", model: "live" }, scorers: [numbers()] };
    expect(await runCase(open, live)).toMatchObject({ passed: false });
    note = "Mateo: daily weight 3.2 kg";
    expect(await runCase(open, live)).toMatchObject({ passed: true, explanation: "" });
  });

  test("n samples pass at a rate", async () => {
    const { open, suite } = await edited();
    let turn = 0;
    const flaky: CaseSuite = { ...suite, samples: 4, scorers: [() => ({ name: "flaky", score: 1, passed: (turn += 1) % 4 !== 0, reason: null })] };
    expect(await runCase(open, { ...flaky, passRate: 0.75 })).toMatchObject({ passed: true, passRate: 0.75 });
    turn = 0;
    expect(await runCase(open, flaky)).toMatchObject({ passed: false, passRate: 0.75, wantedRate: 1 });
  });

  test("a test that checks nothing fails, and so does one that hangs", async () => {
    const { open, suite } = await edited();
    expect((await runCase(open, { ...suite, scorers: [] })).explanation).toContain("no scorer had anything to say");
    expect((await runCase(open, { ...suite, run: () => new Promise(() => undefined), timeoutMs: 20 })).samples[0]?.error).toMatchObject({ name: "CASE_TIMED_OUT" });
  });

  test("originals are served with the key and the reason, and nothing that is kept shows them", async () => {
    const { ward, open, suite } = await edited();
    const inputs: unknown[] = [];
    const run: CaseSuite["run"] = (input) => {
      inputs.push([input.subject["name"], input.queries[0]]);
      return ward.dose(input.queries[0]);
    };
    await runCase(open, { ...suite, run });
    const shown = revealed(open.served, { directory: ward.dir, reason: "a test", actor: "tester" });
    const result = await runCase(shown, { ...suite, run, scorers: [exact()] });
    expect(inputs[0]).toEqual([expect.stringMatching(/^⟦PERSON:/), expect.stringContaining("⟦PERSON:")]);
    expect(inputs[1]).toEqual(["Ana García", "Dose for Ana García?"]);
    expect(result.samples[0]).toMatchObject({ error: null, output: "Dose 8.4 mg at 2.1 kg" });
    expect(JSON.stringify(result)).not.toContain("García");
  });
});

describe("scorers", () => {
  const sampleOf = async (text: string, expected: string, more: Partial<Sample> = {}): Promise<Sample> => {
    const { open } = await edited({}, expected);
    const { inputOf } = await import("./run-case.ts");
    return { output: text, text, error: undefined, story: open.served.story, findings: [], provenance: [], input: inputOf(open.served), case: open.served, ...more };
  };

  test("numbers: amounts with their words, within a tolerance, none too few and none too many", async () => {
    const sample = await sampleOf("Give 12.9 mg IV (3.2 kg)", "Dose 12.8 mg at 3.2 kg");
    expect(numbers()(sample)).toMatchObject({ passed: false, reason: "absent: 12.8 mg; not expected: 12.9 mg" });
    expect(numbers({ tolerance: 0.02 })(sample)).toMatchObject({ passed: true, score: 1 });
    expect(numbers()({ ...sample, text: "12.8 mg, 3.2 kg, every 24 h" })).toMatchObject({ passed: false, reason: "not expected: 24 h" });
  });

  test("fields: by path, with tolerance, with what is to be ignored", async () => {
    const sample = await sampleOf('{"mg": 12.9, "tasks": ["a"], "id": 2}', '{"mg": 12.8, "tasks": ["a"], "id": 1}');
    expect(fields()(sample)).toMatchObject({ passed: false, reason: "differ: mg, id" });
    expect(fields({ ignore: ["id"], tolerance: 0.01 })(sample)).toMatchObject({ passed: true });
    expect(fields({ only: ["tasks"] })(sample)).toMatchObject({ passed: true });
    expect(fields()({ ...sample, text: "no JSON", output: "no JSON" })).toBeNull();
  });

  test("similarity and any scorer of autoevals", async () => {
    const sample = await sampleOf("Dose 12.8 mg at 3.2 kg!", "Dose 12.8 mg at 3.2 kg");
    expect(similarity({ least: 0.9 })(sample)).toMatchObject({ passed: true });
    expect(similarity({ least: 0.99 })(sample)).toMatchObject({ passed: false });
    expect(await autoeval(Levenshtein, { least: 0.9 })(sample)).toMatchObject({ name: "Levenshtein", passed: true });
    expect(await autoeval(Levenshtein, { least: 1 })(sample)).toMatchObject({ passed: false });
  });

  test("notFrom: a value that comes from a forbidden source alone", async () => {
    const sample = await sampleOf("2.1 kg", "3.2 kg");
    const origin = { kind: "chunk" as const, at: "", start: 0, end: 6 };
    const value = { value: "2.1 kg", type: "number" as const, in: "completion", at: "", start: 0, end: 6 };
    const from = (...ids: string[]): Sample => ({ ...sample, provenance: [{ ...value, origins: ids.map((sourceId) => ({ ...origin, sourceId })) }] });
    expect(notFrom("chart/2#3")(from("chart/2#3"))).toMatchObject({ passed: false, reason: "a value comes from chart/2#3: 2.1 kg" });
    expect(notFrom("chart/2#3")(from("chart/2#3", "chart/1#3"))).toMatchObject({ passed: true });
    expect(notFrom()(sample)).toBeNull();
  });

  test("rules: failed ones and those no longer checked", async () => {
    const sample = await sampleOf("x", "y");
    expect(rules()(sample)).toMatchObject({ passed: true, score: 1 });
    expect(rules()({ ...sample, story: { ...sample.story, steps: [] } })).toMatchObject({ passed: false, reason: "no longer checked: dose.plausible" });
  });
});
