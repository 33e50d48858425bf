import { describe, expect, test } from "vitest";
import { createRecorder, WhysaidError, type RecorderOptions } from "../index.ts";
import packageJson from "../../package.json" with { type: "json" };
import { RECORDER_VERSION } from "./open-journal.ts";
import { settingsOf } from "./options.ts";

const refused = (options: unknown): WhysaidError => {
  try {
    createRecorder(options as RecorderOptions);
  } catch (error) {
    return error as WhysaidError;
  }
  throw new Error("it was taken");
};

describe("createRecorder", () => {
  test.each<[unknown, string, string]>([
    [{ servce: "x" }, "there is no option `servce`", "Write `service`"],
    [{ redact: "off" }, "there is no option `redact`", "Write `redaction`"],
    [{ sampleRate: 1 }, "there is no option `sampleRate`", "Remove `sampleRate`"],
    [{ service: 1 }, "`service` is not usable", "Give `service` a non-empty string"],
    [{ dir: "" }, "`dir` is not usable", "a non-empty string"],
    [{ durability: "durable" }, "`durability` is not usable", '"process" or "power"'],
    [{ journal: { maxBytes: -1 } }, "`journal` is not usable", "whole numbers of bytes"],
    [{ journal: "disk" }, "`journal` is not usable", '"memory"'],
    [{ baseUrls: ["llm.internal/v1"] }, "`baseUrls` is not usable", "absolute URLs"],
    [{ tags: { a: 1 } }, "`tags` is not usable", "an object of strings"],
    [{ fetch: "fetch" }, "`fetch` is not usable", "a function"],
    [{ maxBodyBytes: 0.5 }, "`maxBodyBytes` is not usable", "a whole number"],
    [{ redaction: "on" }, "`redaction` is not usable", '"off" or an object'],
    [{ constructor: 1 }, "there is no option `constructor`", "Remove `constructor`"],
    [null, "createRecorder takes one object of options", "createRecorder({ service"],
  ])("refuses %j by name, with a fix", (options, sentence, fix) => {
    const error = refused(options);
    expect(error).toBeInstanceOf(WhysaidError);
    expect(error.code).toBe("OPTIONS_INVALID");
    expect(error.message).toContain(sentence);
    expect(error.fix).toContain(fix);
  });

  test("names every bad option at once", () => {
    expect(refused({ service: 1, durability: 2, colour: 3 }).message).toBe("createRecorder: `service` is not usable; `durability` is not usable; there is no option `colour`");
  });
});

test("an option wins over the environment, the environment over the default", () => {
  const env = { WHYSAID_DIR: "/from/env", WHYSAID_SERVICE: "env", WHYSAID_RELEASE: "", WHYSAID_BASE_URLS: "http://a.example/v1, http://b.example  nonsense" };
  expect(settingsOf({ service: "option" }, env)).toMatchObject({ dir: "/from/env", service: "option", release: null, environment: null, baseUrls: [{ url: "http://a.example/v1" }, { url: "http://b.example" }], durability: "process" });
  expect(settingsOf({}, {})).toMatchObject({ dir: ".whysaid", service: null, baseUrls: [], maxBodyBytes: 64 * 1024 * 1024 });
});

test("the version in segment headers is the package's", () => {
  expect(RECORDER_VERSION).toBe(packageJson.version);
});
