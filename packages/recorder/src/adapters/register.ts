/**
 * Recording without a line of code: `node --import @whysaid/recorder/register app.js` puts the recorder's `fetch` in place of the global one before clients
 * load. Calls to model hosts, and to the base URLs in `WHYSAID_BASE_URLS`, are recorded; all others go where they went.
 *
 * Settings come from the environment. Whatever is wrong with them is told on stderr; the app starts all the same.
 */
import { createRecorder, type Recorder } from "../capture/recorder.ts";
import type { RecorderOptions } from "../capture/options.ts";
import { WhysaidError } from "../format/errors.ts";
import { isModelHost, type NamedBase } from "../wire/recognize.ts";
import { watchUnrecorded } from "./unrecorded.ts";

type Env = Readonly<Record<string, string | undefined>>;
/** One recorder a process, however often this is loaded (`--import` and an import, ESM and CommonJS). */
const REGISTERED = Symbol.for("whysaid.recorder.registered");

/** @returns the process's recorder; undefined when its settings are not usable */
export function register(): Recorder | undefined {
  const { env } = globalThis.process;
  const registered = globalThis as { [REGISTERED]?: Recorder };
  if (registered[REGISTERED] !== undefined) return registered[REGISTERED];
  let recorder: Recorder;
  try {
    recorder = createRecorder(optionsOf(env));
  } catch (error) {
    const { message, fix } = error instanceof WhysaidError ? error : { message: "the recorder could not be made", fix: "Check the WHYSAID_ variables." };
    globalThis.process.emitWarning(`${message}. ${fix} Nothing is recorded.`, { type: "WhysaidProblem" });
    return undefined;
  }
  registered[REGISTERED] = recorder;
  hookFetch(recorder.fetch, recorder.internals.baseUrls);
  watchUnrecorded(recorder);
  return recorder;
}

/** The options that only an environment can give to a recorder nobody makes; those with a variable of their own are read by `createRecorder`. */
function optionsOf(env: Env): RecorderOptions {
  return {
    ...(env.WHYSAID_REDACTION === undefined || env.WHYSAID_REDACTION === "" ? {} : { redaction: env.WHYSAID_REDACTION === "off" ? "off" : { policy: env.WHYSAID_REDACTION as never } }),
    ...(env.WHYSAID_DURABILITY === undefined || env.WHYSAID_DURABILITY === "" ? {} : { durability: env.WHYSAID_DURABILITY as "process" }),
  };
}

function hookFetch(recorded: typeof globalThis.fetch, bases: readonly NamedBase[]): void {
  const original = globalThis.fetch;
  const hooked: typeof globalThis.fetch = function fetch(input, init) {
    return isModelHost(urlOf(input), bases) ? recorded(input, init) : original(input, init);
  };
  Object.defineProperty(globalThis, "fetch", { configurable: true, enumerable: true, writable: true, value: hooked });
}

function urlOf(input: Parameters<typeof globalThis.fetch>[0]): string {
  if (typeof input === "string") return input;
  const url = input instanceof URL ? input.href : (input as { url?: unknown }).url;
  return typeof url === "string" ? url : "";
}
