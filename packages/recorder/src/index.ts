/** The face of `@whysaid/recorder`. */
export { bedrockMiddleware, recordBedrock, type BedrockPlugin } from "./adapters/bedrock.ts";
export { createRecorder, type ActionOptions, type Recorder } from "./capture/recorder.ts";
export type { GenerationOptions, GivenInput, GivenMessage } from "./capture/generation.ts";
export type { BaseUrl, JournalOptions, RecorderOptions } from "./capture/options.ts";
export type { OnProblem } from "./capture/problems.ts";
export type { PromptOptions, Steps, ToolOptions, Trace, TraceDetails, TraceOptions, TraceUpdate } from "./capture/trace.ts";
export type { Check, Checks, FailedCheck, Rule, RuleVerdict, StandardIssue, StandardResult, StandardSchema, ValidationResult } from "./capture/validate.ts";
export { WhysaidError, type RecorderErrorCode } from "./format/errors.ts";
export type { SpanId, TraceId } from "./format/ids.ts";
export type { UserAction } from "./format/entries.ts";
export type { Durability } from "./journal/journal.ts";
export type { Declared, DeclaredPerson } from "./redact/redactor.ts";
