/** The calls an app makes in the overhead benchmark: the requests, and what the provider stubbed in process answers. The same text for every variant and run. */

export type WorkloadName = "chat" | "rag" | "agent";
export type Mode = "json" | "sse";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}
export interface Workload {
  readonly title: string;
  /** Calls that belong together, each with its whole prompt; asked for again and again with a number that changes every text. */
  readonly calls: (round: number) => Iterable<readonly Message[]>;
  readonly callsPerRound: number;
  readonly answerWords: number;
}

const WORDS = "the dose was given at two and again after feeding with weight noted before rounds while creatinine stayed low so gentamicin interval may change per chart which nurse reviewed twice today".split(" ");

/** Reproducible pseudo-prose of about this many units, with the line ends, quotes and dashes that prompts have. */
export function prose(seed: number, units: number): string {
  let state = (seed * 2_654_435_761) >>> 0;
  let text = "";
  while (text.length < units) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    text += WORDS[state % WORDS.length] as string;
    text += state % 61 === 0 ? ".\n" : state % 97 === 0 ? ' "x" ' : state % 151 === 0 ? " – " : " ";
  }
  return text.slice(0, units);
}

const SYSTEM = prose(1, 700);
const AGENT_TURNS = 40;
const AGENT_TURN_UNITS = 3_000;

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  chat: {
    title: "2 KB chat",
    callsPerRound: 20,
    answerWords: 60,
    *calls(round) {
      for (let call = 0; call < 20; call += 1) {
        yield [
          { role: "system", content: SYSTEM },
          { role: "user", content: prose(round * 1000 + call + 7, 1_200) },
        ];
      }
    },
  },
  rag: {
    title: "16 KB RAG prompt",
    callsPerRound: 20,
    answerWords: 150,
    *calls(round) {
      for (let call = 0; call < 20; call += 1) {
        yield [
          { role: "system", content: SYSTEM },
          { role: "user", content: `Context:\n${prose(round * 1000 + call + 11, 15_000)}\n\nQuestion: ${prose(round * 1000 + call, 200)}` },
        ];
      }
    },
  },
  agent: {
    title: "agent conversation to 120 KB",
    callsPerRound: AGENT_TURNS,
    answerWords: 150,
    *calls(round) {
      const messages: Message[] = [{ role: "system", content: SYSTEM }];
      for (let turn = 0; turn < AGENT_TURNS; turn += 1) {
        messages.push({ role: "user", content: prose(round * 1000 + turn * 2, AGENT_TURN_UNITS / 3) });
        yield [...messages];
        messages.push({ role: "assistant", content: prose(round * 1000 + turn * 2 + 1, (AGENT_TURN_UNITS * 2) / 3) });
      }
    },
  },
};

/** A provider without a network: the bytes of an answer, each SSE event a chunk of its own. */
export function stubFetch(mode: Mode, answerWords: number): typeof globalThis.fetch {
  const encoder = new TextEncoder();
  let asked = 0;
  const words = prose(3, answerWords * 6).split(/(?<= )/).slice(0, answerWords);
  return (_input, init) => {
    asked += 1;
    // As a real fetch does, the request's body becomes bytes.
    encoder.encode(init?.body as string);
    const id = `chatcmpl-${asked.toString(36).padStart(12, "0")}`;
    const headers = { "content-type": mode === "json" ? "application/json" : "text/event-stream; charset=utf-8", "x-request-id": `req_${asked}`, "openai-processing-ms": "312", "x-ratelimit-remaining-requests": "9999" };
    if (mode === "json") {
      const body = { id, object: "chat.completion", created: 1_764_000_000 + asked, model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: words.join(""), refusal: null, annotations: [] }, logprobs: null, finish_reason: "stop" }], usage: { prompt_tokens: 812, completion_tokens: answerWords, total_tokens: 812 + answerWords, prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 } }, service_tier: "default", system_fingerprint: "fp_6b68a8204b" };
      return Promise.resolve(new Response(encoder.encode(JSON.stringify(body)), { headers }));
    }
    const event = (delta: object, finish: string | null): Uint8Array =>
      encoder.encode(`data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1_764_000_000 + asked, model: "gpt-4o-2024-08-06", service_tier: "default", system_fingerprint: "fp_6b68a8204b", choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`);
    const chunks = [event({ role: "assistant", content: "", refusal: null }, null), ...words.map((content) => event({ content }, null)), event({}, "stop"), encoder.encode("data: [DONE]\n\n")];
    let next = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks[next];
          next += 1;
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
    return Promise.resolve(new Response(stream, { headers }));
  };
}
