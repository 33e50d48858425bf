/** How an answer ended, in the words providers have for it. Read by ingest for the store's narrow columns and by diagnosis. */

const limits = /^(?:length|max[_ ]?tokens|max_output_tokens|max_completion_tokens|incomplete|model_length|token_limit|model_context_window_exceeded|context_window_exceeded|error_limit|max_length|limit)$/i;
const filters = /^(?:content[_ -]?filter(?:ed)?|safety|refusal|refused|prohibited_content|blocklist|blocked|spii|recitation|guardrail_intervened|guardrails?|image_safety|image_prohibited_content|error_toxic|moderation|moderated|sensitive|flagged|language)$/i;

/** The answer was cut by a token limit or a full context window. */
export const isTokenLimit = (finishReason: string): boolean => limits.test(finishReason.trim());
/** A filter, a guardrail or the model itself declined. */
export const isFilter = (finishReason: string): boolean => filters.test(finishReason.trim());
