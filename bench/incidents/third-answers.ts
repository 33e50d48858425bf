/** A third set of ways to break, written when the rules stood: answers, JSON, parsers, rules and users. Other mechanisms than in the first two halves. */
import type { Way } from "./incident.ts";
import { jsonTrace, ragTrace } from "./records.ts";
import { answered, completionPlace, edited, faithful, generationOf, last, placesOfCall, traceOf, type Answered } from "./shapes.ts";
import type { Random } from "./random.ts";
import type { Made, Records } from "./incident.ts";

const declining = ["I must respectfully decline to go into that.", "That's not something I'm able to talk about. Is there anything else on your mind?", "I'd rather not answer that one, as it falls outside the topics I am allowed to cover.", "Sorry, but I'm not permitted to share details on this topic.", "I have to stop here: this request goes against the content policy."];
const parsedPlaces = ["generations[0].signals.parsed", "generations[0].signals.completion"];

/** The answer after a tool result, replaced. */
function saying(records: Records, random: Random, text: string, then: (trace: ReturnType<typeof traceOf>, place: Answered) => Made): Made | null {
  const place = answered(records, random);
  if (!place) return null;
  const turn = place.run.turns[place.turn + 1];
  if (turn) turn.text = text;
  return then(traceOf(place.run), place);
}

export const thirdAnswerWays: readonly Way[] = [
  {
    cause: "refusal", name: "other-words", half: "third", edit: "answer replaced by a refusal in words of other kinds",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = ragTrace({ ...turn, answer: random.pick(declining) });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "refusal", name: "agent-declines", half: "third-seen", edit: "an agent's answer after its tool results is a refusal",
    make: (records, random) => saying(records, random, random.pick(declining), (trace) => ({ trace, at: [completionPlace(trace)] })),
  },
  {
    cause: "empty-completion", name: "nothing-visible", half: "third", edit: "the answer is a zero-width space, an empty fence, empty quotes or an ellipsis",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = ragTrace({ ...turn, answer: random.pick(["\u200b", "```\n```", '""', "…", "\ufeff\n"]) });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "empty-completion", name: "stop-sequence", half: "third-seen", edit: "the answer is empty, the request has a stop sequence, nothing was parsed",
    make(records, random) {
      const trace = edited(jsonTrace(random.pick(records.answers), "", { outcome: "parsed", result: null }), (copy) => {
        const { signals } = copy.generations[0] ?? {};
        if (!signals) return;
        signals.parsed = { state: "missing", why: "not-recorded" };
        if (signals.input.state === "captured") signals.input.value.parameters = { stop: ["\n", "}"] };
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "output-truncated", name: "call-cut", half: "third", edit: "the last call's arguments end in the middle, finish reason of the token limit, no result",
    make(records, random) {
      const place = answered(records, random, (call) => call.arguments.length > 40);
      if (!place) return null;
      place.run.turns.pop();
      place.call.arguments = place.call.arguments.slice(0, Math.floor(place.call.arguments.length * 0.6));
      const trace = edited(traceOf(place.run), (copy) => {
        const generation = copy.generations.at(-1);
        if (generation?.signals.completion.state === "captured") generation.signals.completion.value.finishReason = random.pick(["length", "max_tokens"]);
        if (generation?.signals.toolCalls.state === "captured") for (const call of generation.signals.toolCalls.value) Object.assign(call, { result: null, source: null });
      });
      return { trace, at: [completionPlace(trace), `generations[${last(trace)}].signals.toolCalls`] };
    },
  },
  {
    cause: "output-truncated", name: "aborted", half: "third-seen", edit: "the app aborted the stream after a third of the answer",
    make(records, random) {
      const turn = faithful(records, random, ({ answer }) => answer.length > 150);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: turn.answer.slice(0, Math.floor(turn.answer.length / 3)) }), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.state = "aborted";
        if (generation.signals.completion.state === "captured") generation.signals.completion.value.finishReason = null;
      });
      return { trace, at: [completionPlace(trace), "generations[0].state"] };
    },
  },
  {
    cause: "invalid-json", name: "comment", half: "third", edit: "a comment or an ellipsis stands among the answer's JSON; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const lines = JSON.stringify(answer.fields, null, 2).split("\n");
      lines.splice(2, 0, random.pick(["  // taken from the document", "  ...", "  # as listed above"]));
      const trace = jsonTrace(answer, lines.join("\n"), { outcome: "failed", error: "Expected double-quoted property name in JSON at position 24" });
      return { trace, at: parsedPlaces };
    },
  },
  {
    cause: "invalid-json", name: "line-break", half: "third-seen", edit: "a string value holds a raw line break, or a colon is missing; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const good = JSON.stringify(answer.fields);
      const text = random.next() < 0.5 ? good.replace(/"([A-Za-z]{3,}) /, '"$1\n') : good.replace(/":/, '" ');
      if (text === good) return null;
      return { trace: jsonTrace(answer, text, { outcome: "failed", error: "Bad control character in string literal in JSON" }), at: parsedPlaces };
    },
  },
  {
    cause: "parser-bug", name: "date-shifted", half: "third", edit: "a date of the answer comes out a day earlier, as a time in another zone; or a flag comes out turned round",
    make(records, random) {
      const answer = random.pick(records.answers);
      const day = 10 + random.below(18);
      const isDate = random.next() < 0.5;
      const text = JSON.stringify({ ...answer.fields, checkIn: `2024-05-${day}`, refundable: false });
      const result = { ...answer.fields, checkIn: isDate ? `2024-05-${day - 1}T22:00:00.000Z` : `2024-05-${day}`, refundable: !isDate };
      return { trace: jsonTrace(answer, text, { outcome: "parsed", result }), at: parsedPlaces };
    },
  },
  {
    cause: "parser-bug", name: "magnitude", half: "third-seen", edit: "the parser drops a suffix or a sign: 1.5k comes out 1.5, -40 comes out 40, 12 % comes out 12 of another field",
    make(records, random) {
      const answer = random.pick(records.answers);
      const [written, read] = random.pick([["1.5k", 1.5], ["-40", 40], ["(250)", 0], ["€ 1.250,00", 1.25]] as const);
      const text = JSON.stringify({ ...answer.fields, balance: written });
      return { trace: jsonTrace(answer, text, { outcome: "parsed", result: { ...answer.fields, balance: read } }), at: parsedPlaces };
    },
  },
  {
    cause: "validation-gap", name: "sentence-added", half: "third", edit: "every rule passed; the user adds a sentence to the answer",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        const { signals } = copy.generations[0] ?? {};
        if (!signals) return;
        signals.validation = { state: "captured", value: [{ validator: "answer", outcome: "passed", rule: "has_source", path: null, value: null, expected: null, message: null }] };
        const action = { action: "edit" as const, atMs: copy.startedAtMs + 60_000, before: turn.answer, after: `${turn.answer} Please also see the appendix for exceptions.`, editDistance: 46, note: null };
        signals.action = { state: "captured", value: action };
        copy.actions = [action];
      });
      return { trace, at: ["actions", "generations[0].signals.action", "generations[0].signals.validation", completionPlace(trace)] };
    },
  },
  {
    cause: "validation-gap", name: "retried-then-left", half: "third-seen", edit: "every rule passed on an agent's answer; the user retries, then leaves, with a note",
    make: (records, random) => {
      const place = answered(records, random);
      if (!place) return null;
      const trace = edited(traceOf(place.run), (copy) => {
        const { signals } = copy.generations.at(-1) ?? {};
        if (!signals) return;
        signals.validation = { state: "captured", value: [1, 2].map((n) => ({ validator: "reply", outcome: "passed" as const, rule: `rule_${n}`, path: null, value: null, expected: null, message: null })) };
        copy.actions = (["retry", "abandon"] as const).map((action, at) => ({ action, atMs: copy.startedAtMs + at * 9_000, before: null, after: null, editDistance: null, note: "not what I asked" }));
        const [, left] = copy.actions;
        if (left) signals.action = { state: "captured", value: left };
      });
      return { trace, at: ["actions", `generations[${last(trace)}].signals.action`, `generations[${last(trace)}].signals.validation`, completionPlace(trace)] };
    },
  },
  {
    cause: "rule-failed", name: "one-of-many", half: "third", edit: "of four rules one fails, without message or path",
    make(records, random) {
      const answer = random.pick(records.answers);
      const failing = random.below(4);
      const trace = edited(jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields }), (copy) => {
        const { signals } = copy.generations[0] ?? {};
        if (signals) signals.validation = { state: "captured", value: ["complete", "in_range", "known_code", "language"].map((rule, at) => ({ validator: "record", outcome: at === failing ? ("failed" as const) : ("passed" as const), rule, path: null, value: null, expected: null, message: null })) };
      });
      return { trace, at: ["generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "agent-reply", half: "third-seen", edit: "a validator without rule names fails an agent's last answer",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const trace = edited(traceOf(place.run), (copy) => {
        const { signals } = copy.generations.at(-1) ?? {};
        if (signals) signals.validation = { state: "captured", value: [{ validator: "tone-check", outcome: "failed", rule: null, path: null, value: null, expected: "friendly", message: "too terse" }] };
      });
      return { trace, at: [`generations[${last(trace)}].signals.validation`] };
    },
  },
  {
    cause: "tool-error", name: "not-ok", half: "third", edit: "the result before the answer becomes an envelope that says it did not work; the answer stays",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(['{"ok":false,"code":"E_TIMEOUT","detail":"upstream did not answer in 30 s"}', '{"status":"FAILED","reason":"replica lag too high","result":null}', '{"success":false,"errors":["rate limit exceeded, retry later"]}']);
      const trace = traceOf(place.run);
      return { trace, at: placesOfCall(trace, place.call.callId, null), sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "tool-error", name: "flagged", half: "third-seen", edit: "the result is flagged as an error on the wire; the answer apologises or stays",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      place.call.result = random.pick(["permission denied for relation orders", "ETIMEDOUT 10.2.3.4:5432", "The upstream returned no valid response."]);
      const turn = place.run.turns[place.turn + 1];
      if (turn && random.next() < 0.5) turn.text = "I'm having trouble looking that up right now.";
      const trace = edited(traceOf(place.run), (copy) => {
        for (const generation of copy.generations)
          if (generation.signals.input.state === "captured") for (const message of generation.signals.input.value.messages) for (const part of message.parts) if (part.type === "tool-result" && part.callId === place.call.callId) part.isError = true;
      });
      return { trace, at: placesOfCall(trace, place.call.callId, null), sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "retry-loop", name: "reordered", half: "third", edit: "the call before the answer is made five times, its arguments spelled otherwise each time",
    make(records, random) {
      const place = answered(records, random, (call) => Object.keys(JSON.parse(call.arguments) as object).length > 0);
      if (!place) return null;
      const given = JSON.parse(place.call.arguments) as Record<string, unknown>;
      const spelled = [JSON.stringify(given, null, 1), JSON.stringify(Object.fromEntries(Object.entries(given).toReversed())), JSON.stringify(given, null, 4), JSON.stringify(given).replaceAll(":", ": ")];
      place.run.turns.splice(place.turn, 0, ...spelled.map((text, n) => ({ role: "assistant" as const, text: "", calls: [{ ...place.call, callId: `call_again_${n}`, arguments: text }] })));
      const trace = traceOf(place.run);
      const ids = [place.call.callId, ...spelled.map((_, n) => `call_again_${n}`)];
      return { trace, at: [...ids.flatMap((id) => placesOfCall(trace, id, null)), `generations[${generationOf(place.run, place.turn)}]`], sourceIds: ids };
    },
  },
  {
    cause: "retry-loop", name: "round-of-three", half: "third-seen", edit: "three calls are made in turn, three times over, with the same results",
    make(records, random) {
      const place = answered(records, random);
      const others = place?.run.turns.flatMap(({ calls }) => calls).filter(({ arguments: text, result }) => text !== place.call.arguments && result !== "") ?? [];
      const two = others.slice(0, 2);
      if (!place || two.length < 2 || two[0]?.arguments === two[1]?.arguments) return null;
      const round = [...two, place.call];
      const turns = [0, 1, 2].flatMap((n) => round.map((call, at) => ({ role: "assistant" as const, text: "", calls: [{ ...call, callId: `call_round_${n}_${at}` }] })));
      place.run.turns.splice(place.turn + 1, 0, ...turns);
      const trace = traceOf(place.run);
      const ids = turns.flatMap(({ calls }) => calls.map(({ callId }) => callId));
      return { trace, at: ids.flatMap((id) => placesOfCall(trace, id, null)), sourceIds: ids };
    },
  },
];
