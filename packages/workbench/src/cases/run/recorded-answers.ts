/** What a case's seams serve: its retrievals, tool results and completions, each once, by what was asked; what was not recorded is a clear error, never a guess. */
import { WhysaidError, type Generation, type Reconstruction, type Step } from "@whysaid/recorder/format";
import { sorted } from "../content.ts";
import type { Serve } from "./suite.ts";
import { recordedResponse } from "./recorded-response.ts";

export interface RecordedAnswers {
  readonly retrieve: (name: string, query: unknown) => unknown;
  readonly tool: (name: string, args: unknown, callId: string | undefined) => unknown;
  readonly model: (input: Parameters<typeof fetch>[0], init: RequestInit | undefined) => Promise<Response>;
}

type Retrieval = Extract<Step, { kind: "retrieval" }>;
type ToolStep = Extract<Step, { kind: "tool" }>;

const notRecorded = (sentence: string, fix: string): WhysaidError => new WhysaidError("CASE_NOT_RECORDED", sentence, { fix });
const LIVE = "Serve it live (`serve: { … : \"live\" }`), or make the case anew from a trace of the code as it is now.";

/**
 * @param redacted  by the directory's redactor: what the app asks with true names is what was recorded with pseudonyms
 */
export function recordedAnswers(story: Reconstruction, serve: Serve, redacted: (text: string) => string): RecordedAnswers {
  const retrievals = story.steps.filter((step): step is Retrieval => step.kind === "retrieval");
  const tools = story.steps.filter((step): step is ToolStep => step.kind === "tool");
  const calls = [...story.generations];
  return {
    retrieve: (name, query) => {
      const asked = typeof query === "string" ? query : JSON.stringify(query);
      const found = take(retrievals, (one) => one.name === name && one.query === asked) ?? take(retrievals, (one) => one.name === name && one.query === redacted(asked)) ?? take(retrievals, (one) => one.name === name);
      if (found === undefined) throw notRecorded(`the case has no further retrieval ${JSON.stringify(name)}`, LIVE);
      if (found.error !== null) throw errorLike(found.error);
      return serve.chunks === undefined ? found.chunks.map(plainChunk) : serve.chunks(found.chunks, name);
    },
    tool: (name, args, callId) => {
      const asked = comparable(args);
      const askedRedacted = (): string => comparable(redacted(typeof args === "string" ? args : (JSON.stringify(args) ?? "")));
      const found =
        take(tools, (one) => one.name === name && callId !== undefined && one.callId === callId) ??
        take(tools, (one) => one.name === name && comparable(one.arguments) === asked) ??
        take(tools, (one) => one.name === name && comparable(one.arguments) === askedRedacted()) ?? (serve.match === "order" ? take(tools, (one) => one.name === name) : undefined);
      const ofWire = found === undefined ? resultOnWire(story, name, asked) : null;
      if (found === undefined && ofWire === null) throw notRecorded(`the case has no call of the tool ${JSON.stringify(name)} with these arguments`, `${LIVE} Or \`serve: { match: "order" }\` when the arguments may differ.`);
      if (found !== undefined && found.error !== null) throw errorLike(found.error);
      const text = found === undefined ? ofWire : found.result;
      if (text === null) return undefined;
      return serve.toolResult === undefined ? plainResult(text) : serve.toolResult(text, name);
    },
    model: async (input, init) => {
      const body = await bodyOf(input, init);
      const url = input instanceof Request ? input.url : String(input);
      const call = nextCall(calls, pathOf(url), { body, redacted }, serve.match ?? "request");
      return recordedResponse(call);
    },
  };
}

/** The first that fits; it is given once. */
function take<T>(list: T[], fits: (one: T) => boolean): T | undefined {
  const at = list.findIndex(fits);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

const plainChunk = ({ sourceId, text, score, metadata }: Retrieval["chunks"][number]): object => ({ ...(typeof metadata === "object" ? metadata : {}), ...(sourceId === null ? {} : { sourceId }), text, ...(score === null ? {} : { score }) });

function plainResult(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
/** JSON with its keys in one order, so that equal values compare equal however they were written. */
function comparable(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(sorted(value)) ?? "";
  try {
    return JSON.stringify(sorted(JSON.parse(value)));
  } catch {
    return value;
  }
}
/** Of a tool nobody wrapped then: what the next request sent back. */
function resultOnWire(story: Reconstruction, name: string, asked: string): string | null {
  for (const { signals } of story.generations) {
    if (signals.toolCalls.state !== "captured") continue;
    const call = signals.toolCalls.value.find((one) => one.name === name && comparable(one.arguments) === asked);
    if (call?.result !== undefined && call.result !== null) return call.result;
  }
  return null;
}
const errorLike = ({ name, message }: { readonly name: string; readonly message: string }): Error => Object.assign(new Error(message), { name });

async function bodyOf(input: Parameters<typeof fetch>[0], init: RequestInit | undefined): Promise<string> {
  if (typeof init?.body === "string") return init.body;
  return new Request(input, init).text();
}
const pathOf = (url: string): string => {
  try {
    return new URL(url).pathname;
  } catch {
    return url;
  }
};

function nextCall(calls: Generation[], path: string, { body, redacted }: { readonly body: string; readonly redacted: (text: string) => string }, match: "request" | "order"): Generation {
  const onPath = (one: Generation): boolean => one.url === null || pathOf(one.url) === path;
  const asked = comparable(body);
  const found = take(calls, (one) => onPath(one) && requestOf(one) !== null && comparable(requestOf(one) ?? "") === asked) ?? take(calls, (one) => onPath(one) && requestOf(one) !== null && comparable(requestOf(one) ?? "") === comparable(redacted(body))) ?? (match === "order" ? take(calls, onPath) : undefined);
  if (found !== undefined) return found;
  const next = calls.find(onPath);
  if (next === undefined) throw notRecorded("the feature calls the model once more than it did when the case was recorded", 'Serve the model live (`serve: { model: "live" }`), or make the case anew.');
  throw notRecorded(
    `the feature asks the model something else than it did when the case was recorded: ${difference(requestOf(next) ?? "", body)}`,
    'If that is meant, serve the model live (`serve: { model: "live" }`) or the recorded answers in their order (`serve: { match: "order" }`).',
  );
}
const requestOf = ({ signals: { input } }: Generation): string | null => (input.state === "captured" ? input.value.requestBody : null);

/** Where two bodies part, without what stands there: an error tells no recorded content. */
function difference(recorded: string, sent: string): string {
  try {
    const [a, b] = [JSON.parse(recorded) as unknown, JSON.parse(sent) as unknown];
    return firstDifference(a, b, "") ?? "in its form";
  } catch {
    return "its body is no JSON";
  }
}
function firstDifference(a: unknown, b: unknown, at: string): string | null {
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = firstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], Array.isArray(a) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`);
      if (inner !== null) return inner;
    }
    return null;
  }
  if (Object.is(a, b)) return null;
  return a === undefined ? `${at} is new` : b === undefined ? `${at} is gone` : `${at} differs`;
}
