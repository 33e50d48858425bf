/** The face of `@whysaid/recorder/wire`: which protocol a request speaks, and what its bodies say. */
export { bodyEntry, noBody, type HeldBody } from "./body.ts";
export { splitJson } from "./body-json.ts";
export * from "./decode.ts";
export * from "./decoder.ts";
export * from "./eventstream.ts";
export { givenEntry, holdGiven } from "./given-json.ts";
export { keptHeaders } from "./fetch-headers.ts";
export { keptUrl } from "./fetch-target.ts";
export * from "./json.ts";
export * from "./recognize.ts";
export { splitResponse, type SplitResponse } from "./response-body.ts";
export * from "./sse.ts";
