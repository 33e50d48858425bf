/** One recorder a process: Next.js bundles instrumentation and routes apart, so a module alone would make several. */
import { createRecorder } from "@whysaid/recorder";

export const recorder = (globalThis.whysaidRecorder ??= createRecorder({ service: "next" }));
