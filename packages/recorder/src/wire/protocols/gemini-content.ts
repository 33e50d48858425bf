/**
 * Gemini's contents and parts. Protobuf's JSON may be spelled in camel or snake case (the Python client sends both), so each field is
 * read either way.
 *
 * @see https://ai.google.dev/api/caching#Content
 */
import type { Message, Part, ToolDefinition, UsageSignal } from "../../format/index.ts";
import { absent, type Json } from "../json.ts";
import { mediaPart, otherPart, reasoningPart, rest, resultOfParts, textPart, textsOf, toolCallPart, toolDefinition, usageOf } from "../parts.ts";

/** The field under its camel-case name or its snake-case one. */
export const field = (json: Json, camel: string): Json => json.either(camel, camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

/** `contents`: a list of contents, one content, or (in what some clients send) bare text. */
export function decodeContents(contents: Json): readonly Message[] {
  const list = contents.isArray ? contents.items() : contents.isAbsent ? [] : [contents];
  return list.map((content) => ({ role: content.str("role") ?? "user", parts: contentParts(content) }));
}

export function contentParts(content: Json): readonly Part[] {
  if (content.string !== null) return textPart(content.string);
  const parts = content.get("parts");
  if (parts.isAbsent) return content.str("text") === null ? [] : partParts(content);
  return parts.isArray ? parts.items().flatMap(partParts) : partParts(parts);
}

export function partParts(part: Json): readonly Part[] {
  if (part.string !== null) return textPart(part.string);
  const text = part.str("text");
  if (text !== null) return part.get("thought").value === true ? reasoningPart(text) : textPart(text);
  const inlined = field(part, "inlineData");
  if (inlined.isObject) return [mediaPart({ mediaType: field(inlined, "mimeType").string, inlined: inlined.str("data"), name: field(inlined, "displayName").string })];
  const file = field(part, "fileData");
  if (file.isObject) return [mediaPart({ mediaType: field(file, "mimeType").string, reference: field(file, "fileUri").string, name: field(file, "displayName").string })];
  return toolParts(part);
}

/** Functions of the app, and what the provider runs itself: code, searches. */
function toolParts(part: Json): readonly Part[] {
  const call = field(part, "functionCall");
  if (call.isObject) return toolCallPart(call.str("id"), call.str("name"), call.get("args"), call);
  const response = field(part, "functionResponse");
  if (response.isObject) return functionResponse(response);
  const code = field(part, "executableCode");
  if (code.isObject) return toolCallPart(code.str("id"), "executableCode", code.get("code"), code);
  const ran = field(part, "codeExecutionResult");
  if (ran.isObject) {
    const outcome = ran.str("outcome");
    return [{ type: "tool-result", callId: ran.str("id"), name: "codeExecutionResult", result: ran.get("output").literal ?? "", isError: outcome !== null && outcome !== "OUTCOME_OK" }];
  }
  const serverCall = field(part, "toolCall");
  if (serverCall.isObject) return toolCallPart(serverCall.str("id"), field(serverCall, "toolType").literal, serverCall.get("args"), serverCall);
  const serverResult = field(part, "toolResponse");
  if (serverResult.isObject) {
    return [{ type: "tool-result", callId: serverResult.str("id"), name: field(serverResult, "toolType").literal, result: serverResult.get("response").literal ?? "", isError: false }];
  }
  return isSignatureOnly(part) ? [] : otherPart(part);
}

/** An empty part that carries a thought's signature, or nothing at all. */
const isSignatureOnly = (part: Json): boolean => part.isObject && part.keys().every((key) => /^thought(?:_?[sS]ignature)?$/.test(key));

/** A response is an object; its JSON text is the result. `error` in it is how a failed function is told. */
function functionResponse(response: Json): readonly Part[] {
  const result = response.get("response");
  const { media } = resultOfParts(response.get("parts").items().flatMap(partParts), response.get("parts"));
  return [{ type: "tool-result", callId: response.str("id"), name: response.str("name"), result: result.literal ?? "", isError: !result.get("error").isAbsent }, ...media];
}

export const systemText = (instruction: Json): string | null => {
  const texts = instruction.isArray ? instruction.items().flatMap((content) => textsOf(contentParts(content))) : textsOf(contentParts(instruction));
  return texts.length === 0 ? null : texts.join("\n\n");
};

const DECLARED: ReadonlySet<string> = new Set(["name", "description", "parameters", "parametersJsonSchema", "parameters_json_schema"]);

/** `tools` is a list of objects with one key a kind: function declarations, or a tool of the provider with its options. */
export function decodeTools(tools: Json): readonly ToolDefinition[] {
  const list = tools.isArray ? tools.items() : [tools];
  return list.flatMap((tool) =>
    tool.keys().flatMap((kind) => {
      if (kind !== "functionDeclarations" && kind !== "function_declarations") return toolDefinition({ name: kind, description: null, parameters: absent, settings: tool.get(kind).raw() });
      return tool.get(kind).items().flatMap((declared) =>
        toolDefinition({
          name: declared.str("name"),
          description: declared.str("description"),
          parameters: declared.either("parameters", "parametersJsonSchema", "parameters_json_schema"),
          settings: rest(declared, DECLARED),
        }),
      );
    }),
  );
}

/** `promptTokenCount` includes cached tokens; `candidatesTokenCount` leaves thoughts out. */
export const decodeUsage = (usage: Json): UsageSignal | null =>
  usageOf(usage, {
    input: ["promptTokenCount", "prompt_token_count"],
    output: ["candidatesTokenCount", "candidates_token_count", "responseTokenCount"],
    cacheRead: ["cachedContentTokenCount", "cached_content_token_count"],
    cacheWrite: [],
    reasoning: ["thoughtsTokenCount", "thoughts_token_count"],
    total: ["totalTokenCount", "total_token_count"],
  });
