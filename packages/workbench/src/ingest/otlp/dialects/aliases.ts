/**
 * The one table of names: what each dialect calls a thing, the most exact source first. Readers ask by our word; docs/otlp.md explains the columns.
 *
 * A key here is a whole attribute key, taken literally.
 */

/** Our words the table has aliases for. */
export type Word =
  | "requestedModel"
  | "answeredModel"
  | "eitherModel"
  | "fingerprint"
  | "provider"
  | "inputTokens"
  | "outputTokens"
  | "totalTokens"
  | "cacheReadTokens"
  | "cacheWriteTokens"
  | "reasoningTokens"
  | "usageObject"
  | "inputBody"
  | "outputBody"
  | "inputMessages"
  | "outputMessages"
  | "systemInstructions"
  | "inputPrefixes"
  | "outputPrefixes"
  | "eventLists"
  | "toolDefinitions"
  | "toolPrefixes"
  | "parameterPrefixes"
  | "parameterObjects"
  | "finishReason"
  | "answerText"
  | "answerReasoning"
  | "answerToolCalls"
  | "firstChunkMs"
  | "firstChunkSeconds"
  | "firstChunkAt"
  | "feature"
  | "conversation"
  | "user"
  | "tagPrefixes"
  | "tagLists"
  | "promptId"
  | "promptVersion"
  | "promptVariables"
  | "environment"
  | "release"
  | "toolName"
  | "toolCallId"
  | "toolArguments"
  | "toolResult"
  | "query"
  | "documents"
  | "documentPrefixes"
  | "errorType"
  | "errorMessage";

export const aliases: Readonly<Record<Word, readonly string[]>> = {
  requestedModel: ["gen_ai.request.model", "llm.request.model_name", "llm.request.model", "ai.model.id", "langsmith.metadata.ls_model_name"],
  answeredModel: ["gen_ai.response.model", "llm.response.model_name", "llm.response.model", "ai.response.model"],
  /** The one that answered where it is known, else the one asked for: telling nothing of the answer when it says what was asked for. */
  eitherModel: ["langfuse.observation.model.name", "llm.model_name"],
  fingerprint: ["gen_ai.response.system_fingerprint", "gen_ai.openai.response.system_fingerprint", "openai.response.system_fingerprint"],
  provider: ["gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider", "llm.vendor", "langsmith.metadata.ls_provider"],

  inputTokens: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens", "ai.usage.promptTokens", "llm.usage.prompt_tokens"],
  outputTokens: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens", "llm.usage.completion_tokens"],
  totalTokens: ["gen_ai.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens", "llm.usage.total_tokens"],
  cacheReadTokens: ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "llm.token_count.prompt_details.cache_read", "ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens", "llm.usage.cache_read_input_tokens"],
  cacheWriteTokens: ["gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write", "ai.usage.inputTokenDetails.cacheWriteTokens", "llm.usage.cache_creation_input_tokens"],
  reasoningTokens: ["gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.details.reasoning_tokens", "llm.token_count.completion_details.reasoning", "ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens", "llm.usage.reasoning_tokens"],
  /** One JSON object instead. */
  usageObject: ["langfuse.observation.usage_details", "langsmith.usage_metadata", "gen_ai.usage.raw", "usage"],

  /** Whole request bodies, or inputs of any shape. */
  inputBody: ["input.value", "langfuse.observation.input", "gen_ai.prompt", "request_data", "raw_input", "lmnr.span.input", "traceloop.entity.input", "input"],
  outputBody: ["output.value", "langfuse.observation.output", "gen_ai.completion", "response_data", "lmnr.span.output", "traceloop.entity.output", "output"],
  /** Lists of messages. */
  inputMessages: ["gen_ai.input.messages", "gen_ai.input_messages", "ai.prompt.messages"],
  outputMessages: ["gen_ai.output.messages", "gen_ai.output_messages"],
  systemInstructions: ["gen_ai.system_instructions", "gen_ai.request.instructions"],
  /** One message an index: `<prefix>N.…`. */
  inputPrefixes: ["llm.input_messages.", "gen_ai.prompt.", "llm.prompts."],
  outputPrefixes: ["llm.output_messages.", "gen_ai.completion.", "llm.completions."],
  /** Lists of events in one attribute. */
  eventLists: ["events", "all_messages_events"],
  toolDefinitions: ["gen_ai.tool.definitions", "ai.prompt.tools"],
  /** `<prefix>N.…` */
  toolPrefixes: ["llm.tools.", "llm.request.functions."],
  parameterPrefixes: ["gen_ai.request.", "ai.settings."],
  parameterObjects: ["llm.invocation_parameters", "langfuse.observation.model.parameters"],
  finishReason: ["gen_ai.response.finish_reasons", "ai.response.finishReason", "llm.finish_reason", "anthropic.message.stop_reason", "llm.response.finish_reason", "llm.response.stop_reason"],
  answerText: ["ai.response.text", "ai.response.object", "ai.result.text", "ai.result.object"],
  answerReasoning: ["ai.response.reasoning"],
  answerToolCalls: ["ai.response.toolCalls", "ai.result.toolCalls"],

  firstChunkMs: ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"],
  firstChunkSeconds: ["gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token", "gen_ai.client.operation.time_to_first_chunk"],
  firstChunkAt: ["langfuse.observation.completion_start_time"],

  feature: ["ai.telemetry.functionId", "langfuse.trace.name", "traceloop.workflow.name", "gen_ai.workflow.name", "gen_ai.agent.name", "agent.name", "lmnr.trace.name"],
  conversation: [
    "gen_ai.conversation.id", "session.id", "langfuse.session.id", "ai.telemetry.metadata.sessionId", "ai.telemetry.metadata.conversationId", "ai.telemetry.metadata.threadId",
    "traceloop.association.properties.session_id", "traceloop.association.properties.conversation_id", "traceloop.association.properties.chat_id",
    "lmnr.association.properties.session_id", "langsmith.metadata.thread_id", "langsmith.metadata.session_id", "langsmith.metadata.conversation_id",
  ],
  user: ["user.id", "enduser.id", "langfuse.user.id", "ai.telemetry.metadata.userId", "traceloop.association.properties.user_id", "lmnr.association.properties.user_id", "langsmith.metadata.user_id", "gen_ai.user.id"],
  tagPrefixes: ["ai.telemetry.metadata.", "langfuse.trace.metadata.", "langfuse.observation.metadata.", "traceloop.association.properties.", "lmnr.association.properties.metadata.", "langsmith.metadata."],
  tagLists: ["langfuse.trace.tags", "tag.tags", "lmnr.association.properties.tags", "langsmith.span.tags", "logfire.tags"],
  promptId: ["langfuse.observation.prompt.name", "traceloop.prompt.key", "gen_ai.prompt.name", "llm.prompt_template.name", "langsmith.metadata.lc_hub_repo"],
  promptVersion: ["langfuse.observation.prompt.version", "traceloop.prompt.version", "gen_ai.prompt.version", "llm.prompt_template.version", "langsmith.metadata.lc_hub_commit_hash"],
  promptVariables: ["llm.prompt_template.variables", "traceloop.prompt.template_variables"],
  environment: ["langfuse.environment", "deployment.environment.name", "deployment.environment"],
  release: ["langfuse.release", "service.version"],

  toolName: ["gen_ai.tool.name", "ai.toolCall.name", "tool.name", "tool_call.function.name", "traceloop.entity.name"],
  toolCallId: ["gen_ai.tool.call.id", "ai.toolCall.id", "tool_call.id", "tool.id"],
  toolArguments: ["gen_ai.tool.call.arguments", "ai.toolCall.args", "ai.toolCall.input", "tool_call.function.arguments", "tool_arguments", "input.value", "traceloop.entity.input", "langfuse.observation.input", "gen_ai.prompt", "lmnr.span.input", "input"],
  toolResult: ["gen_ai.tool.call.result", "ai.toolCall.result", "ai.toolCall.output", "tool_response", "output.value", "traceloop.entity.output", "langfuse.observation.output", "gen_ai.completion", "lmnr.span.output", "output"],
  query: ["gen_ai.retrieval.query.text", "input.value", "langfuse.observation.input", "traceloop.entity.input", "gen_ai.prompt", "lmnr.span.input", "input"],
  documents: ["gen_ai.retrieval.documents", "output.value", "langfuse.observation.output", "traceloop.entity.output", "gen_ai.completion", "lmnr.span.output", "output"],
  documentPrefixes: ["retrieval.documents.", "reranker.output_documents."],
  errorType: ["error.type", "exception.type"],
  errorMessage: ["error.message", "exception.message"],
};

export type Kind = "generation" | "tool" | "retrieval" | "agent" | "other";

/** What the word of a dialect says a span is, asked in this order: a framework's own word is more exact than the wrapper's. */
export const kindWords: readonly { readonly key: string; readonly kinds: readonly (readonly [RegExp, Kind])[] }[] = [
  // AI SDK: the outer span of a call repeats what its inner one (doGenerate, doStream) says.
  { key: "ai.operationId", kinds: [[/\.do(?:Generate|Stream)$/, "generation"], [/^ai\.toolCall$/, "tool"], [/embed|rerank/i, "other"], [/^ai\./, "agent"]] },
  { key: "gen_ai.operation.name", kinds: [[/^(?:chat|completion|text_completion|generate_content|message)$/, "generation"], [/^execute_tool$/, "tool"], [/^retrieval$/, "retrieval"], [/^(?:invoke_agent|create_agent|agent_step|invoke_workflow|chain)$/, "agent"], [/^embeddings?$/, "other"]] },
  { key: "openinference.span.kind", kinds: [[/^LLM$/i, "generation"], [/^TOOL$/i, "tool"], [/^(?:RETRIEVER|RERANKER)$/i, "retrieval"], [/^(?:AGENT|CHAIN|GUARDRAIL|EVALUATOR|PROMPT)$/i, "agent"], [/^EMBEDDING$/i, "other"]] },
  { key: "langfuse.observation.type", kinds: [[/^generation$/i, "generation"], [/^tool$/i, "tool"], [/^retriever$/i, "retrieval"], [/^embedding$/i, "other"], [/./, "agent"]] },
  { key: "langsmith.span.kind", kinds: [[/^llm$/i, "generation"], [/^tool$/i, "tool"], [/^retriever$/i, "retrieval"], [/^embedding$/i, "other"], [/./, "agent"]] },
  { key: "lmnr.span.type", kinds: [[/^LLM$/i, "generation"], [/^TOOL$/i, "tool"], [/./, "agent"]] },
  { key: "traceloop.span.kind", kinds: [[/^tool$/i, "tool"], [/./, "agent"]] },
  { key: "llm.request.type", kinds: [[/^(?:chat|completion)$/i, "generation"], [/./, "other"]] },
];
/** A span without such a word is a generation when it has one of these. */
export const generationSigns: readonly string[] = ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.prompt.0.content", "gen_ai.prompt.0.role", "gen_ai.usage.input_tokens", "gen_ai.response.model", "request_data", "llm.input_messages.0.message.role"];
