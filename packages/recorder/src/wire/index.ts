/** The face of `@whysaid/recorder/wire`: which protocol a request speaks, and what its bodies say. */
export * from "./decode.ts";
export * from "./decoder.ts";
export * from "./eventstream.ts";
export * from "./json.ts";
export * from "./recognize.ts";
export * from "./sse.ts";
