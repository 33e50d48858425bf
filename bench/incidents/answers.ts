/** Ways to break an answer on its way out of the model: refusals, empty and cut answers, broken JSON, broken parsers. */
import type { Way } from "./incident.ts";
import { jsonTrace, ragTrace, type RagTurn } from "./records.ts";
import { answered, completionPlace, edited, faithful, generationOf, last, traceOf } from "./shapes.ts";

const refusals = [
  "I'm sorry, but I can't assist with that request.",
  "I’m sorry, I cannot help with that.",
  "I'm unable to provide this information as it goes against my guidelines. If you have another question, I'm happy to help.",
  "As an AI language model, I cannot comply with this request.",
  "Lo siento, pero no puedo ayudarte con esa solicitud.",
  "Es tut mir leid, aber dabei kann ich nicht helfen.",
  "Je suis désolé, mais je ne peux pas répondre à cette demande.",
];
const tokensOf = (turn: RagTurn): number => Math.round(JSON.stringify(turn).length / 4);
const cutAt = (text: string, share: number): string => text.slice(0, Math.floor(text.length * share)).replace(/[\s.!?]+$/u, "");

export const answerWays: readonly Way[] = [
  {
    cause: "refusal", name: "refusal-field", half: "tuning", edit: "the completion becomes a refusal in the protocol's own field; the parse fails on the empty text",
    make(records, random) {
      const answer = random.pick(records.answers);
      const trace = edited(jsonTrace(answer, "", { outcome: "failed", error: "Unexpected end of JSON input" }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.refusal = random.pick(refusals);
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "refusal", name: "filtered", half: "tuning", edit: "text emptied, finish reason a provider's filter",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const reason = random.pick(["content_filter", "SAFETY", "PROHIBITED_CONTENT", "guardrail_intervened"]);
      const trace = edited(ragTrace({ ...turn, answer: "" }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.finishReason = reason;
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "refusal", name: "in-words", half: "held-out", edit: "answer replaced by a refusal in plain words, finish reason stop",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = ragTrace({ ...turn, answer: random.pick(refusals) });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "refusal", name: "stop-reason", half: "held-out", edit: "answer cut to its first words, finish reason `refusal`",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.answer.length > 100);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: cutAt(turn.answer, 0.2) }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.finishReason = "refusal";
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "empty-completion", name: "no-text", half: "tuning", edit: "text emptied, finish reason stop, 0 or 1 output tokens",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: "" }), (copy) => {
        const generation = copy.generations[0];
        if (generation) generation.signals.usage = { state: "captured", value: { inputTokens: tokensOf(turn), outputTokens: random.below(2), cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null } };
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "empty-completion", name: "blank-and-parse-failed", half: "tuning", edit: "text replaced by blanks; the parser fails on them",
    make(records, random) {
      const trace = jsonTrace(random.pick(records.answers), random.pick([" ", "\n", "\n\n  "]), { outcome: "failed", error: "Unexpected end of JSON input" });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "empty-completion", name: "only-reasoning", half: "held-out", edit: "the text moves into the reasoning, nothing is said",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: "" }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.reasoning = turn.answer;
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "empty-completion", name: "agent-says-nothing", half: "held-out", edit: "an agent's answer after its tool results is emptied",
    make(records, random) {
      const place = answered(records, random);
      if (!place) return null;
      const turn = place.run.turns[place.turn + 1];
      if (turn) turn.text = "";
      const trace = traceOf(place.run);
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "output-truncated", name: "finish-length", half: "tuning", edit: "JSON cut at 40–80 %, finish reason length, the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = cutAt(JSON.stringify(answer.fields, null, 2), 0.4 + 0.4 * random.next());
      const trace = edited(jsonTrace(answer, text, { outcome: "failed", error: "Unexpected end of JSON input" }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.finishReason = random.pick(["length", "max_tokens", "MAX_TOKENS", "max_output_tokens"]);
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "output-truncated", name: "prose-cut", half: "tuning", edit: "prose cut, finish reason of the token limit",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.answer.length > 150);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: cutAt(turn.answer, 0.3 + 0.5 * random.next()) }), (copy) => {
        const completion = copy.generations[0]?.signals.completion;
        if (completion?.state === "captured") completion.value.finishReason = random.pick(["length", "max_tokens", "incomplete"]);
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "output-truncated", name: "connection-cut", half: "held-out", edit: "prose cut, no finish reason, the stream ended before its terminal event",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.answer.length > 150);
      if (!turn) return null;
      const trace = edited(ragTrace({ ...turn, answer: cutAt(turn.answer, 0.3 + 0.5 * random.next()) }), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.state = "cut";
        const completion = generation.signals.completion;
        if (completion.state === "captured") completion.value.finishReason = null;
      });
      return { trace, at: [completionPlace(trace), "generations[0].state"] };
    },
  },
  {
    cause: "output-truncated", name: "tokens-at-limit", half: "held-out", edit: "prose cut, no finish reason, as many output tokens as max_tokens allows",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => candidate.answer.length > 150);
      if (!turn) return null;
      const limit = random.pick([64, 100, 128, 256]);
      const trace = edited(ragTrace({ ...turn, answer: cutAt(turn.answer, 0.3 + 0.5 * random.next()) }), (copy) => {
        const generation = copy.generations[0];
        if (!generation) return;
        generation.signals.usage = { state: "captured", value: { inputTokens: tokensOf(turn), outputTokens: limit, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null } };
        if (generation.signals.input.state === "captured") generation.signals.input.value.parameters = { [random.pick(["max_tokens", "max_completion_tokens"])]: limit };
        if (generation.signals.completion.state === "captured") generation.signals.completion.value.finishReason = null;
      });
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "invalid-json", name: "quotes-and-commas", half: "tuning", edit: "the answer's JSON gets single quotes or a trailing comma; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const good = JSON.stringify(answer.fields, null, 2);
      const text = random.next() < 0.5 ? good.replace(/"/g, "'") : good.replace(/\n}$/, ",\n}");
      const trace = jsonTrace(answer, text, { outcome: "failed", error: "Expected double-quoted property name in JSON" });
      return { trace, at: [completionPlace(trace), "generations[0].signals.parsed"] };
    },
  },
  {
    cause: "invalid-json", name: "unescaped-quote", half: "tuning", edit: "a quote inside a string value stands unescaped; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const good = JSON.stringify(answer.fields);
      const at = good.search(/"[A-Za-z ]{4,}"[,}]/);
      if (at < 0) return null;
      const text = `${good.slice(0, at + 3)}"${good.slice(at + 3, at + 4)}"${good.slice(at + 4)}`;
      const trace = jsonTrace(answer, text, { outcome: "failed", error: "Expected ',' or '}' after property value in JSON" });
      return { trace, at: [completionPlace(trace), "generations[0].signals.parsed"] };
    },
  },
  {
    cause: "invalid-json", name: "python-literals", half: "held-out", edit: "True, False, None and unquoted keys in the answer; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = JSON.stringify({ ...answer.fields, verified: true, note: null }, null, 1).replace(/"(\w+)":/g, "$1:").replace(/: true/g, ": True").replace(/: null/g, ": None");
      const trace = jsonTrace(answer, text, { outcome: "failed", error: "Unexpected token" });
      return { trace, at: [completionPlace(trace), "generations[0].signals.parsed"] };
    },
  },
  {
    cause: "invalid-json", name: "recorded-malformed", half: "held-out", edit: "the answer is a malformed document of the JSON set; the parse fails",
    make(records, random) {
      const broken = random.pick(records.malformed);
      if (broken.raw.length < 12 || !/[{[]/.test(broken.raw) || /```/.test(broken.raw)) return null;
      const trace = jsonTrace(random.pick(records.answers), broken.raw, { outcome: "failed", error: "Unexpected token in JSON" });
      return { trace, at: [completionPlace(trace), "generations[0].signals.parsed"] };
    },
  },
  {
    cause: "invalid-json", name: "tool-arguments", half: "held-out", edit: "the last call's arguments lose a quote or a brace; the tool answers with a parse error",
    make(records, random) {
      const place = answered(records, random, (call) => call.arguments.length > 20);
      if (!place) return null;
      const broken = random.next() < 0.5 ? place.call.arguments.slice(0, -1) : place.call.arguments.replace(/":"/, "\":");
      if (broken === place.call.arguments) return null;
      place.call.arguments = broken;
      place.call.result = "Error: could not parse arguments";
      const answer = place.run.turns[place.turn + 1];
      if (answer) answer.text = "I ran into a problem with that request. Could you try again?";
      const trace = traceOf(place.run);
      return { trace, at: [`generations[${generationOf(place.run, place.turn)}].signals.toolCalls`], sourceIds: [place.call.callId] };
    },
  },
  {
    cause: "parser-bug", name: "fence-not-stripped", half: "tuning", edit: "valid JSON in a code fence; the parser gives up",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = `\`\`\`json\n${JSON.stringify(answer.fields, null, 2)}\n\`\`\``;
      const trace = jsonTrace(answer, text, { outcome: "failed", error: "Unexpected token '`', \"```json\" is not valid JSON" });
      return { trace, at: ["generations[0].signals.parsed", completionPlace(trace)] };
    },
  },
  {
    cause: "parser-bug", name: "field-lost", half: "tuning", edit: "one field of the parsed result is dropped or null although the answer has it",
    make(records, random) {
      const answer = random.pick(records.answers);
      const key = random.pick(Object.keys(answer.fields).filter((name) => answer.fields[name] !== null && JSON.stringify(answer.fields[name]).length > 4));
      const result: Record<string, unknown> = structuredClone(answer.fields);
      if (random.next() < 0.5) delete result[key];
      else result[key] = null;
      const trace = jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result });
      return { trace, at: ["generations[0].signals.parsed", completionPlace(trace)] };
    },
  },
  {
    cause: "parser-bug", name: "prose-around", half: "held-out", edit: "prose before and after valid JSON; the parser returns nothing",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = `Here is the record you asked for:\n\n${JSON.stringify(answer.fields, null, 2)}\n\nLet me know if you need anything else.`;
      const trace = jsonTrace(answer, text, random.next() < 0.5 ? { outcome: "parsed", result: random.pick([null, {}]) } : { outcome: "failed", error: "Unexpected token 'H'" });
      return { trace, at: ["generations[0].signals.parsed", completionPlace(trace)] };
    },
  },
  {
    cause: "parser-bug", name: "number-mangled", half: "held-out", edit: "a number of the answer, written with a decimal comma or a thousands separator, is parsed as another number",
    make(records, random) {
      const answer = random.pick(records.answers);
      const whole = 1 + random.below(9);
      const part = 1 + random.below(9);
      const [written, wrong] = random.next() < 0.5 ? [`${whole},${part}`, whole * 10 + part] : [`${whole},${part}50`, whole];
      const trace = jsonTrace(answer, JSON.stringify({ ...answer.fields, amount: written }), { outcome: "parsed", result: { ...answer.fields, amount: wrong } });
      return { trace, at: ["generations[0].signals.parsed", completionPlace(trace)] };
    },
  },
  {
    cause: "parser-bug", name: "list-shortened", half: "held-out", edit: "a list of the answer arrives with its first item only, or a string cut at a punctuation mark",
    make(records, random) {
      const answer = random.pick(records.answers);
      const fields = { ...answer.fields, notes: ["seat by the window", "vegetarian meal", "wheelchair at the gate"], remark: "Doesn't travel alone; call before boarding" };
      const result = random.next() < 0.5 ? { ...fields, notes: [fields.notes[0]] } : { ...fields, remark: "Doesn" };
      const trace = jsonTrace(answer, JSON.stringify(fields), { outcome: "parsed", result });
      return { trace, at: ["generations[0].signals.parsed", completionPlace(trace)] };
    },
  },
  {
    cause: "validation-gap", name: "edited-number", half: "tuning", edit: "every rule passed; the user edits one value of the answer",
    make(records, random) {
      const turn = faithful(records, random, (candidate) => /\b\d{2,}\b/.test(candidate.answer));
      if (!turn) return null;
      const after = turn.answer.replace(/\b\d{2,}\b/, (value) => String(Number(value) + 1 + random.below(20)));
      return { trace: acted(ragTrace(turn), "edit", turn.answer, after), at: ["actions", "generations[0].signals.action", "generations[0].signals.validation"] };
    },
  },
  {
    cause: "validation-gap", name: "retried", half: "tuning", edit: "every rule passed; the user asks for another answer",
    make(records, random) {
      const answer = random.pick(records.answers);
      const trace = jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields });
      return { trace: acted(trace, "retry", null, null), at: ["actions", "generations[0].signals.action", "generations[0].signals.validation"] };
    },
  },
  {
    cause: "validation-gap", name: "abandoned", half: "held-out", edit: "every rule passed; the user leaves",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      return { trace: acted(ragTrace(turn), "abandon", null, null), at: ["actions", "generations[0].signals.action", "generations[0].signals.validation"] };
    },
  },
  {
    cause: "validation-gap", name: "edited-field", half: "held-out", edit: "every rule passed; the user edits a field of the JSON shown",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = JSON.stringify(answer.fields);
      const key = random.pick(Object.keys(answer.fields));
      const after = JSON.stringify({ ...answer.fields, [key]: `${random.letters(4)} ${random.digits(3)}` });
      const trace = jsonTrace(answer, text, { outcome: "parsed", result: answer.fields });
      return { trace: acted(trace, "edit", text, after), at: ["actions", "generations[0].signals.action", "generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "named-rule", half: "tuning", edit: "a named rule fails on one field of a rightly parsed answer",
    make(records, random) {
      const answer = random.pick(records.answers);
      const path = random.pick(Object.keys(answer.fields));
      const trace = checked(jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields }), [
        { outcome: "passed", rule: "schema", path: null, value: null, expected: null },
        { outcome: "failed", rule: random.pick(["refund_within_limit", "cabin_allowed", "known_airport"]), path, value: answer.fields[path], expected: "one of the allowed values" },
      ]);
      return { trace, at: ["generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "schema", half: "tuning", edit: "the schema check fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const path = random.pick(Object.keys(answer.fields));
      const trace = checked(jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields }), [
        { outcome: "failed", rule: "schema", path, value: answer.fields[path], expected: "a different type" },
      ]);
      return { trace, at: ["generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "prose-rule", half: "held-out", edit: "a rule over a prose answer fails; nothing was parsed",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = checked(ragTrace(turn), [{ outcome: "failed", rule: random.pick(["max_length", "no_second_person", "cites_a_source"]), path: null, value: null, expected: null }]);
      return { trace, at: ["generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "step-only", half: "held-out", edit: "a failed validation is recorded as a step, the generation's signal is missing",
    make(records, random) {
      const answer = random.pick(records.answers);
      const trace = edited(jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields }), (copy) => {
        copy.steps.push({
          kind: "validation", spanId: "00000000000000ab", parentSpanId: null, atMs: copy.startedAtMs + 900, durationMs: 1, name: "policy", error: null, outcome: "failed",
          checks: [{ validator: "policy", outcome: "failed", rule: "allowed_for_tier", path: null, value: null, expected: null, message: "not allowed" }],
        });
        copy.actions.push({ action: "edit", atMs: copy.startedAtMs + 60_000, before: "a", after: "b", editDistance: 1, note: null });
      });
      return { trace, at: ["steps[0]", "generations[0].signals.validation"] };
    },
  },
];

type Check = { outcome: "passed" | "failed"; rule: string; path: string | null; value: unknown; expected: string | null };
const checked = (trace: ReturnType<typeof jsonTrace>, checks: readonly Check[]): ReturnType<typeof jsonTrace> =>
  edited(trace, (copy) => {
    const generation = copy.generations[last(trace)];
    if (generation) generation.signals.validation = { state: "captured", value: checks.map((check) => ({ validator: "record", message: null, ...check })) };
  });
const acted = (trace: ReturnType<typeof jsonTrace>, action: "edit" | "retry" | "abandon", before: string | null, after: string | null): ReturnType<typeof jsonTrace> =>
  edited(checked(trace, [{ outcome: "passed", rule: "schema", path: null, value: null, expected: null }, { outcome: "passed", rule: "length", path: null, value: null, expected: null }]), (copy) => {
    const signal = { action, atMs: copy.startedAtMs + 90_000, before, after, editDistance: after === null ? null : 3, note: null };
    copy.actions.push(signal);
    const generation = copy.generations[last(trace)];
    if (generation) generation.signals.action = { state: "captured", value: signal };
  });
