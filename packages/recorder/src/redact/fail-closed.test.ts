/** Whatever it is given, the redactor gives back something safe, and does not throw. */
import { describe, expect, test } from "vitest";
import { createRedactor } from "./redact.ts";
import type { OwnDetector } from "./own.ts";
import type { Declared } from "./redactor.ts";
import type { Scope } from "./scope.ts";

const where = { signal: "metadata" } as const;
const declared: Declared = { subject: { name: "Zyphora Quillmont", phone: "213 555-0187" } };
const scopeWith = (detectors: readonly OwnDetector[] = []): Scope => createRedactor({ key: Buffer.alloc(32, 7), vault: "none", detectors, detectorBudgetMs: 10_000 }).root.with(declared) as Scope;
const RAW = /Zyphora|Quillmont|5550187|555-0187/;

const fails = (): never => {
  throw new Error("Zyphora");
};
const circle: Record<string, unknown> = { name: "Zyphora" };
circle["self"] = circle;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const deep = (): unknown => {
  let value: unknown = "Zyphora";
  for (let depth = 0; depth < 50_000; depth += 1) value = [value];
  return value;
};

describe("values", () => {
  const values: readonly [string, unknown][] = [
    ["a circle", circle],
    ["bigints", { a: 2135550187n }],
    ["symbols", { a: Symbol("Zyphora"), [Symbol("Quillmont")]: 1 }],
    ["a getter that throws", { get a() { return fails(); }, b: "Zyphora" }],
    ["a proxy that throws", new Proxy({}, { ownKeys: fails, get: fails, getPrototypeOf: fails })],
    ["a revoked proxy", revoked.proxy],
    ["bytes", { u: Buffer.from("Zyphora Quillmont"), a: new TextEncoder().encode("Zyphora").buffer, f: new Float64Array([2135550187]), d: new DataView(new ArrayBuffer(8)) }],
    ["maps, sets, functions, dates", { m: new Map([["Zyphora", new Set(["Quillmont"])]]), f: function Zyphora() {}, d: new Date(Number.NaN), e: /Zyphora/, p: Promise.resolve("Zyphora") }],
    ["toJSON that throws", { toJSON: fails }],
    ["an error that is its own cause", Object.assign(new Error("Zyphora"), { cause: circle })],
    ["no prototype", Object.assign(Object.create(null) as object, { Zyphora: "Quillmont" })],
    ["great depth", deep()],
  ];
  test.each(values)("%s", (_, value) => {
    expect(scopeWith().json(value, where) ?? "").not.toMatch(RAW);
  });
});

describe("texts", () => {
  test("what is no text is dropped", () => {
    for (const wrong of [null, undefined, 42, {}, Symbol("Zyphora")]) expect(scopeWith().text(wrong as never, where)).toMatch(/^⟦DROPPED:redaction-failed:0⟧$/);
  });
  test("halves of characters are no hiding place", () => {
    expect(scopeWith().text("\ud800Zyphora\udc00 Quillmont\ud83d", where)).not.toMatch(RAW);
  });
});

describe("own detectors", () => {
  const wrong: readonly [string, (text: string) => unknown][] = [
    ["throws", fails],
    ["throws nothing at all", () => { throw null; }], // oxlint-disable-line no-throw-literal -- apps do
    ["gives null", () => null],
    ["gives a number", () => 5],
    ["gives a promise", () => Promise.resolve([])],
    ["starts nowhere", () => [{ start: Number.NaN, end: 3, type: "X" }]],
    ["starts before the text", () => [{ start: -1, end: 3, type: "X" }]],
    ["ends behind the text", () => [{ start: 0, end: 1e9, type: "X" }]],
    ["ends before it starts", () => [{ start: 5, end: 2, type: "X" }]],
    ["gives a type that is none", () => [{ start: 0, end: 3, type: 4 }]],
    ["has a getter that throws", () => [{ get start() { return fails(); } }]],
    ["never ends", () => ({ *[Symbol.iterator]() { for (;;) yield { start: 0, end: 1, type: "X" }; } })],
  ];
  test.each(wrong)("one that %s costs the text", (_, detect) => {
    expect(scopeWith([detect as OwnDetector]).text("met Zyphora Quillmont at noon", where)).toBe("⟦DROPPED:redaction-failed:29⟧");
  });
  const odd: readonly [string, (text: string) => unknown][] = [
    ["overlap", () => [{ start: 0, end: 5, type: "X" }, { start: 3, end: 9, type: "Y" }, { start: 0, end: 12, type: "Z" }]],
    ["have a name of their own making", () => [{ start: 0, end: 3, type: "⟦evil⟧ Zyphora" }]],
    ["say something else the second time", () => { let reads = 0; return [{ get start() { return reads++ === 0 ? 0 : 5_000; }, end: 3, type: "X" }]; }],
  ];
  test.each(odd)("spans that %s uncover nothing", (_, detect) => {
    const text = scopeWith([detect as OwnDetector]).text("met Zyphora Quillmont at noon", where);
    expect(text).not.toMatch(RAW);
    expect(text).toMatch(/ at noon$/);
  });
});

test("declarations that cannot be read take every text, not none", () => {
  const redactor = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" });
  const unreadable = new Proxy({}, { ownKeys: fails, get: fails }) as Declared;
  for (const one of [unreadable, { get subject() { return fails(); } } as Declared]) expect(redactor.root.with(one).text("hello Zyphora", where)).toMatch(/^⟦DROPPED:redaction-failed:\d+⟧$/);
});
