/** A small ward for the tests of cases: a real recorder, a real directory, and a feature that does one retrieval, one tool and one call. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder, type Recorder } from "@whysaid/recorder";
import OpenAI from "openai";
import { withFreshStore, workspaceAt } from "../../ingest/workspace.ts";
import type { Store } from "../../store/store.ts";

export interface Ward {
  readonly dir: string;
  readonly recorder: Recorder;
  /** Calls that reached the provider. */
  readonly sent: () => number;
  /** @returns the trace's id and the dose */
  dose(question?: string): Promise<{ readonly traceId: string; readonly text: string }>;
  withStore<T>(use: (store: Store) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
export interface WardOptions {
  /** The note retrieval finds. */
  readonly note?: () => string;
  readonly answer?: (asked: string) => string;
  readonly stream?: boolean;
  readonly redaction?: "off";
}

export function newWard({ note = () => "Ana García: daily weight 2.1 kg", answer = (asked) => `Dose 8.4 mg at ${/[\d.]+ kg/.exec(asked)?.[0] ?? "?"}`, stream = false, redaction }: WardOptions = {}): Ward {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-cases-"));
  let sent = 0;
  const provider = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    sent += 1;
    const said = answer(typeof init?.body === "string" ? init.body : "");
    if (!stream) return Response.json({ id: `chatcmpl-${sent}`, object: "chat.completion", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: said }, finish_reason: "stop" }] });
    const event = (delta: object, finish: string | null): string => `data: ${JSON.stringify({ id: `chatcmpl-${sent}`, object: "chat.completion.chunk", model: "gpt-4o-2024-08-06", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    return new Response(`${said.split("").map((letter) => event({ content: letter }, null)).join("")}${event({}, "stop")}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } });
  };
  const recorder = createRecorder({ dir, service: "ward", fetch: provider as typeof fetch, onProblem: () => undefined, ...(redaction === undefined ? {} : { redaction }) });
  const openai = new OpenAI({ apiKey: "none", baseURL: "https://api.openai.com/v1", fetch: recorder.fetch, maxRetries: 0 });
  return {
    dir,
    recorder,
    sent: () => sent,
    dose: (question = "Dose for Ana García?") =>
      recorder.trace("dose", { subject: { name: "Ana García", mrn: "00417733" }, prompt: { id: "dose", version: "v1", variables: { question } } }, async (trace) => {
        const [found] = await trace.retrieve("notes", question, () => Promise.resolve([{ sourceId: "chart/1#1", text: note(), score: 0.8 }]));
        const labs = await trace.tool("get_labs", { mrn: "00417733" }, () => Promise.resolve({ creatinine: 0.6 }));
        const messages = [{ role: "user" as const, content: `${found?.text ?? ""}\nCreatinine ${labs.creatinine}\n${question}` }];
        let text = "";
        if (stream) for await (const one of await openai.chat.completions.create({ model: "gpt-4o", stream: true, messages })) text += one.choices[0]?.delta.content ?? "";
        else text = (await openai.chat.completions.create({ model: "gpt-4o", messages })).choices[0]?.message.content ?? "";
        const dose = trace.parse("dose", text, (raw) => ({ mg: Number(/[\d.]+(?= mg)/.exec(raw)?.[0]) }));
        await trace.validate("dose", dose, { rules: { plausible: (value) => value.mg < 50 } });
        return { traceId: trace.id, text };
      }),
    withStore: (use) => withFreshStore(workspaceAt(dir), use),
    close: async () => {
      await recorder.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
