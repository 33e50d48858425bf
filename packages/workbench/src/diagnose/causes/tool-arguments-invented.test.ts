import { expect, test } from "vitest";
import { findingOf, toolTrace, topCause } from "../testing/findings.ts";

test("an identifier nobody gave is invented", () => {
  const invented = toolTrace({ name: "get_reservation", arguments: '{"reservation_id": "ZFA04Y"}', result: '{"status": "found"}' }, "Where is my booking?", "It is confirmed.");
  expect(topCause(invented)).toBe("tool-arguments-invented");
  expect(findingOf(invented, "tool-arguments-invented")?.title).toContain("ZFA04Y");
});
test("an identifier of the question is not", () => {
  expect(topCause(toolTrace({ name: "get_reservation", arguments: '{"reservation_id": "ZFA04Y"}', result: '{"status": "found"}' }, "Where is my booking ZFA-04Y?", "It is confirmed."))).toBeUndefined();
});
test("an identifier put together from a name and a number of the question is not", () => {
  expect(topCause(toolTrace({ name: "get_user", arguments: '{"user_id": "mia_li_3668"}', result: '{"status": "found"}' }, "I am Mia Li, number 3668.", "Welcome."))).toBeUndefined();
});
test("tomorrow is not invented", () => {
  expect(topCause(toolTrace({ name: "weather", arguments: '{"date": "2025-06-04"}', result: '{"sky": "clear"}' }, "Weather tomorrow?", "Clear."))).toBeUndefined();
});
