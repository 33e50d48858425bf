/**
 * The app: plants every canary in every field a recording has, streaming and not. Arguments: directory, mode (`short`, `once`, `forever`, `none`, `throw`, `hang`, `budget`, `off`), and the leak to add.
 * Says `ready` on descriptor 3 once everything has been planted the first time.
 */
import { mkdirSync, writeSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { createRecorder, type Recorder } from "../../packages/recorder/src/index.ts";
import { leaks } from "./leaks.ts";
import { provider } from "./provider.ts";
import { declared, declaredProse, person, prose, relative, spellings } from "./values.ts";

const [dir = "", mode = "once", leak = ""] = process.argv.slice(2);

const detector = {
  throw: (text: string): never => {
    throw new Error(`cannot read ${text}`);
  },
  hang: (): [] => {
    const untilMs = performance.now() + 120;
    while (performance.now() < untilMs);
    return [];
  },
} as const;

function recorder(answer: () => string): Recorder {
  const redaction = mode === "off" ? ("off" as const) : mode === "throw" || mode === "hang" ? { detectors: [detector[mode]], detectorBudgetMs: 20 } : mode === "budget" ? { budgetMs: 0 } : {};
  return createRecorder({ dir, service: `svc ${declaredProse()}`.slice(0, 200), release: "r1", declared: declared(), redaction, fetch: provider(answer) });
}

/** A value of every kind that JSON has no form for. */
function odd(text: string): object {
  const cycle: Record<string, unknown> = { text };
  cycle["self"] = cycle;
  return {
    cycle,
    map: new Map<unknown, unknown>([[text, text], [{ key: text }, 7714028835n]]),
    set: new Set([text, person.family]),
    error: new RangeError(text, { cause: new Error(text) }),
    url: new URL(`https://example.org/p/${encodeURIComponent(person.family)}?q=${encodeURIComponent(person.given)}#${relative.given}`),
    buffer: Buffer.from(text),
    bytes: new TextEncoder().encode(text),
    date: new Date("1979-11-23T00:00:00Z"),
    big: 7714028835n,
    number: 7714028835,
    expression: new RegExp(person.given),
    boxed: Object(text) as object,
    json: { toJSON: () => ({ text }) },
    [person.family]: { [text.slice(0, 120)]: text },
    get throws(): string {
      throw new Error(text);
    },
  };
}

async function plant(text: string): Promise<void> {
  const app = recorder(() => text);
  const openai = new OpenAI({ apiKey: "sk-none", baseURL: "https://api.openai.com/v1", fetch: app.fetch, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: "none", fetch: app.fetch, maxRetries: 0 });
  const quietly = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch {
      // The app's own errors, with canaries in them, must not reach any output of ours.
    }
  };
  let traceId = "";
  await quietly(() =>
    app.trace(`dose ${text}`, { ...declared(), conversation: text, user: text, tags: { [text]: text, mrn: 7714028835 }, prompt: { id: text, version: text, variables: odd(text) as Record<string, unknown> } }, async (trace) => {
      traceId = trace.id;
      await quietly(() => trace.retrieve(text, { query: text, odd: odd(text) }, () => Promise.resolve([{ sourceId: `chart/${text}`, text, score: 0.5, metadata: odd(text), [person.given]: text }, text])));
      await quietly(() => trace.tool(text, odd(text), () => Promise.resolve({ note: text, mrn: 7714028835 }), { callId: text }));
      await quietly(() =>
        trace.tool("get_weight", JSON.stringify({ note: text }), () => {
          throw Object.assign(new Error(`tool failed for ${text}`, { cause: new TypeError(text) }), { patient: text });
        }),
      );
      const messages = [{ role: "system" as const, content: text }, { role: "user" as const, content: [{ type: "text" as const, text }, { type: "image_url" as const, image_url: { url: `data:image/png;base64,${Buffer.from(text.repeat(3)).toString("base64")}` } }] }, { role: "assistant" as const, content: null, tool_calls: [{ id: "call_0", type: "function" as const, function: { name: "f", arguments: JSON.stringify({ note: text, deep: JSON.stringify({ mrn: 7714028835, note: text }) }) } }] }, { role: "tool" as const, tool_call_id: "call_0", content: JSON.stringify({ rows: [{ name: text, id: 7714028835, [text.slice(0, 60)]: 1 }] }) }];
      const tools = [{ type: "function" as const, function: { name: "get_weight", description: text, parameters: { type: "object", properties: { [person.given]: { type: "string", description: text } } } } }];
      for (const stream of [false, true]) {
        await quietly(async () => {
          const answer = await openai.chat.completions.create({ model: "gpt-4o", messages, tools, stream, user: text, metadata: { who: text } }, { headers: { "x-patient": person.given, "openai-project": relative.given, "x-client-request-id": person.given } });
          if (Symbol.asyncIterator in answer) for await (const _ of answer);
        });
        await quietly(async () => {
          const answer = await anthropic.messages.create({ model: "claude-haiku-5-5", max_tokens: 9, stream, system: text, messages: [{ role: "user", content: text }], metadata: { user_id: text } });
          if (Symbol.asyncIterator in answer) for await (const _ of answer);
        });
        await quietly(async () => {
          const path = stream ? "invoke-with-response-stream" : "invoke";
          const response = await app.fetch(`https://bedrock-runtime.eu-central-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/${path}`, { method: "POST", body: JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 9, system: text, messages: [{ role: "user", content: [{ type: "text", text }] }] }) });
          await response.arrayBuffer();
        });
        await quietly(async () => {
          const response = await app.fetch("https://api.openai.com/v1/responses", { method: "POST", body: JSON.stringify({ model: "gpt-4o", stream, instructions: text, input: [{ role: "user", content: [{ type: "input_text", text }] }] }) });
          await response.text();
        });
      }
      const odds: readonly (readonly [string, string | Uint8Array])[] = [
        [`https://api.openai.com/v1/chat/completions?patient=${encodeURIComponent(person.family)}&key=${encodeURIComponent(text.slice(0, 300))}`, `not JSON: ${text}`],
        [`https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent?q=${encodeURIComponent(person.given)}`, JSON.stringify({ contents: [{ parts: [{ text }, { functionCall: { name: "f", args: { note: text } } }] }] })],
        ["https://api.openai.com/v1/chat/completions/refuse", JSON.stringify({ messages: [{ content: text }] })],
        ["https://api.openai.com/v1/chat/completions/broken", JSON.stringify({ messages: [{ content: text }] })],
        ["https://api.openai.com/v1/embeddings", Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(text)])],
        ["https://api.openai.com/v1/chat/completions", `{"model":"gpt-4o","messages":[{"role":"user","content":"${text.replaceAll('"', "'").replaceAll("\\", "\\\\")}`],
      ];
      for (const [url, body] of odds) await quietly(async () => await (await app.fetch(url, { method: "POST", body })).text());
      const parsed = await (async () => trace.parse(text, text, () => odd(text)))();
      await quietly(() =>
        trace.parse("dose-json", text, (raw) => {
          throw new SyntaxError(`unexpected ${raw}`);
        }),
      );
      await trace.validate(text, parsed, { rules: { [text]: () => false, range: () => ({ passed: false, path: text, expected: text, message: text }) as never } });
      trace.update({ tags: { late: text }, conversation: text, user: text });
      app.generation({ provider: "local", input: { system: text, messages: [{ role: "user", content: text }], parameters: { user: text } }, chunks: [{ text, sourceId: text, metadata: { note: text } }], model: "local-1", toolCalls: [{ name: "f", arguments: { note: text }, result: odd(text) }], completion: { text, raw: text }, parsed: { outcome: "parsed", result: odd(text) }, error: new Error(text) });
      throw new Error(`the trace failed for ${text}`);
    }),
  );
  app.action(traceId, "edit", { before: text, after: text, user: text, note: text, id: text } as never);
  await app.flush();
  await app.close();
}

async function everything(): Promise<void> {
  await plant(prose());
  for (const spell of Object.values(spellings)) await plant(declaredProse(spell));
}

// `none`: only the leak, so that finding it is not finding something else.
if (mode === "short") await plant(prose());
else if (mode !== "none") await everything();
writeSync(3, "ready\n");
if (leak !== "") {
  mkdirSync(dir, { recursive: true });
  await leaks[leak]?.(dir);
}
if (mode === "forever") for (;;) await everything();
