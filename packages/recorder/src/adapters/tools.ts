/**
 * Tools whose functions a framework calls: each execution is recorded with its exact arguments, result or error, under the model's id of the call where the
 * framework hands it on. Nothing of the framework is patched; what comes back is a new object with the same other members.
 */
import type { Steps } from "../capture/trace.ts";
import { openStep } from "./open-step.ts";

type Execute = (this: unknown, input: unknown, ...rest: unknown[]) => unknown;

/**
 * AI SDK tools (`tools: recordTools({ getWeight: tool({ … }) }, recorder)`) and anything else that is a record of objects with an `execute`.
 *
 * @returns the same tools; those without `execute` (the client runs them) as they are
 */
export function recordTools<Tools extends Readonly<Record<string, unknown>>>(tools: Tools, recorder: Pick<Steps, "tool">): Tools {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, hasExecute(tool) ? recordExecute(name, tool, recorder) : tool])) as unknown as Tools;
}

/** One tool definition with an `execute`, as OpenAI Agents' `tool({ name, execute })` takes it: `tool(recordTool({ name, parameters, execute }, recorder))`. */
export function recordTool<Tool extends { readonly name: string }>(tool: Tool, recorder: Pick<Steps, "tool">): Tool {
  return hasExecute(tool) ? (recordExecute(tool.name, tool, recorder) as Tool) : tool;
}

/**
 * A client of the Model Context Protocol: its `callTool` recorded.
 *
 * @returns stands for the client in every other respect
 */
export function recordMcpClient<Client extends { callTool(params: never, ...rest: never[]): Promise<unknown> }>(client: Client, recorder: Pick<Steps, "tool">): Client {
  return new Proxy(client, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      if (key !== "callTool") return member.bind(target) as unknown;
      return (params: { readonly name?: string; readonly arguments?: unknown }, ...rest: unknown[]) => recorder.tool(String(params?.name), params?.arguments ?? {}, () => Reflect.apply(member, target, [params, ...rest]) as unknown);
    },
  });
}

const hasExecute = (tool: unknown): tool is { readonly execute: Execute } => typeof tool === "object" && tool !== null && typeof (tool as { execute?: unknown }).execute === "function";

function recordExecute(name: string, tool: { readonly execute: Execute }, recorder: Pick<Steps, "tool">): object {
  const { execute } = tool;
  const recorded: Execute = function (input, ...rest) {
    const callId = callIdOf(rest);
    const run = (): unknown => Reflect.apply(execute, this, [input, ...rest]);
    const options = callId === undefined ? {} : { callId };
    if (isGenerator(execute)) return streaming(name, input, run as () => AsyncIterable<unknown>, options, recorder);
    return recorder.tool(name, input, run, options);
  };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(tool), execute: { value: recorded, enumerable: true, writable: true, configurable: true } });
}

/** AI SDK: `{ toolCallId }`; OpenAI Agents: the run's context, then `{ toolCall: { callId } }`. */
function callIdOf(rest: readonly unknown[]): string | undefined {
  for (const one of rest) {
    if (typeof one !== "object" || one === null) continue;
    const { toolCallId, toolCall } = one as { toolCallId?: unknown; toolCall?: { readonly callId?: unknown } };
    if (typeof toolCallId === "string") return toolCallId;
    if (typeof toolCall?.callId === "string") return toolCall.callId;
  }
  return undefined;
}

const isGenerator = (execute: Execute): boolean => Object.prototype.toString.call(execute) === "[object AsyncGeneratorFunction]";

/** A tool that yields preliminary results: the last is its result, as the AI SDK takes it. */
async function* streaming(name: string, input: unknown, run: () => AsyncIterable<unknown>, options: { readonly callId?: string }, recorder: Pick<Steps, "tool">): AsyncGenerator {
  const step = openStep((running) => recorder.tool(name, input, running, options));
  let last: unknown;
  try {
    for await (const value of run()) {
      last = value;
      yield value;
    }
  } catch (error) {
    step.threw(error);
    throw error;
  } finally {
    step.returned(last);
  }
}
