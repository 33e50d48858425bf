import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFreshStore, workspaceAt } from "../ingest/workspace.ts";
import type { Store } from "../store/store.ts";
import { find, type Found } from "./find.ts";
import { queryRedactor } from "./redact-query.ts";
import type { QueryText, Redact } from "./query.ts";

let directory = "";
let store: Store;
let redact: Redact;
const ids = new Map<string, string>();

const siblings = ["1.85", "2.10", "2.15", "3.40"];
const sibling = (kg: string): string => `The infant on the second cot is stable and was seen by the night team. **Today's weight is ${kg} kg**, so the maintenance dose stays as ordered, given slowly over half an hour with the evening feed.`;
const answers: Readonly<Record<string, string>> = {
  refund: "Your refund for the espresso machine was approved and will reach the card ending in the account within 12 days. The carrier collects the parcel on Thursday.",
  latency: "Latency of the checkout service rose to 1840 ms after the rollout; a stale cache entry in the gateway is the likely reason. Rolling back restores 99.2 % of the usual load.",
  patient: "Ana García needs caffeine citrate 12.5 mg once daily; her mother should call the ward when apnoea returns.",
  json: '{"advice":"Irrigate the winter wheat with 14 mm","until":"harvest","confidence":0.87}',
  chinese: "患者の体重は二千百グラムで、維持量は変わりません。明日の朝もう一度測定してください。",
  ...Object.fromEntries(siblings.map((kg) => [kg, sibling(kg)])),
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "whysaid-find-"));
  let current = "";
  const fetch: typeof globalThis.fetch = () => Promise.resolve(Response.json({ id: "c", model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: current }, finish_reason: "stop" }] }));
  const recorder = createRecorder({ dir: directory, fetch });
  for (const [name, text] of Object.entries(answers)) {
    current = text;
    await recorder.trace(name === "refund" ? "orders" : "ward", { subject: { name: "Ana García", mrn: "01791786" } }, async (trace) => {
      ids.set(name, trace.id);
      await trace.retrieve("notes", "what is known", () => Promise.resolve([{ sourceId: `chart/${name}`, text: name === "refund" ? "Policy 7: refunds for kitchen appliances need the original receipt and a bank statement." : "Nothing of note." }]));
      await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Go on." }] }) })).text();
    });
  }
  await recorder.close();
  ({ store } = await openFreshStore(workspaceAt(directory)));
  redact = queryRedactor(join(directory, "keys"));
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const search = (text: string | QueryText): Promise<Found> => find(store, typeof text === "string" ? { text } : text, redact);
const firstOf = (found: Found): string | undefined => [...ids].find(([, id]) => id === found.matches[0]?.traceId)?.[0];

describe("a text somebody saw", () => {
  test("is found when all of it was pasted, as rendered", async () => {
    const found = await search("Latency of the checkout service rose to 1840 ms after the rollout; a stale cache entry in the gateway is the likely reason. Rolling back restores 99.2 % of the usual load.");
    expect([firstOf(found), found.answer.kind, found.matches[0]?.certain, found.matches[0]?.where]).toEqual(["latency", "match", true, "answer"]);
  });
  test("is found by a part of it, with typos", async () => {
    expect(firstOf(await search("refnud for the espreso machine was approoved and wil reach"))).toBe("refund");
  });
  test("is found by a part of a word, and by a word with a letter wrong", async () => {
    expect(firstOf(await search("espress"))).toBe("refund");
    expect(firstOf(await search("presso"))).toBe("refund");
    expect(firstOf(await search("esprezso"))).toBe("refund");
  });
  test("is found by the values of its JSON, and by characters of a script without spaces", async () => {
    expect(firstOf(await search("Irrigate the winter wheat with 14 mm until harvest"))).toBe("json");
    expect(firstOf(await search("維持量は変わりません"))).toBe("chinese");
  });
  test("is found with the buttons and the clock around it", async () => {
    const found = await search({ text: "9:41 Chat Inbox (3)\nCarrier 5G\nYour refund for the espresso machine was approved and will reach the\ncard ending in the account within 12 days. The carrier collects the\nparcel on Thursday.\nCopy Retry Share Message Mila", isRead: true });
    expect([firstOf(found), found.answer.kind]).toEqual(["refund", "match"]);
  });
  test("is not found when it is not there", async () => {
    const found = await search("Zebras migrate across quiet savannahs whenever thunder announces winter monsoons beyond distant hills");
    expect([found.answer.kind, found.matches]).toEqual(["not-found", []]);
  });
  test("in quotation marks must stand there as it is", async () => {
    expect(firstOf(await search('"stale cache entry"'))).toBe("latency");
    expect((await search('"cache stale entry"')).answer.kind).toBe("not-found");
  });
  test("may stand in what went into a call; that is said, and is never certain", async () => {
    const found = await search("refunds for kitchen appliances need the original receipt and a bank statement");
    expect([firstOf(found), found.matches[0]?.where, found.matches[0]?.certain, found.answer.kind]).toEqual(["refund", "input", false, "weak"]);
  });
  test("is narrowed by filters", async () => {
    expect((await find(store, { text: "espresso machine" }, redact, { filter: { feature: "ward" } })).answer.kind).toBe("not-found");
    expect((await find(store, { text: "espresso machine" }, redact, { filter: { feature: "orders" } })).answer.kind).toBe("match");
  });
});

describe("answers that differ in one number", () => {
  test("are told apart by it, when the query has it", async () => {
    for (const kg of siblings) {
      const found = await search(sibling(kg).replaceAll("*", ""));
      expect([firstOf(found), found.answer.kind]).toEqual([kg, "match"]);
    }
  });
  test("are named together when it does not, with what they differ in", async () => {
    const found = await search("stable and was seen by the night team. the maintenance dose stays as ordered, given slowly over half an hour with the evening feed");
    expect([found.answer.kind, found.answer.of, found.matches.slice(0, 4).map(({ traceId }) => traceId).sort()]).toEqual(["one-of", 4, siblings.map((kg) => ids.get(kg) as string).sort()]);
    expect(found.answer.differingIn.toSorted()).toEqual(siblings.map((kg) => `${kg} kg`));
    expect(found.matches.every(({ certain }) => !certain)).toBe(true);
  });
  test("are not told apart by a number that was read in two ways", async () => {
    const text = sibling("2.10").replaceAll("*", "");
    const start = text.indexOf("2.10");
    const found = await search({ text, doubtful: [{ start, end: start + 4 }], isRead: true });
    expect([found.answer.kind, found.answer.of]).toEqual(["one-of", 4]);
  });
  test("are none of them a match for a number that none of them has", async () => {
    const found = await search(sibling("2.55").replaceAll("*", ""));
    expect([found.answer.kind, found.answer.of, found.answer.contradicted]).toEqual(["one-of", 4, ["2.55"]]);
  });
});

describe("names", () => {
  test("find their pseudonym, and are never shown or sent on", async () => {
    const asked: string[] = [];
    const watched = new Proxy(store, {
      get: (target, key) =>
        key === "search" ? new Proxy(target.search, { get: (inner, name) => (...given: unknown[]) => (asked.push(JSON.stringify(given)), (inner[name as keyof typeof inner] as (...all: unknown[]) => unknown).apply(inner, given)) }) : (target[key as keyof Store] as unknown),
    });
    const found = await find(watched, { text: "Ana García needs caffeine citrate 12.5 mg once daily; her mother should call the ward when apnoea returns." }, redact);
    expect([firstOf(found), found.answer.kind]).toEqual(["patient", "match"]);
    expect(`${JSON.stringify(found)}${asked.join("")}`).not.toMatch(/Garc|García/i);
    expect(found.query).toContain("⟦PERSON:");
  });
  test("that were misread are no reason not to find the answer", async () => {
    expect(firstOf(await search({ text: "Ama Garcla needs caffeine citrate 12.5 mg once daily; her mother should call the ward when apnoea returns.", isRead: true }))).toBe("patient");
  });
});

test("any text at all is answered", async () => {
  const word = fc.oneof(fc.constantFrom("the", "2.10", "kg", "espresso", '"', "⟦PERSON:a~1⟧", "OR", "NEAR(", "*", "^", "-", "\0", "'"), fc.string({ unit: "grapheme", maxLength: 8 }), fc.string({ unit: "binary", maxLength: 8 }));
  const texts = fc.sample(fc.array(word, { maxLength: 40 }).map((words) => words.join(" ")), { numRuns: 150, seed: 5 });
  for (const text of [...texts, "word ".repeat(5000), "a".repeat(100_000), '"'.repeat(5000)]) {
    const { answer, matches } = await search(text);
    expect(["match", "one-of", "weak", "not-found"]).toContain(answer.kind);
    expect(matches.length === 0).toBe(answer.kind === "not-found");
  }
});
