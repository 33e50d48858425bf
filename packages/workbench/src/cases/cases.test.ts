import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { caseNamed, listCases, withStory } from "./case-store.ts";
import { casesOf, currentVersion, versionsOf } from "./datasets.ts";
import { finalAction } from "./derive.ts";
import { editBetween } from "./edits.ts";
import { formats } from "./formats/formats.ts";
import { importedCases } from "./formats/import-cases.ts";
import { handMade } from "./hand-made.ts";
import { reviewCase, reviewQueue } from "./review.ts";
import { syncCases } from "./sync.ts";
import { newWard, type Ward } from "./testing/ward.ts";

let ward: Ward;
beforeEach(() => (ward = newWard()));
afterEach(() => ward.close());
const reviewer = { actor: "ana", atMs: 5 };

describe("cases follow the actions", () => {
  test("an edit, a retry and an abandoned answer become cases, an accepted one does not; nothing is derived twice", async () => {
    const ids = [await ward.dose("a?"), await ward.dose("b?"), await ward.dose("c?"), await ward.dose("d?")].map(({ traceId }) => traceId);
    for (const [index, action] of (["edit", "retry", "abandon", "accept"] as const).entries()) ward.recorder.action(ids[index] ?? "", action, action === "edit" ? { after: "Dose 12.8 mg at 3.2 kg" } : {});
    await ward.withStore(async (store) => {
      expect(await syncCases(store)).toEqual({ traces: 4, added: 3, joined: 0, withdrawn: 0 });
      expect(await syncCases(store)).toEqual({ traces: 0, added: 0, joined: 0, withdrawn: 0 });
      const cases = await listCases(store);
      expect(cases.map(({ origin, status, feature }) => `${origin} ${status} ${feature}`).toSorted()).toEqual(["abandon new dose", "edit new dose", "retry new dose"]);
      expect(cases.find(({ origin }) => origin === "edit")?.expected).toEqual({ text: "Dose 12.8 mg at 3.2 kg", source: "edit" });
      expect(JSON.stringify(cases)).not.toContain("García");
    });
  });

  test("equal content is one case of several traces; other words are another", async () => {
    const ids = [await ward.dose(), await ward.dose(), await ward.dose("else?")].map(({ traceId }) => traceId);
    for (const id of ids) ward.recorder.action(id, "retry");
    await ward.withStore(async (store) => {
      expect(await syncCases(store)).toEqual({ traces: 3, added: 2, joined: 1, withdrawn: 0 });
      const shared = (await listCases(store)).find(({ traceIds }) => traceIds.length === 2);
      expect(shared?.traceIds).toEqual([ids[0], ids[1]].sort());
    });
  });

  test("a later action changes its mind: the case goes, unless somebody reviewed it", async () => {
    const [a, b] = [await ward.dose("a?"), await ward.dose("b?")];
    for (const { traceId } of [a, b]) ward.recorder.action(traceId, "abandon", { at: Date.now() });
    const reviewed = await ward.withStore(async (store) => {
      await syncCases(store);
      const id = (await listCases(store)).find(({ traceIds }) => traceIds[0] === b.traceId)?.id ?? "";
      await reviewCase(store, id, { verdict: "confirm" }, reviewer);
      return id;
    });
    for (const { traceId } of [a, b]) ward.recorder.action(traceId, "accept", { at: Date.now() + 86_400_000 });
    await ward.withStore(async (store) => {
      expect((await syncCases(store)).withdrawn).toBe(1);
      expect((await listCases(store)).map(({ id }) => id)).toEqual([reviewed]);
    });
  });

  test("an action before its call waits for it", async () => {
    const { traceId } = await ward.dose();
    const early = newWard();
    early.recorder.action(traceId, "retry");
    await early.withStore(async (store) => expect(await syncCases(store)).toMatchObject({ added: 0 }));
    await early.close();
  });

  test("the final action hangs on the set of actions alone", () => {
    const at = (action: "accept" | "edit" | "retry" | "abandon", atMs: number, after: string | null = null) => ({ action, atMs, before: null, after, editDistance: null, note: null });
    const set = [at("accept", 1), at("edit", 2, "a"), at("edit", 2, "b"), at("retry", 2), at("abandon", 1)];
    for (let turn = 0; turn < set.length; turn += 1) expect(finalAction([...set.slice(turn), ...set.slice(0, turn)])).toMatchObject({ action: "edit", after: "b" });
    expect(finalAction([])).toBeNull();
  });
});

describe("review and datasets", () => {
  test("confirm, fix and reject are revisions; the dataset's versions hold what was confirmed then", async () => {
    const ids = [await ward.dose("a?"), await ward.dose("b?")].map(({ traceId }) => traceId);
    for (const id of ids) ward.recorder.action(id, "retry");
    await ward.withStore(async (store) => {
      await syncCases(store);
      const [first, second] = await reviewQueue(store);
      await reviewCase(store, first?.id ?? "", { verdict: "confirm" }, reviewer);
      expect(await currentVersion(store, "dose", 1)).toMatchObject({ version: 1, cases: [{ id: first?.id, revision: 2 }] });
      expect(await currentVersion(store, "dose", 2)).toMatchObject({ version: 1 });
      await reviewCase(store, first?.id ?? "", { verdict: "fix", expected: "Dose 12.8 mg" }, { ...reviewer, note: "weighed today", labels: ["dosing"] });
      await reviewCase(store, second?.id ?? "", { verdict: "reject" }, reviewer);
      expect(await currentVersion(store, "dose", 3)).toMatchObject({ version: 2, cases: [{ id: first?.id, revision: 3 }] });
      expect(await reviewQueue(store)).toEqual([]);
      const [then, now] = await Promise.all((await versionsOf(store, "dose")).map((version) => casesOf(store, version)));
      expect([then?.[0]?.expected, now?.[0]?.expected]).toEqual([null, { text: "Dose 12.8 mg", source: "reviewer" }]);
      expect(now?.[0]?.labels.filter(({ source }) => source === "reviewer").map(({ name }) => name)).toEqual(["dosing"]);
      await expect(reviewCase(store, "case_none", { verdict: "confirm" }, reviewer)).rejects.toMatchObject({ code: "CASE_NOT_FOUND" });
    });
  });

  test("a case by hand of any trace is confirmed at once; made again it is the same", async () => {
    const { traceId } = await ward.dose();
    await ward.withStore(async (store) => {
      const made = await handMade(store, traceId, { expected: "Dose 12.8 mg", note: "seen on the ward", labels: [], actor: "ana", atMs: 1 });
      expect(made).toMatchObject({ isNew: true, head: { origin: "hand", status: "confirmed", expected: { text: "Dose 12.8 mg", source: "reviewer" } } });
      expect(await handMade(store, traceId, { expected: "Dose 12.8 mg", note: null, labels: [], actor: "ana", atMs: 2 })).toMatchObject({ isNew: false, head: { id: made?.head.id } });
      expect(await handMade(store, "f".repeat(32), { expected: null, note: null, labels: [], actor: "ana", atMs: 2 })).toBeNull();
    });
  });
});

describe("edits", () => {
  test("are told character by character, and field by field where both are JSON", () => {
    expect(editBetween("8.4 mg", "12.8 mg").fields).toBeNull();
    expect(editBetween("8.4 mg", "8.5 mg").characters).toEqual([{ kind: "same", text: "8." }, { kind: "removed", text: "4" }, { kind: "added", text: "5" }, { kind: "same", text: " mg" }]);
    const edit = editBetween('{"mg": 8.4, "tasks": ["weigh", "feed"], "old": 1}', '```json\n{"mg": 12.8, "tasks": ["call", "weigh", "feed"], "new": true}\n```');
    expect(edit.fields).toEqual([
      { at: "mg", kind: "changed", before: 8.4, after: 12.8 },
      { at: "tasks[0]", kind: "added", after: "call" },
      { at: "old", kind: "removed", before: 1 },
      { at: "new", kind: "added", after: true },
    ]);
  });
});

describe("files", () => {
  test("what is exported is read back equal into another store; a line that was changed is refused", async () => {
    const { traceId } = await ward.dose();
    ward.recorder.action(traceId, "edit", { before: "=HYPERLINK(\"http://x\")", after: "Dose 12.8 mg for Ana García" });
    const exported = await ward.withStore(async (store) => {
      await syncCases(store);
      return Promise.all((await listCases(store)).map((head) => withStory(store, head)));
    });
    const other = newWard();
    await other.withStore(async (store) => {
      const text = formats.whysaid(exported);
      expect(await importedCases(store, text, other.dir)).toMatchObject({ added: 1, refused: [] });
      expect(await importedCases(store, text, other.dir)).toMatchObject({ added: 0, known: 1 });
      expect(await caseNamed(store, exported[0]?.id ?? "")).toEqual(exported[0]);
      expect((await importedCases(store, `${text}\nnonsense\n${text.replace("Dose 8.4", "Dose 9.9")}`, other.dir)).refused.map(({ line }) => line)).toEqual([3, 4]);
      await expect(importedCases(store, "nonsense", other.dir)).rejects.toMatchObject({ code: "CASES_UNREADABLE" });
    });
    await other.close();
  });

  test("every format is what its tool reads, and holds no name", async () => {
    const { traceId } = await ward.dose();
    ward.recorder.action(traceId, "edit", { before: '=HYPERLINK("http://x")', after: "Dose 12.8 mg for Ana García" });
    const cases = await ward.withStore(async (store) => {
      await syncCases(store);
      return Promise.all((await listCases(store)).map((head) => withStory(store, head)));
    });
    const lines = (text: string): readonly Record<string, unknown>[] => text.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    const [sample] = lines(formats["openai-evals"](cases));
    expect(sample).toMatchObject({ input: [{ role: "user" }], ideal: expect.stringContaining("12.8 mg") as string });
    const promptfoo = JSON.parse(formats.promptfoo(cases)) as readonly { readonly vars: object; readonly assert: readonly { readonly type: string }[] }[];
    expect(promptfoo[0]?.assert).toEqual([{ type: "similar", value: expect.stringContaining("12.8") as string, threshold: 0.8 }]);
    expect(lines(formats.braintrust(cases))[0]).toMatchObject({ id: cases[0]?.id, input: { chunks: [{ sourceId: "chart/1#1" }] }, expected: expect.any(String) as string, tags: expect.arrayContaining(["action:edit"]) as string[] });
    expect(lines(formats.langfuse(cases))[0]).toMatchObject({ datasetName: "dose", id: cases[0]?.id, expectedOutput: expect.any(String) as string });
    const csv = formats.csv(cases);
    expect(csv).toContain(`'=HYPERLINK`);
    expect(csv.split("\n")[0]).toBe("id,feature,status,origin,revision,question,said,expected,labels,traces,at");
    for (const format of Object.values(formats)) expect(format(cases)).not.toContain("García");
  });
});
