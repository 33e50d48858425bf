/** A fourth set of ways to break, written without a look at the rules: answers, JSON, parsers, rules, users, models, prompts, time and providers, as they fail in the field. */
import { startMs, type Draft } from "../../packages/workbench/src/diagnose/testing/build.ts";
import type { Made, Records, Way } from "./incident.ts";
import type { Random } from "./random.ts";
import { jsonTrace, ragTrace } from "./records.ts";
import { answered, completionPlace, edited, faithful, last, placesOfCall, traceOf } from "./shapes.ts";
import { earlier, system, timed } from "./third-sources.ts";

const parsedPlaces = ["generations[0].signals.parsed", "generations[0].signals.completion"];
const inputPlaces = ["prompt", "generations[0].signals.input"];
/** A faithful retrieval turn, its answer replaced and its trace edited. */
function replaced(records: Records, random: Random, answer: (text: string) => string, edit: (copy: Draft) => void = () => undefined, at?: readonly string[]): Made | null {
  const turn = faithful(records, random, (one) => one.answer.length > 120);
  if (!turn) return null;
  const trace = edited(ragTrace({ ...turn, answer: answer(turn.answer) }), edit);
  return { trace, at: at ?? [completionPlace(trace)] };
}
const finish = (copy: Draft, reason: string | null): void => {
  const completion = copy.generations.at(-1)?.signals.completion;
  if (completion?.state === "captured") completion.value.finishReason = reason;
};
const check = (outcome: "passed" | "failed", rule: string | null, more: { path?: string; value?: unknown; expected?: unknown; message?: string } = {}): object => ({ validator: "answer", outcome, rule, path: null, value: null, expected: null, message: null, ...more });
const validated = (copy: Draft, checks: readonly object[]): void => {
  const signals = copy.generations.at(-1)?.signals;
  if (signals) signals.validation = { state: "captured", value: structuredClone(checks) as never };
};
const acted = (copy: Draft, actions: readonly { action: "accept" | "edit" | "retry" | "abandon"; before?: string; after?: string }[]): void => {
  copy.actions = actions.map(({ action, before, after }, n) => ({ action, atMs: copy.startedAtMs + (n + 1) * 45_000, before: before ?? null, after: after ?? null, editDistance: null, note: null }));
  const signals = copy.generations.at(-1)?.signals;
  const final = copy.actions.at(-1);
  if (signals && final) signals.action = { state: "captured", value: final };
};

export const fourthAnswerWays: readonly Way[] = [
  { cause: "refusal", name: "other-languages", half: "fourth", edit: "the answer declines in German, French, Spanish, Italian or Portuguese", make: (records, random) => replaced(records, random, () => random.pick(["Dabei kann ich leider nicht helfen.", "Es tut mir leid, aber diese Frage darf ich nicht beantworten.", "Je suis désolé, mais je ne peux pas répondre à cette demande.", "Lo siento, pero no puedo ayudarte con eso.", "Mi dispiace, non posso rispondere a questa richiesta.", "Desculpe, não posso ajudar com esse pedido."])) },
  {
    cause: "refusal", name: "inside-json", half: "fourth-seen", edit: "the JSON answer holds nothing but a sentence that declines; the parser finds no fields",
    make(records, random) {
      const text = JSON.stringify(random.pick([{ error: "I can't assist with that request." }, { message: "I'm sorry, but I cannot provide this information." }, { answer: "I am unable to help with extracting personal data." }]));
      return { trace: jsonTrace(random.pick(records.answers), text, random.next() < 0.5 ? { outcome: "parsed", result: {} } : { outcome: "failed", error: "required property is missing" }), at: parsedPlaces };
    },
  },
  {
    cause: "empty-completion", name: "all-reasoned-away", half: "fourth", edit: "blank lines only; the provider counts thousands of tokens, all of them reasoning",
    make: (records, random) => replaced(records, random, () => "\n\n", ({ generations: [one] }) => {
      if (one) one.signals.usage = { state: "captured", value: { inputTokens: 1_800, outputTokens: 3_212, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: 3_210, totalTokens: null } };
    }),
  },
  { cause: "empty-completion", name: "literal-nothing", half: "fourth-seen", edit: "the answer is the word null, undefined, None or a bare dash", make: (records, random) => replaced(records, random, () => random.pick(["null", "undefined", "None", "-", "<br>", "&nbsp;"])) },
  {
    cause: "output-truncated", name: "agent-cut", half: "fourth", edit: "an agent's last answer is cut in mid-sentence; the provider's own word for its token limit",
    make(records, random) {
      const place = answered(records, random);
      const turn = place?.run.turns[place.turn + 1];
      if (!place || !turn) return null;
      turn.text = turn.text.slice(0, Math.floor(turn.text.length * 0.55));
      const trace = edited(traceOf(place.run), (copy) => finish(copy, random.pick(["MAX_TOKENS", "max_tokens", "length", "max_output_tokens", "model_length"])));
      return { trace, at: [completionPlace(trace)] };
    },
  },
  {
    cause: "output-truncated", name: "fence-never-closed", half: "fourth-seen", edit: "JSON in a fence that ends in the middle of a string; no finish reason, the parser fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = "```json\n" + JSON.stringify(answer.fields, null, 2);
      const trace = edited(jsonTrace(answer, text.slice(0, Math.floor(text.length * (0.4 + random.next() * 0.4))), { outcome: "failed", error: "Unterminated string in JSON at position 212" }), (copy) => {
        finish(copy, null);
        const [one] = copy.generations;
        if (one) one.state = "cut";
      });
      return { trace, at: [...parsedPlaces, "generations[0].state"] };
    },
  },
  {
    cause: "invalid-json", name: "two-records", half: "fourth", edit: "two records stand one after the other without a list around them; the parse fails",
    make(records, random) {
      const [answer, other] = [random.pick(records.answers), random.pick(records.answers)];
      return { trace: jsonTrace(answer, `${JSON.stringify(answer.fields)}${random.pick([" ", "\n", ""])}${JSON.stringify(other.fields)}`, { outcome: "failed", error: "Unexpected non-whitespace character after JSON at position 188" }), at: parsedPlaces };
    },
  },
  {
    cause: "invalid-json", name: "units-and-nan", half: "fourth-seen", edit: "a number carries its unit, a percent sign or is NaN, outside quotes; the parse fails",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = JSON.stringify({ ...answer.fields, measured: 4711 }, null, random.next() < 0.5 ? 2 : 0).replace("4711", random.pick(["5 mg", "12%", "NaN", "~40", "1,250", "+3", ".5", "0x1F"]));
      return { trace: jsonTrace(answer, text, { outcome: "failed", error: "Expected ',' or '}' after property value in JSON at position 97" }), at: parsedPlaces };
    },
  },
  {
    cause: "parser-bug", name: "swapped", half: "fourth", edit: "the parser puts the values of two fields into each other's place",
    make(records, random) {
      const answer = random.pick(records.answers);
      const [first, second] = random.pick([[{ systolic: 128 }, { diastolic: 74 }], [{ givenName: "Noor" }, { familyName: "Almasi" }], [{ origin: "JFK" }, { destination: "SEA" }], [{ min: 2 }, { max: 40 }]] as const);
      const [one, two] = [Object.keys(first)[0] ?? "", Object.keys(second)[0] ?? ""];
      const raw = { ...answer.fields, ...first, ...second } as Record<string, unknown>;
      return { trace: jsonTrace(answer, JSON.stringify(raw), { outcome: "parsed", result: { ...raw, [one]: raw[two], [two]: raw[one] } }), at: parsedPlaces };
    },
  },
  {
    cause: "parser-bug", name: "draft-taken", half: "fourth-seen", edit: "the answer corrects its own draft in a second fence; the parser takes the draft",
    make(records, random) {
      const answer = random.pick(records.answers);
      const [draft, final] = [{ ...answer.fields, dose: 12 }, { ...answer.fields, dose: 21 }];
      const text = `Draft:\n\`\`\`json\n${JSON.stringify(draft)}\n\`\`\`\nWait, the dose must be 21. Final:\n\`\`\`json\n${JSON.stringify(final)}\n\`\`\``;
      return { trace: jsonTrace(answer, text, { outcome: "parsed", result: draft }), at: parsedPlaces };
    },
  },
  {
    cause: "parser-bug", name: "first-number", half: "fourth", edit: "the answer is prose with two figures; a pattern takes the first number for the field that the second is labelled as",
    make(records, random) {
      const answer = random.pick(records.answers);
      const [weight, dose] = [2 + random.below(3), 11 + random.below(80)];
      const trace = edited(jsonTrace(answer, `For a weight of ${weight}.4 kg the recommended dose is ${dose} mg every 12 hours.`, { outcome: "parsed", result: { dose: weight + 0.4 } }), ({ generations: [one] }) => {
        if (one?.signals.input.state === "captured") one.signals.input.value.parameters = {};
      });
      return { trace, at: parsedPlaces };
    },
  },
  {
    cause: "validation-gap", name: "unit-corrected", half: "fourth", edit: "every rule passed; the user corrects a unit or turns a yes into a no",
    make: (records, random) => replaced(records, random, (text) => `${text} The dose is 5 mg and may be repeated.`, (copy) => {
      const completion = copy.generations[0]?.signals.completion;
      const text = completion?.state === "captured" ? completion.value.text : "";
      validated(copy, [check("passed", "has_source"), check("passed", "language")]);
      acted(copy, [{ action: "edit", before: text, after: random.next() < 0.5 ? text.replace("5 mg", "5 µg") : text.replace("may be repeated", "must not be repeated") }]);
    }, ["actions", "generations[0].signals.action", "generations[0].signals.validation", "generations[0].signals.completion"]),
  },
  {
    cause: "validation-gap", name: "accepted-then-edited", half: "fourth-seen", edit: "every rule passed on the parsed record; the user accepts at first and edits a field later",
    make(records, random) {
      const answer = random.pick(records.answers);
      const text = JSON.stringify(answer.fields);
      const [key] = Object.keys(answer.fields);
      if (key === undefined) return null;
      const trace = edited(jsonTrace(answer, text, { outcome: "parsed", result: answer.fields }), (copy) => {
        validated(copy, [check("passed", "complete")]);
        acted(copy, [{ action: "accept" }, { action: "edit", before: text, after: JSON.stringify({ ...answer.fields, [key]: "corrected by hand" }) }]);
      });
      return { trace, at: ["actions", "generations[0].signals.action", "generations[0].signals.validation", ...parsedPlaces] };
    },
  },
  {
    cause: "rule-failed", name: "deep-path", half: "fourth", edit: "a rule fails deep in a list, with path, value and what was expected; others were skipped",
    make(records, random) {
      const answer = random.pick(records.answers);
      const trace = edited(jsonTrace(answer, JSON.stringify(answer.fields), { outcome: "parsed", result: answer.fields }), (copy) => validated(copy, [check("passed", "schema"), check("failed", "price_positive", { path: "items[2].price", value: -4, expected: "> 0" }), { ...check("passed", "late"), outcome: "skipped" }]));
      return { trace, at: ["generations[0].signals.validation"] };
    },
  },
  {
    cause: "rule-failed", name: "grounding-score", half: "fourth-seen", edit: "a check of the app's own gives a prose answer a score below its threshold",
    make: (records, random) => replaced(records, random, (text) => text, (copy) => validated(copy, [check("failed", "groundedness", { value: 0.31, expected: ">= 0.7", message: "score below threshold" })]), ["generations[0].signals.validation"]),
  },
  {
    cause: "model-drift", name: "bedrock-revision", half: "fourth", edit: "ids with region and revision: another revision answered than in all earlier traces",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [before, now] = random.pick([["us.anthropic.claude-3-5-sonnet-20240620-v1:0", "us.anthropic.claude-3-5-sonnet-20241022-v2:0"], ["meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"], ["mistral-large-2402", "mistral-large-2407"]] as const);
      const by = (copy: Draft, answeredBy: string): void => { for (const { signals } of copy.generations) signals.model = { state: "captured", value: { requested: null, answered: answeredBy, fingerprint: null } }; };
      return { trace: edited(ragTrace(turn), (copy) => by(copy, now)), previous: earlier(records, random, (copy) => by(copy, before)), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "model-drift", name: "app-switched", half: "fourth-seen", edit: "the app asks another model than in all earlier traces, and gets it",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const [before, now] = random.pick([["gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18"], ["claude-sonnet-4-20250514", "claude-3-5-haiku-20241022"], ["gemini-1.5-pro-002", "gemini-2.0-flash-001"]] as const);
      const by = (copy: Draft, name: string): void => { for (const { signals } of copy.generations) signals.model = { state: "captured", value: { requested: name, answered: name, fingerprint: null } }; };
      return { trace: edited(ragTrace(turn), (copy) => by(copy, now)), previous: earlier(records, random, (copy) => by(copy, before)), at: ["generations[0].signals.model"] };
    },
  },
  {
    cause: "prompt-changed", name: "one-word", half: "fourth", edit: "one word of the system text is another than in all earlier traces; the version stayed",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const named = (copy: Draft): void => { copy.prompt = { id: "answer", version: "7", variables: null }; };
      const trace = edited(ragTrace(turn), (copy) => { named(copy); system(copy, (text) => text.replace("from the documents given", random.pick(["using the documents given", "with or without the documents given"]))); });
      return { trace, previous: earlier(records, random, named), at: inputPlaces };
    },
  },
  {
    cause: "prompt-changed", name: "examples-gone", half: "fourth-seen", edit: "the worked examples that stood in the system text of all earlier traces are gone",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const examples = "\n\nExample:\nQ: How many beds has ward 3?\nA: 24 (source: floor plan).\n\nExample:\nQ: Who signed the contract?\nA: The documents do not say.";
      return { trace: ragTrace(turn), previous: earlier(records, random, (copy) => system(copy, (text) => text + examples)), at: inputPlaces };
    },
  },
  { cause: "slow-first-token", name: "thinks-first", half: "fourth", edit: "40–90 s pass before the first word while thousands of tokens are reasoned", make: (records, random) => { const ms = 40_000 + random.below(50_000); return timed(records, random, ["generations[0].signals.latency"], { retrievalMs: 90, timeToFirstChunkMs: ms, generationMs: 4_000, totalMs: ms + 4_100 }, undefined, 300); } },
  { cause: "slow-generation", name: "no-usage", half: "fourth-seen", edit: "a short answer takes 70–150 s to write; no tokens were counted", make: (records, random) => timed(records, random, ["generations[0].signals.latency"], { retrievalMs: 120, timeToFirstChunkMs: 600, generationMs: 70_000 + random.below(80_000) }) },
  {
    cause: "slow-retrieval", name: "three-searches", half: "fourth", edit: "three searches of 6–9 s each, one after the other; only the steps were timed",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        const [step] = copy.steps;
        if (step?.kind !== "retrieval") return;
        step.durationMs = 6_000 + random.below(3_000);
        for (const n of [1, 2]) copy.steps.push({ ...structuredClone(step), spanId: `00000000000000b${n}`, atMs: step.atMs + n * 9_500, name: `search-${n}`, durationMs: 6_000 + random.below(3_000) });
        copy.durationMs = 30_000;
      });
      return { trace, at: ["steps[", "generations[0].signals.latency"] };
    },
  },
  {
    cause: "slow-tool", name: "step-of-a-chain", half: "fourth-seen", edit: "a wrapped tool outside any model call takes 25–80 s",
    make(records, random) {
      const turn = faithful(records, random);
      if (!turn) return null;
      const trace = edited(ragTrace(turn), (copy) => {
        copy.steps.push({ kind: "tool", spanId: "00000000000000c1", parentSpanId: null, atMs: startMs + 130, durationMs: 25_000 + random.below(55_000), name: "render_pdf", error: null, callId: null, arguments: "{}", result: '{"pages":4}' } as never);
        copy.durationMs = 90_000;
      });
      return { trace, at: ["steps[1]", "generations[0].signals.latency"] };
    },
  },
  {
    cause: "provider-error", name: "overloaded", half: "fourth", edit: "three attempts, each turned away as overloaded or unavailable; no answer",
    make: (records, random) => replaced(records, random, () => "", ({ generations: [one] }) => {
      if (!one) return;
      const status = random.pick([529, 503, 502]);
      one.signals.completion = { state: "missing", why: "not-applicable" };
      Object.assign(one, { status, attempts: 3, error: { name: "overloaded_error", message: "Overloaded" }, attemptList: [1, 2, 3].map((attempt) => ({ attempt, atMs: startMs + attempt * 900, state: "complete", status, durationMs: 120, error: null })) });
    }, ["generations[0].error", "generations[0].status", "generations[0].attemptList"]),
  },
  {
    cause: "provider-error", name: "rejected-request", half: "fourth-seen", edit: "the provider rejects the request's shape, its key or its region with a 4xx",
    make: (records, random) => replaced(records, random, () => "", ({ generations: [one] }) => {
      if (!one) return;
      const [status, name, message] = random.pick([[400, "invalid_request_error", "messages: roles must alternate between user and assistant"], [401, "authentication_error", "invalid x-api-key"], [404, "not_found_error", "The model does not exist or you do not have access to it."], [403, "permission_error", "This region is not supported."]] as const);
      one.signals.completion = { state: "missing", why: "not-applicable" };
      Object.assign(one, { status, error: { name, message }, attemptList: [{ attempt: 1, atMs: startMs, state: "complete", status, durationMs: 80, error: null }] });
    }, ["generations[0].error", "generations[0].status", "generations[0].attemptList"]),
  },
  {
    cause: "incomplete-recording", name: "disk-full", half: "fourth", edit: "the disk was full: entries were dropped and counted, the input is not there",
    make: (records, random) => replaced(records, random, (text) => text, (copy) => {
      copy.complete = false;
      copy.gaps = [{ why: "disk-full", detail: "9 entries were dropped while the disk was full", count: 9 }];
      const [one] = copy.generations;
      if (one) one.signals.input = { state: "missing", why: "not-recorded" };
      if (one) one.signals.chunks = { state: "missing", why: "not-recorded" };
      copy.steps = [];
    }, ["gaps", "complete", "generations[0].signals"]),
  },
  {
    cause: "retry-loop", name: "spelled-otherwise", half: "fourth", edit: "the same call four times more, capitals and blanks differ, a sentence of patience before each; the result is the same",
    make(records, random) {
      const place = answered(records, random, (call) => /"[a-z]{4,}/i.test(call.arguments));
      if (!place) return null;
      const patience = ["Let me check that again.", "One moment, I will try once more.", "That did not load, trying again.", "Checking again."];
      const spelled = [place.call.arguments.replaceAll('": "', '":"'), place.call.arguments, ` ${place.call.arguments} `, place.call.arguments.replaceAll(",", " , ")];
      place.run.turns.splice(place.turn, 0, ...spelled.map((text, n) => ({ role: "assistant" as const, text: patience[n] ?? "", calls: [{ ...place.call, callId: `call_more_${n}`, arguments: text }] })));
      const trace = traceOf(place.run);
      const ids = [place.call.callId, ...spelled.map((_, n) => `call_more_${n}`)];
      return { trace, at: [...ids.flatMap((id) => placesOfCall(trace, id, null)), `generations[${last(trace)}]`], sourceIds: ids };
    },
  },
  {
    cause: "retry-loop", name: "next-page-again", half: "fourth-seen", edit: "a list is read page by page and every page is the first one again, six times",
    make(records, random) {
      const place = answered(records, random, (call) => call.arguments.startsWith("{"));
      if (!place) return null;
      const given = JSON.parse(place.call.arguments) as object;
      const calls = [2, 3, 4, 5, 6].map((page) => ({ ...place.call, callId: `call_page_${page}`, arguments: JSON.stringify({ ...given, page }) }));
      place.run.turns.splice(place.turn + 1, 0, ...calls.map((call) => ({ role: "assistant" as const, text: "", calls: [call] })));
      const trace = traceOf(place.run);
      const ids = [place.call.callId, ...calls.map(({ callId }) => callId)];
      return { trace, at: ids.flatMap((id) => placesOfCall(trace, id, null)), sourceIds: ids };
    },
  },
];
