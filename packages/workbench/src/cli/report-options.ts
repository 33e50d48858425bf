/** The options by which `cases run` and `gate` report to build servers; what they do stands in `reported.ts`, which is loaded when they are used. */
import type { OptionSpec } from "./command.ts";

/** @param does  what the command does, where one option serves several of its verbs: `run: ` */
export const reportOptions = (does: string = ""): Readonly<Record<string, OptionSpec>> => ({
  junit: { type: "string", hint: "FILE", about: `${does}write JUnit XML there` },
  markdown: { type: "string", hint: "FILE", about: `${does}append a summary in Markdown there` },
  annotations: { type: "boolean", about: `${does}print GitHub annotations too` },
});
