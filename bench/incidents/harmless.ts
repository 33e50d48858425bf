/** Harmless edits of real records: what a right answer may do, what an app may log without anything being wrong. A finding on one of them is a false alarm. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { startMs } from "../../packages/workbench/src/diagnose/testing/build.ts";
import type { Records } from "./incident.ts";
import { seeded, type Random } from "./random.ts";
import { agentTrace, jsonTrace, ragTrace, type AgentRun, type RagTurn } from "./records.ts";
import { answered, edited, faithful, traceOf } from "./shapes.ts";
import { earlier, system } from "./third-sources.ts";

interface Harmless {
  readonly name: string;
  make(records: Records, random: Random): { readonly trace: Reconstruction; readonly previous?: readonly Reconstruction[] } | null;
}
const document = (question: string, text: string, answer: string): RagTurn => ({ id: "own", collection: "own", model: "gpt-4o", history: [], question, chunks: [{ sourceId: "own#1", title: null, text, score: 0.88 }], answer, faithfulness: null, answerability: null });
const run = (turns: AgentRun["turns"]): Reconstruction => agentTrace({ id: "own", source: "assistant", model: "gpt-4o", system: "You are a careful assistant.", turns });

export const harmless: readonly Harmless[] = [
  { name: "converted rightly", make: (_, random) => { const n = 12 + random.below(60); const [from, to] = random.pick([[`${n} miles`, `${Math.round(n * 1.60934)} km`], [`${n} kg`, `${Math.round(n * 2.20462)} lb`], [`${n} inches`, `${Math.round(n * 2.54)} cm`], [`${n} °C`, `${Math.round(n * 1.8 + 32)} °F`]] as const); return { trace: ragTrace(document("What does the sheet say?", `Technical sheet. The rated value is ${from} under normal conditions.`, `The rated value is about ${to} under normal conditions.`)) }; } },
  { name: "added up rightly", make: (_, random) => { const amounts = [random.digits(3), random.digits(3), random.digits(2)].map((whole) => Number(`${whole}.${random.digits(2)}`)); const total = amounts.reduce((sum, amount) => sum + amount, 0).toFixed(2); return { trace: run([{ role: "user", text: "What do I owe in total?", calls: [] }, { role: "assistant", text: "", calls: [{ callId: "c1", name: "list_invoices", arguments: "{}", result: JSON.stringify({ invoices: amounts.map((amount, n) => ({ number: `INV-10${n}`, amount })) }) }] }, { role: "assistant", text: `You have 3 open invoices, $${total} in total.`, calls: [] }]) }; } },
  { name: "rounded or written another way", make: (_, random) => { const n = 1_000 + random.below(9_000); const said = random.pick([`about ${Math.round(n / 100) * 100}`, n.toLocaleString("en-US"), `roughly ${(n / 1000).toFixed(1)} thousand`]); return { trace: ragTrace(document("How many people work there?", `The company was founded in 1987. It has ${n} employees at three sites.`, `There are ${said} people working there.`)) }; } },
  { name: "date in another form", make: (_, random) => { const d = 10 + random.below(18); const [from, to] = random.pick([[`${d} March 2019`, `2019-03-${d}`], [`2019-03-${d}`, `March ${d}, 2019`], [`${d}/03/2019`, `${d} March 2019`]] as const); return { trace: ragTrace(document("When was it opened?", `The bridge was opened to traffic on ${from} after a delay.`, `It was opened on ${to}.`)) }; } },
  { name: "nothing found, and the user told so", make: (_, random) => { const id = random.digits(7); return { trace: run([{ role: "user", text: `Where is my order ${id}?`, calls: [] }, { role: "assistant", text: "", calls: [{ callId: "c1", name: "get_order", arguments: JSON.stringify({ id }), result: '{"error":"order not found"}' }] }, { role: "assistant", text: `I could not find an order with the number ${id}. Could you check the number?`, calls: [] }]) }; } },
  { name: "an error, then the same call went through", make: (records, random) => { const place = answered(records, random); if (!place) return null; place.run.turns.splice(place.turn, 0, { role: "assistant", text: "", calls: [{ ...place.call, callId: "c_failed", result: "Error: request timed out" }] }); return { trace: traceOf(place.run) }; } },
  { name: "fields renamed by the parser", make: (records, random) => { const answer = random.pick(records.answers); const renamed = Object.fromEntries(Object.entries(answer.fields).map(([key, value]) => [key.replace(/[A-Z]/g, (unit) => `_${unit.toLowerCase()}`), value])); return { trace: jsonTrace(answer, JSON.stringify(answer.fields, null, 2), { outcome: "parsed", result: renamed }) }; } },
  { name: "JSON in a fence, parsed whole", make: (records, random) => { const answer = random.pick(records.answers); return { trace: jsonTrace(answer, `Here you are:\n\`\`\`json\n${JSON.stringify(answer.fields, null, 2)}\n\`\`\`\nAnything else?`, { outcome: "parsed", result: answer.fields }) }; } },
  { name: "two people retrieved, the right one answered", make: (_, random) => { const [a, b] = [`${2 + random.below(2)}.${random.digits(2)}`, `${4 + random.below(2)}.${random.digits(2)}`]; const turn = document("What does Ida Weber weigh?", `Name: Ida Weber, MRN 5512093. Weight today ${a} kg.`, `Ida Weber weighs ${a} kg.`); turn.chunks.push({ sourceId: "own#2", title: null, text: `Name: Tom Weber, MRN 5512094. Weight today ${b} kg.`, score: 0.8 }); return { trace: edited(ragTrace(turn), (copy) => { copy.subject = { name: "Ida Weber", mrn: "5512093" }; }) }; } },
  { name: "accepted, every rule passed", make: (records, random) => { const turn = faithful(records, random); if (!turn) return null; return { trace: edited(ragTrace(turn), (copy) => { const { signals } = copy.generations[0] ?? {}; if (!signals) return; signals.validation = { state: "captured", value: [{ validator: "answer", outcome: "passed", rule: "has_source", path: null, value: null, expected: null, message: null }] }; copy.actions = [{ action: "accept", atMs: startMs + 60_000, before: null, after: null, editDistance: null, note: null }]; const [action] = copy.actions; if (action) signals.action = { state: "captured", value: action }; }) }; } },
  { name: "like the traces before it, but for the date", make: (records, random) => { const turn = faithful(records, random); if (!turn) return null; let n = 0; return { trace: edited(ragTrace(turn), (copy) => system(copy, (text) => `Today is 2025-06-03. ${text}`)), previous: earlier(records, random, (copy) => system(copy, (text) => `Today is 2025-05-${20 + (n += 1)}. ${text}`)) }; } },
  { name: "fresh by its own stamp", make: (records, random) => { const place = answered(records, random, (call) => call.result.startsWith("{")); if (!place) return null; place.call.result = JSON.stringify({ ...(JSON.parse(place.call.result) as object), as_of: new Date(startMs - 60_000).toISOString(), cached: false }); return { trace: traceOf(place.run) }; } },
  { name: "a passage that gives orders to its readers", make: (records, random) => { const turn = faithful(records, random); const chunk = turn?.chunks[0]; if (!turn || !chunk) return null; chunk.text += random.pick(["\nDo not exceed the stated dose. Always consult your doctor.", "\nClick here to subscribe. Please contact support if you need help.", "\nYou must restart the server after installing the update."]); return { trace: ragTrace(turn) }; } },
  { name: "the same lookup for two customers", make: (_, random) => { const [a, b] = [random.digits(6), random.digits(6)]; return { trace: run([{ role: "user", text: `Compare the stock of items ${a} and ${b}.`, calls: [] }, { role: "assistant", text: "", calls: [{ callId: "c1", name: "get_stock", arguments: JSON.stringify({ item: a }), result: JSON.stringify({ item: a, stock: 14 }) }] }, { role: "assistant", text: "", calls: [{ callId: "c2", name: "get_stock", arguments: JSON.stringify({ item: b }), result: JSON.stringify({ item: b, stock: 31 }) }] }, { role: "assistant", text: `Item ${a}: 14 in stock. Item ${b}: 31 in stock, 17 more.`, calls: [] }]) }; } },
];

/** `perWay` traces of every harmless edit, seeded. */
export function harmlessTraces(from: Records, perWay: number): { readonly from: string; readonly trace: Reconstruction; readonly previous: readonly Reconstruction[] }[] {
  return harmless.flatMap((way) => {
    const random = seeded(`harmless/${way.name}`);
    const made: { from: string; trace: Reconstruction; previous: readonly Reconstruction[] }[] = [];
    for (let drawn = 0; made.length < perWay && drawn < 4_000; drawn += 1) {
      const one = way.make(from, random);
      if (one) made.push({ from: way.name, trace: one.trace, previous: one.previous ?? [] });
    }
    return made;
  });
}
