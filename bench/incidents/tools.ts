/** Ways to break what tools are asked and what they answer: errors, stale and empty results, invented arguments, loops, cut contexts. */
import type { Way } from "./incident.ts";
import { startMs } from "../../packages/workbench/src/diagnose/testing/build.ts";
import { agentTrace, ragTrace } from "./records.ts";
import { answered, chunkPlaces, editCall, edited, faithful, generationOf, last, placesOfCall, specifics, traceOf, type Answered } from "./shapes.ts";

const made = (place: Answered): { trace: ReturnType<typeof traceOf>; at: string[]; sourceIds: string[] } => {
  const trace = traceOf(place.run);
  return { trace, at: placesOfCall(trace, place.call.callId, place.call.result), sourceIds: [place.call.callId] };
};
const isoBefore = (days: number): string => new Date(startMs - days * 86_400_000).toISOString();

export const toolWays: readonly Way[] = [
  {
    cause: "tool-error", name: "error-object", half: "tuning", edit: "the result before the answer becomes an error object; the answer stays as if it had worked",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick([
        '{"error": "upstream timed out after 30000 ms"}',
        '{"error": {"code": 500, "message": "internal server error"}}',
        '{"success": false, "error": "connection refused"}',
      ]);
      return made(place);
    },
  },
  {
    cause: "tool-error", name: "traceback", half: "tuning", edit: "the result becomes a traceback, the answer an apology",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = 'Traceback (most recent call last):\n  File "/srv/tools/search.py", line 88, in run\n    rows = cursor.fetchall()\npsycopg2.OperationalError: server closed the connection unexpectedly';
      const answer = place.run.turns[place.turn + 1];
      if (answer) answer.text = "I'm sorry, I wasn't able to look that up just now. Please try again later.";
      return made(place);
    },
  },
  {
    cause: "tool-error", name: "wrapped-throw", half: "held-out", edit: "the wrapped tool threw: error on the call's signal, no result; the wire carries an empty result",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = "";
      const trace = editCall(traceOf(place.run), place.call.callId, (call) => {
        call.result = null;
        call.error = random.pick(["TimeoutError: The operation was aborted due to timeout", "TypeError: fetch failed", "Error: getaddrinfo ENOTFOUND db.internal"]);
        call.source = "wrapped";
      });
      return { trace, at: placesOfCall(trace, place.call.callId, null), sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "tool-error", name: "http-page", half: "held-out", edit: "the result becomes the page or status of a failing server",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick([
        "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>",
        '{"status": 504, "statusText": "Gateway Timeout", "body": null}',
        '{"statusCode":401,"message":"Unauthorized"}',
        "Error: rate limit exceeded, retry in 60 s",
      ]);
      return made(place);
    },
  },
  {
    cause: "tool-stale", name: "as-of", half: "tuning", edit: "the result says it was taken weeks before the call",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.startsWith("{"));
      if (!place) return null;
      place.call.result = place.call.result.replace(/^\{/, `{"${random.pick(["as_of", "lastUpdated", "fetched_at", "snapshot_time"])}": "${isoBefore(20 + random.below(200))}", `);
      return made(place);
    },
  },
  {
    cause: "tool-stale", name: "older-than-before", half: "tuning", edit: "the same call was answered earlier with a later time and other values; the last answer is an older state",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.startsWith("{") && /\d{2,}/.test(call.result));
      if (!place) return null;
      const stamped = (result: string, minutes: number): string => result.replace(/^\{/, `{"updated_at": "${new Date(startMs - minutes * 60_000).toISOString()}", `);
      const fresh = structuredClone(place.call);
      fresh.callId = `${place.call.callId}a`;
      fresh.result = stamped(place.call.result.replace(/\d{2,}(?=\D*$)/, (value) => String(Number(value) + 7)), 5);
      place.call.result = stamped(place.call.result, 60 * 24 * 3);
      place.run.turns.splice(place.turn, 0, { role: "assistant", text: "", calls: [fresh] });
      return made(place);
    },
  },
  {
    cause: "tool-stale", name: "cache-markers", half: "held-out", edit: "the result says it came from a cache and how old it is, or that it has expired",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.startsWith("{"));
      if (!place) return null;
      const marker = random.pick([`"cache": "HIT", "age_seconds": ${86_400 * (5 + random.below(40))}, `, `"cached": true, "cached_at": "${isoBefore(9)}", `, `"expires_at": "${isoBefore(3)}", `]);
      place.call.result = place.call.result.replace(/^\{/, `{${marker}`);
      return made(place);
    },
  },
  {
    cause: "tool-stale", name: "conversation-knew-better", half: "held-out", edit: "an earlier trace of the conversation got a later version of the same record from the same call",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.startsWith("{") && /\d{2,}/.test(call.result));
      if (!place) return null;
      const stamp = (hours: number): string => `{"modified": "${new Date(startMs - hours * 3_600_000).toISOString()}", `;
      const earlier = structuredClone(place);
      earlier.call.result = place.call.result.replace(/\d{2,}(?=\D*$)/, (value) => String(Number(value) + 11)).replace(/^\{/, stamp(2));
      place.call.result = place.call.result.replace(/^\{/, stamp(80));
      const before = edited(traceOf(earlier.run), (copy) => {
        copy.conversationId = "conversation-1";
        copy.startedAtMs -= 3_600_000;
      });
      const { trace, at, sourceIds } = made(place);
      return { trace: edited(trace, (copy) => { copy.conversationId = "conversation-1"; }), previous: [before], at, sourceIds };
    },
  },
  {
    cause: "tool-empty", name: "empty-list", half: "tuning", edit: "the result before the answer becomes an empty list; the answer stays",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(["[]", "{}", '{"results": [], "total": 0}']);
      return made(place);
    },
  },
  {
    cause: "tool-empty", name: "nothing-found", half: "tuning", edit: "the result says in words that there is nothing; the answer says so too",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(["No results found.", "no matching records", '{"data": null}']);
      const answer = place.run.turns[place.turn + 1];
      if (answer) answer.text = "I couldn't find anything matching your request. Could you double-check the details?";
      return made(place);
    },
  },
  {
    cause: "tool-empty", name: "blank", half: "held-out", edit: "the result before the answer becomes empty text or null; the answer stays",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(["", "null", '""']);
      return made(place);
    },
  },
  {
    cause: "tool-empty", name: "wrapped-list", half: "held-out", edit: "the result becomes an envelope around nothing; the answer stays or speaks of other things",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(['{"status":"ok","items":[],"next_page":null}', '{"hits":{"total":{"value":0},"hits":[]}}', '{"rows": [], "rowCount": 0}', "[[]]"]);
      return made(place);
    },
  },
  {
    cause: "tool-arguments-invented", name: "identifier", half: "tuning", edit: "an identifier in the last call's arguments is replaced by one that stands nowhere",
    make(records, random) {
      const place = answered(records, random, (call) => /_id":"/.test(call.arguments));
      if (!place) return null;
      const argument = /(?<=_id":")[^"]+/.exec(place.call.arguments)?.[0];
      if (argument === undefined) return null;
      const invented = argument.includes("_") ? argument.replace(/\d+$/, random.digits(7)) : random.letters(2) + random.digits(3) + random.letters(1);
      if (invented === argument) return null;
      place.call.arguments = place.call.arguments.replace(argument, invented);
      return made(place);
    },
  },
  {
    cause: "tool-arguments-invented", name: "date", half: "tuning", edit: "a date in the last call's arguments is replaced by one nobody named",
    make(records, random) {
      const place = answered(records, random, (call) => /"\d{4}-\d\d-\d\d"/.test(call.arguments));
      if (!place) return null;
      place.call.arguments = place.call.arguments.replace(/"\d{4}-\d\d-\d\d"/, `"${2025 + random.below(3)}-${random.pick(["01", "09", "11"])}-${10 + random.below(18)}"`);
      return made(place);
    },
  },
  {
    cause: "tool-arguments-invented", name: "contact", half: "held-out", edit: "the last call gains a mail address, phone number or reference nobody gave",
    make(records, random) {
      const place = answered(records, random, (call) => call.arguments.startsWith("{\"") && call.arguments.length > 10);
      if (!place) return null;
      const [key, value] = random.pick([
        ["email", `${random.letters(5).toLowerCase()}.${random.letters(4).toLowerCase()}@example.org`],
        ["phone", `+1-${random.digits(3)}-555-${random.digits(4)}`],
        ["booking_reference", `${random.letters(3)}${random.digits(5)}`],
      ] as const);
      place.call.arguments = `{"${key}":"${value}",${place.call.arguments.slice(1)}`;
      return made(place);
    },
  },
  {
    cause: "tool-arguments-invented", name: "earlier-call", half: "held-out", edit: "an identifier is invented in a call made before the last one",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const earlier = place.run.turns.slice(0, place.turn).flatMap((turn) => turn.calls).findLast((call) => /_id":"[A-Z0-9]{6}"/.test(call.arguments));
      if (!earlier) return null;
      earlier.arguments = earlier.arguments.replace(/(?<=_id":")[A-Z0-9]{6}/, random.letters(3) + random.digits(3));
      const trace = traceOf(place.run);
      return { trace, at: placesOfCall(trace, earlier.callId, earlier.result), sourceIds: [earlier.callId] };
    },
  },
  {
    cause: "retry-loop", name: "same-call", half: "tuning", edit: "the call before the answer is made four to six times with the same result",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const copies = Array.from({ length: 3 + random.below(3) }, (_, index) => ({ role: "assistant" as const, text: "", calls: [{ ...place.call, callId: `${place.call.callId}r${index}` }] }));
      place.run.turns.splice(place.turn, 0, ...copies);
      const trace = traceOf(place.run);
      const ids = [...copies.map((copy) => copy.calls[0]?.callId ?? ""), place.call.callId];
      return { trace, at: ids.flatMap((id) => placesOfCall(trace, id, null)), sourceIds: ids };
    },
  },
  {
    cause: "retry-loop", name: "attempts", half: "tuning", edit: "the generation took five or more attempts before it was answered",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const attempts = 5 + random.below(4);
      const trace = edited(ragTrace(turn), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.attempts = attempts;
        generation.attemptList = Array.from({ length: attempts }, (_, index) => ({
          attempt: index + 1, atMs: startMs + index * 1_000, state: index + 1 === attempts ? ("complete" as const) : random.pick(["complete", "failed"] as const),
          status: index + 1 === attempts ? 200 : random.pick([429, 503]), durationMs: 900, error: null,
        }));
      });
      return { trace, at: ["generations[0]"] };
    },
  },
  {
    cause: "retry-loop", name: "cycle", half: "held-out", edit: "two calls alternate three or four times with the same results",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const other = place.run.turns.slice(0, place.turn).flatMap((turn) => turn.calls).at(-1);
      if (!other || (other.name === place.call.name && other.arguments === place.call.arguments)) return null;
      const rounds = Array.from({ length: 6 + 2 * random.below(2) }, (_, index) => ({ role: "assistant" as const, text: "", calls: [{ ...(index % 2 === 0 ? other : place.call), callId: `cycle${index}` }] }));
      place.run.turns.splice(place.turn + 1, 0, ...rounds);
      const trace = traceOf(place.run);
      const ids = [...rounds.map((round) => round.calls[0]?.callId ?? ""), place.call.callId, other.callId];
      return { trace, at: ids.flatMap((id) => placesOfCall(trace, id, null)), sourceIds: ids };
    },
  },
  {
    cause: "retry-loop", name: "same-question", half: "held-out", edit: "the same input is sent four or five times as generations of its own",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        const first = copy.generations[0];
        if (!first) return;
        for (let index = 1; index < 4 + random.below(2); index += 1) copy.generations.push({ ...structuredClone(first), spanId: `00000000000001${index}0`, startedAtMs: first.startedAtMs + index * 1_500 });
      });
      return { trace, at: ["generations["] };
    },
  },
  {
    cause: "context-truncated", name: "chunk-cut", half: "tuning", edit: "the prompt carries the first third of the chunk the answer rests on; the retrieval returned all of it",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.chunks.every((chunk) => chunk.text.length > 600));
      if (!turn) return null;
      const best = bestChunk(turn.answer, turn.chunks.map((chunk) => chunk.text));
      const trace = ragTrace(turn, { inPrompt: (text, index) => (index === best ? text.slice(0, Math.floor(text.length / 3)) : text) });
      return { trace, at: [...chunkPlaces(trace, best), `generations[${last(trace)}].signals.input`], sourceIds: [turn.chunks[best]?.sourceId ?? ""] };
    },
  },
  {
    cause: "context-truncated", name: "result-cut", half: "tuning", edit: "the result before the answer is cut in the middle and says so; the answer stays",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.length > 600);
      if (!place) return null;
      const kept = Math.floor(place.call.result.length * (0.2 + 0.3 * random.next()));
      place.call.result = place.call.result.slice(0, kept) + random.pick(["... [truncated]", `\n<${place.call.result.length - kept} characters omitted>`, "…(output truncated)"]);
      return made(place);
    },
  },
  {
    cause: "context-truncated", name: "result-cut-on-the-way", half: "held-out", edit: "the wrapped tool returned the whole result; what reached the model ends in the middle, unmarked",
    make(records, random) {
      const place = answered(records, random, (call) => call.result.length > 600);
      if (!place) return null;
      const whole = place.call.result;
      place.call.result = whole.slice(0, Math.floor(whole.length * (0.2 + 0.4 * random.next())));
      const trace = editCall(traceOf(place.run), place.call.callId, (call) => {
        call.result = whole;
        call.source = "wrapped";
      });
      return { trace, at: [...placesOfCall(trace, place.call.callId, null)], sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "context-truncated", name: "window-full", half: "held-out", edit: "the provider counted exactly as many input tokens as its window holds, far fewer than the input has",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.chunks.map((chunk) => chunk.text).join("").length > 9_000);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.provider = "ollama";
        generation.protocol = "ollama-chat";
        generation.signals.usage = { state: "captured", value: { inputTokens: 1_024, outputTokens: 90, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null } };
        if (generation.signals.input.state === "captured") generation.signals.input.value.parameters = { options: { num_ctx: 1_024 } };
      });
      return { trace, at: [`generations[0].signals.usage`, "generations[0].signals.input"] };
    },
  },
  {
    cause: "context-truncated", name: "history-dropped", half: "held-out", edit: "the conversation's earlier turns, which the previous trace still sent, are gone from the input",
    make(records, random) {
      const place = answered(records, random);
      if (!place || place.turn < 8) return null;
      const before = edited(agentTrace({ ...place.run, turns: place.run.turns.slice(0, place.turn - 1) }), (copy) => {
        copy.conversationId = "conversation-2";
        copy.startedAtMs -= 60_000;
      });
      const kept = place.run.turns.slice(Math.max(0, place.turn - 2));
      const trace = edited(agentTrace({ ...place.run, turns: kept }), (copy) => {
        copy.conversationId = "conversation-2";
      });
      return { trace, previous: [before], at: ["generations["] };
    },
  },
  {
    cause: "context-truncated", name: "chunk-left-out", half: "held-out", edit: "the chunk the answer rests on was retrieved but did not reach the prompt",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.chunks.length >= 3 && specifics(candidate.answer).length > 0);
      if (!turn) return null;
      const best = bestChunk(turn.answer, turn.chunks.map((chunk) => chunk.text));
      const trace = ragTrace(turn, { inPrompt: (text, index) => (index === best ? null : text) });
      return { trace, at: chunkPlaces(trace, best), sourceIds: [turn.chunks[best]?.sourceId ?? ""] };
    },
  },
];

/** The chunk that shares most of its words with the answer. */
export function bestChunk(answer: string, texts: readonly string[]): number {
  const words = new Set(answer.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []);
  const shared = texts.map((text) => new Set((text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).filter((word) => words.has(word))).size);
  return shared.indexOf(Math.max(...shared));
}
export { generationOf };
