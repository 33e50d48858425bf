import { expect, test } from "vitest";
import { CommandOptions } from "./command.ts";
import { countOption, filterOf } from "./filters.ts";

const nowMs = Date.parse("2026-11-25T10:00:00Z");
const filter = (options: Readonly<Record<string, string>>) => filterOf(new CommandOptions(options), 10, nowMs);

test("times are spans before now, dates, or dates with a time, in UTC", () => {
  expect(filter({ since: "2h" }).sinceMs).toBe(nowMs - 7_200_000);
  expect(filter({ since: "7d", until: "30min" })).toMatchObject({ sinceMs: nowMs - 604_800_000, untilMs: nowMs - 1_800_000 });
  expect(filter({ since: "2026-11-21" }).sinceMs).toBe(Date.UTC(2026, 10, 21));
  expect(filter({ since: "2026-11-21 10:30" }).sinceMs).toBe(Date.UTC(2026, 10, 21, 10, 30));
  expect(filter({ since: "2026-11-21T10:30+02:00" }).sinceMs).toBe(Date.UTC(2026, 10, 21, 8, 30));
});

test("options become the store's filter, and what is not given is not there", () => {
  expect(filter({ feature: "f", prompt: "v2", action: "edit", state: "cut", tag: "a=b=c" })).toEqual({ limit: 10, feature: "f", promptVersion: "v2", action: "edit", state: "cut", tag: { key: "a", value: "b=c" } });
});

test.each([{ since: "yesterday" }, { since: "5" }, { until: "2026-13-45" }, { tag: "ward" }, { tag: "=x" }, { action: "like" }, { state: "done" }])("%o is a usage error", (options) => {
  expect(() => filter(options)).toThrow(expect.objectContaining({ code: "USAGE" }) as Error);
});

test("a count is a whole number above 0", () => {
  expect(countOption(new CommandOptions({}), "limit", 50)).toBe(50);
  expect(countOption(new CommandOptions({ limit: "7" }), "limit", 50)).toBe(7);
  for (const limit of ["0", "-1", "1.5", "many", ""]) expect(() => countOption(new CommandOptions({ limit }), "limit", 50)).toThrow(expect.objectContaining({ code: "USAGE" }) as Error);
});
