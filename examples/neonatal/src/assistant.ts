/**
 * The neonatal-care assistant: three LLM features, written as an ordinary app would be. What Whysaid needs of it is `recorder.fetch` in the clients and
 * the `trace` around each feature.
 */
import Anthropic from "@anthropic-ai/sdk";
import type { Recorder, Trace } from "@whysaid/recorder";
import OpenAI from "openai";
import { z } from "zod";
import { searchNotes } from "./chart-index.ts";
import type { Patient } from "./ward.ts";

export interface AssistantOptions {
  readonly recorder: Recorder;
  readonly baseUrl: string;
  /** The bug and its fix, see `chart-index.ts`. */
  readonly retrievalFilter: "surname" | "mrn";
}
export interface Versions {
  readonly model: string;
  readonly prompt: string;
}

const Dose = z.object({ drug: z.string(), weight_kg: z.number().nullable(), dose_mg: z.number().nullable(), interval_h: z.number().nullable(), summary: z.string() });
export type Dose = z.infer<typeof Dose>;

/** Every rule of the ward's pharmacist. All of them look at the dose; none asks whose weight it is. */
const doseRules = {
  dose_range_neonatal: (dose: Dose) => dose.dose_mg === null || dose.weight_kg === null || (dose.dose_mg / dose.weight_kg >= 3.5 && dose.dose_mg / dose.weight_kg <= 4.5),
  weight_plausible: (dose: Dose) => dose.weight_kg === null || (dose.weight_kg > 0.4 && dose.weight_kg < 6),
  weight_known: (dose: Dose) => dose.weight_kg !== null,
};

const dosingSystem: Readonly<Record<string, string>> = {
  v13: "You are a neonatal dosing assistant. Answer with one JSON object: drug, weight_kg, dose_mg, interval_h, summary. Use the current weight from the notes. Never invent a value.",
  v14: "You are a neonatal dosing assistant. Answer with one JSON object: drug, weight_kg, dose_mg, interval_h, summary. Use the newest weight from the notes, check creatinine with get_labs first. Never invent a value.",
};

const declared = (patient: Patient): { mrn: string; name: string; dob: string } => ({ mrn: patient.mrn, name: patient.name, dob: patient.dob });
const notesText = (chunks: readonly { sourceId: string; text: string }[]): string => chunks.map((chunk) => `[${chunk.sourceId}] ${chunk.text}`).join("\n\n");

export interface Answer<T> {
  readonly traceId: string;
  readonly value: T;
  readonly text: string;
}

export class Assistant {
  readonly #openai: OpenAI;
  readonly #anthropic: Anthropic;
  readonly #recorder: Recorder;
  readonly #filter: "surname" | "mrn";

  constructor(options: AssistantOptions) {
    this.#recorder = options.recorder;
    this.#filter = options.retrievalFilter;
    const fetch = options.recorder.fetch;
    this.#openai = new OpenAI({ apiKey: "sk-demo-not-a-key", baseURL: `${options.baseUrl}/v1`, fetch });
    this.#anthropic = new Anthropic({ apiKey: "sk-ant-demo-not-a-key", baseURL: options.baseUrl, fetch });
  }

  /** OpenAI, not streamed; retrieval, from prompt v14 on a tool call, a parser and a validator. */
  doseSummary(patient: Patient, question: string, versions: Versions): Promise<Answer<Dose>> {
    const options = { subject: declared(patient), prompt: { id: "dose-summary", version: versions.prompt }, tags: { ward: "neonatal", cohort: patient.weightKg < 2.5 ? "premature" : "term" } };
    return this.#recorder.trace("dose-summary", options, async (trace) => {
      const chunks = await trace.retrieve("chart-notes", question, () => searchNotes(patient, question, this.#filter));
      const text = await this.#askForDose(trace, patient, question, versions, notesText(chunks));
      const dose = trace.parse("dose-json", text, (raw) => JSON.parse(raw) as Dose);
      await trace.validate("dose", dose, { schema: Dose, rules: doseRules });
      return { traceId: trace.id, value: dose, text: dose.summary };
    });
  }

  async #askForDose(trace: Trace, patient: Patient, question: string, versions: Versions, notes: string): Promise<string> {
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: "system", content: dosingSystem[versions.prompt] ?? "" },
      { role: "user", content: `Notes:\n${notes}\n\nPatient ${patient.name}, MRN ${patient.mrn}\nQuestion: ${question}` },
    ];
    const withTools = versions.prompt === "v14";
    const tools: OpenAI.ChatCompletionTool[] = [{ type: "function", function: { name: "get_labs", description: "Newest laboratory values of a patient", parameters: { type: "object", properties: { mrn: { type: "string" } }, required: ["mrn"] } } }];
    for (let turn = 0; turn < 3; turn += 1) {
      const completion = await this.#openai.chat.completions.create({ model: versions.model, messages, temperature: 0, response_format: { type: "json_object" }, ...(withTools ? { tools } : {}) });
      const message = completion.choices[0]?.message;
      if (message?.tool_calls === undefined || message.tool_calls.length === 0) return message?.content ?? "";
      messages.push(message);
      for (const call of message.tool_calls) {
        if (call.type !== "function") continue;
        const result = await trace.tool(call.function.name, JSON.parse(call.function.arguments), () => labsOf(patient), { callId: call.id });
        messages.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(result) });
      }
    }
    return "";
  }

  /** Anthropic, streamed; retrieval and a parser for the list of open tasks, which knows only one kind of bullet. */
  handoverNote(patient: Patient, versions: Versions): Promise<Answer<string[]>> {
    const options = { subject: declared(patient), prompt: { id: "handover", version: versions.prompt }, tags: { ward: "neonatal" } };
    return this.#recorder.trace("handover-note", options, async (trace) => {
      const chunks = await trace.retrieve("chart-notes", "shift handover", () => searchNotes(patient, "daily weight feeding nursing note", "mrn"));
      const stream = this.#anthropic.messages.stream({ model: versions.model, max_tokens: 400, system: "You write short handover notes for nurses.", messages: [{ role: "user", content: `Notes:\n${notesText(chunks)}\n\nWrite the handover about MRN ${patient.mrn}.` }] });
      let text = "";
      stream.on("text", (piece) => (text += piece));
      await stream.done();
      const tasks = trace.parse("open-tasks", text, (raw) => raw.split("\n").filter((line) => line.startsWith("- ")).map((line) => line.slice(2)));
      return { traceId: trace.id, value: tasks, text };
    });
  }

  /** OpenAI, streamed; no retrieval, no parser: what has no parser shows as not applicable. */
  parentQuestion(patient: Patient, question: string, versions: Versions, conversation: string): Promise<Answer<string>> {
    return this.#recorder.trace("parent-question", { subject: declared(patient), conversation, prompt: { id: "parents", version: versions.prompt } }, async (trace) => {
      const stream = await this.#openai.chat.completions.create({ model: versions.model, stream: true, stream_options: { include_usage: true }, messages: [{ role: "system", content: "You answer parents of babies on the ward, kindly and without figures." }, { role: "user", content: `Question: ${question}` }] });
      let text = "";
      for await (const event of stream) text += event.choices[0]?.delta.content ?? "";
      return { traceId: trace.id, value: text, text };
    });
  }
}

async function labsOf(patient: Patient): Promise<object> {
  return { mrn: patient.mrn, creatinine_mg_dl: Number((0.5 + (Number(patient.mrn) % 4) / 10).toFixed(1)), taken_at: "2026-11-25T06:10:00Z" };
}
