/** `node --import @whysaid/recorder/register app.js`. Importing it is enough; the recorder it made is there for traces and actions. */
import type { Recorder } from "./capture/recorder.ts";
import { register } from "./adapters/register.ts";

/** Undefined when the environment's settings are not usable; the warning on stderr says why. */
export const recorder: Recorder | undefined = register();
