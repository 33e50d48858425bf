/** What to change in an app so that a signal is recorded, and what no app can change. */
import { unreachable, type Generation, type SignalName } from "@whysaid/recorder/format";

const parametersOf = (generation: Generation): Readonly<Record<string, unknown>> => (generation.signals.input.state === "captured" ? generation.signals.input.value.parameters : {});
const isStream = (generation: Generation): boolean => parametersOf(generation)["stream"] === true;

/** Why a signal can't be there, in words; null when the app could have it recorded. */
export function excuse(name: SignalName, generation: Generation): string | null {
  const failed = generation.status !== null && generation.status >= 400;
  if (name === "usage") {
    if (failed || generation.state === "failed") return "an error has no usage";
    if (generation.state === "cancelled" || generation.state === "aborted" || generation.state === "cut") return "usage comes at the end of a stream, and this one did not get there";
  }
  if ((name === "completion" || name === "model" || name === "toolCalls") && (failed || generation.state === "failed")) return "nothing was answered";
  return null;
}

export function advice(name: SignalName, generation: Generation): string {
  const provider = generation.provider ?? "the provider";
  switch (name) {
    case "input":
      return "Send the request through recorder.fetch (pass it to the client as `fetch`), or give `input` to recorder.generation().";
    case "chunks":
      return "Wrap the search: trace.retrieve(name, query, () => search(query)).";
    case "model":
      return "Give `model: { requested, answered }` to recorder.generation(); through recorder.fetch it is read from the bytes.";
    case "usage":
      return isStream(generation) && generation.protocol === "openai-chat"
        ? `Ask for it: stream_options: { include_usage: true }. ${provider} sends no usage with a stream otherwise.`
        : "Give `usage` to recorder.generation(); through recorder.fetch it is read from the bytes.";
    case "toolCalls":
      return "Send the results back to the model through recorder.fetch, or wrap the tool: trace.tool(name, callId, args, () => run(args)).";
    case "latency":
      return "Call through recorder.fetch, or give `latency` to recorder.generation().";
    case "completion":
      return "Call through recorder.fetch and read the answer to its end, or give `completion` to recorder.generation().";
    case "parsed":
      return "Wrap the parser: trace.parse(name, text, parse). For an answer shown as it is, parse with the identity.";
    case "validation":
      return "Add trace.validate(name, value, { schema, rules }) after the parse.";
    case "action":
      return 'Report what the user does: recorder.action(traceId, "accept" | "edit" | "retry" | "abandon"), in the browser with the helper.';
    default:
      return unreachable(name);
  }
}
