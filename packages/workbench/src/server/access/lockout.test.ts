import { expect, test } from "vitest";
import { Lockout } from "./lockout.ts";

const MINUTE_MS = 60_000;

test("ten different wrong keys lock an address, and no other, until the minute is over", () => {
  const lockout = new Lockout();
  for (let guess = 0; guess < 9; guess += 1) lockout.failed("192.0.2.1", `key-${guess}`, 1000);
  expect(lockout.waitMs("192.0.2.1", 2000)).toBe(0);
  lockout.failed("192.0.2.1", "key-9", 1500);
  expect([lockout.waitMs("192.0.2.1", 2000), lockout.waitMs("192.0.2.2", 2000)]).toEqual([1000 + MINUTE_MS - 2000, 0]);
  expect(lockout.waitMs("192.0.2.1", 1000 + MINUTE_MS)).toBe(0);
});

test("an app that keeps sending its old key locks nobody out", () => {
  const lockout = new Lockout();
  for (let time = 0; time < 1000; time += 1) lockout.failed("192.0.2.1", "old", 1000 + time);
  expect(lockout.waitMs("192.0.2.1", 2500)).toBe(0);
});

test("a flood of addresses costs the oldest, never memory", () => {
  const lockout = new Lockout();
  for (let guess = 0; guess < 10; guess += 1) lockout.failed("first", `key-${guess}`, 0);
  for (let address = 0; address < 10_000; address += 1) lockout.failed(`address ${address}`, "key", 0);
  expect(lockout.waitMs("first", 1)).toBe(0);
});
