/**
 * The "model" of the bundled provider: small deterministic rules that read the prompt as a model would, so that changing the prompt
 * changes the answer. In particular it believes the newest weight it is shown, whoever's it is.
 */
export interface Prompt {
  readonly model: string;
  readonly system: string;
  /** All user text, in order. */
  readonly user: string;
  readonly toolNames: readonly string[];
  /** Results of tools already called in this conversation. */
  readonly toolResults: readonly string[];
}
export type Reply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly name: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly kind: "refusal"; readonly text: string };

interface Weight {
  readonly date: string;
  readonly kg: number;
}
const weightsIn = (text: string): Weight[] =>
  [...text.matchAll(/weight (\d{4}-\d{2}-\d{2}): (\d+\.\d) kg/g)].map((match) => ({ date: match[1] ?? "", kg: Number(match[2]) })).sort((a, b) => b.date.localeCompare(a.date));

const mrnIn = (text: string): string => /MRN (\d{8})[^\n]*\nQuestion:|about MRN (\d{8})/.exec(text)?.slice(1).find((one) => one !== undefined) ?? "";

function doseSummary(prompt: Prompt): Reply {
  if (prompt.toolNames.includes("get_labs") && prompt.toolResults.length === 0) return { kind: "tool", name: "get_labs", input: { mrn: mrnIn(prompt.user) } };
  const weight = weightsIn(prompt.user)[0];
  const creatinine = /"creatinine_mg_dl":\s*(\d+\.\d+)/.exec(prompt.toolResults.join("\n"))?.[1];
  if (weight === undefined) return { kind: "text", text: JSON.stringify({ drug: "gentamicin", weight_kg: null, dose_mg: null, interval_h: null, summary: "No current weight in the notes I was given; please weigh before dosing." }) };
  const doseMg = Math.round(weight.kg * 4 * 10) / 10;
  const summary = `Gentamicin ${doseMg} mg IV every 36 h (4 mg/kg at the current weight of ${weight.kg.toFixed(1)} kg, ${weight.date}).${creatinine === undefined ? "" : ` Creatinine ${creatinine} mg/dL: no adjustment.`}`;
  return { kind: "text", text: JSON.stringify({ drug: "gentamicin", weight_kg: weight.kg, dose_mg: doseMg, interval_h: 36, summary }) };
}

/** The newer model writes `*` bullets where the older one wrote `-`: an answer is as good, a naive parser is not. */
function handover(prompt: Prompt): Reply {
  const bullet = prompt.model.startsWith("claude-haiku-5") ? "*" : "-";
  const weight = weightsIn(prompt.user)[0];
  const feeding = /Feeding ([^.]+)\./.exec(prompt.user)?.[1];
  const tasks = ["Gentamicin level before the third dose", "Blood culture result at 48 h"];
  if (weight !== undefined) tasks.push(`Weigh again tomorrow (last ${weight.kg.toFixed(1)} kg)`);
  return { kind: "text", text: `Quiet shift, no apnoea. ${feeding === undefined ? "" : `Feeding ${feeding}. `}Open tasks:\n${tasks.map((task) => `${bullet} ${task}`).join("\n")}\n` };
}

function parents(prompt: Prompt): Reply {
  if (/how long will .* live|survive/i.test(prompt.user)) return { kind: "refusal", text: "I'm sorry, I can't help with predicting that. Please speak with your baby's doctor." };
  const about = /Question: ([^\n?]+)/.exec(prompt.user)?.[1]?.toLowerCase() ?? "your question";
  return { kind: "text", text: `Thank you for asking about "${about}". Your care team checks this every day; most babies at this stage do well with skin-to-skin time and small frequent feeds. Please ask the nurse at the bedside for today's figures.` };
}

export function reply(prompt: Prompt): Reply {
  if (prompt.system.includes("dosing")) return doseSummary(prompt);
  if (prompt.system.includes("handover")) return handover(prompt);
  return parents(prompt);
}

/** Cut a text into pieces the size of model tokens, for streaming. */
export const inPieces = (text: string): string[] => text.match(/\s*\S{1,6}|\s+$/g) ?? [];
/** About four characters a token, the rule of thumb; a real provider counts with its own tokenizer. */
export const tokens = (text: string): number => Math.max(1, Math.ceil(text.length / 4));
