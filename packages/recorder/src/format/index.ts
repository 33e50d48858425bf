/** The face of `@whysaid/recorder/format`: what a journal holds and how to read it, for programs that process recordings. */
export * from "./body-render.ts";
export * from "./body.ts";
export * from "./entries.ts";
export * from "./entry-shape.ts";
export * from "./errors.ts";
export * from "./finish-reason.ts";
export * from "./frame.ts";
export * from "./ids.ts";
export * from "./json-of.ts";
export * from "./json-scan.ts";
export * from "./pseudonym.ts";
export * from "./redacted.ts";
export * from "./segment-name.ts";
export * from "./segment.ts";
export * from "./sequences.ts";
export * from "./signals.ts";
