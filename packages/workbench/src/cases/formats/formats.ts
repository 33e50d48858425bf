/** Cases in the formats other tools read, one function a format: docs/cases.md shows a line of each. Redacted text only; pure. */
import { stringify } from "csv-stringify/sync";
import type { Message, Part } from "@whysaid/recorder/format";
import type { Case } from "../case.ts";

export const formatNames = ["whysaid", "openai-evals", "promptfoo", "braintrust", "langfuse", "csv"] as const;
export type FormatName = (typeof formatNames)[number];

export const formats: Readonly<Record<FormatName, (cases: readonly Case[]) => string>> = {
  /** Whole, for `cases import`. */
  whysaid: (cases) => lines(cases),
  /** Samples of `evals`: `input` in chat format, `ideal` the expected answer. What has no expected answer cannot be scored there and is left out. */
  "openai-evals": (cases) => lines(cases.filter(({ expected }) => expected !== null).map((one) => ({ input: chatOf(one), ideal: one.expected?.text, metadata: metadataOf(one) }))),
  /** A list of tests, to be named in `tests:` of promptfooconfig.yaml as `file://cases.json`. */
  promptfoo: (cases) =>
    `${JSON.stringify(
      cases.map((one) => ({
        description: titleOf(one),
        vars: { messages: JSON.stringify(chatOf(one)), question: questionOf(one), chunks: chunksOf(one), ...variablesOf(one) },
        assert: one.expected === null ? [{ type: "not-equals", value: one.said }] : [{ type: "similar", value: one.expected.text, threshold: 0.8 }],
        metadata: metadataOf(one),
      })),
      null,
      2,
    )}\n`,
  braintrust: (cases) => lines(cases.map((one) => ({ id: one.id, input: { messages: chatOf(one), chunks: chunksOf(one), variables: variablesOf(one) }, expected: one.expected?.text ?? null, tags: tagsOf(one), metadata: { ...metadataOf(one), said: one.said } }))),
  /** As `POST /api/public/dataset-items` takes one. */
  langfuse: (cases) => lines(cases.map((one) => ({ datasetName: one.feature, id: one.id, input: { messages: chatOf(one), chunks: chunksOf(one), variables: variablesOf(one) }, expectedOutput: one.expected?.text ?? null, metadata: { ...metadataOf(one), said: one.said }, status: "ACTIVE" }))),
  csv: (cases) =>
    stringify(
      cases.map((one) => [one.id, one.feature, one.status, one.origin, one.revision, questionOf(one), one.said, one.expected?.text ?? "", tagsOf(one).join(" "), one.traceIds.join(" "), new Date(one.atMs).toISOString()]),
      // A cell that begins with =, +, -, @ would be run by a spreadsheet.
      { header: true, columns: ["id", "feature", "status", "origin", "revision", "question", "said", "expected", "labels", "traces", "at"], escape_formulas: true },
    ),
};

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

export const titleOf = ({ feature, id, origin, said }: Case): string => `${feature} ${id.slice(0, 13)} (${origin}): ${said.replace(/\s+/g, " ").slice(0, 60)}`;
const tagsOf = ({ labels }: Case): readonly string[] => [...new Set(labels.map(({ name }) => name))];
const metadataOf = (one: Case): object => ({ case: one.id, revision: one.revision, feature: one.feature, origin: one.origin, status: one.status, labels: tagsOf(one), traces: one.traceIds, prompt: one.story.prompt, expectedFrom: one.expected?.source ?? null });
const variablesOf = ({ story }: Case): Readonly<Record<string, unknown>> => (typeof story.prompt?.variables === "object" && story.prompt.variables !== null ? (story.prompt.variables as Record<string, unknown>) : {});

/** What the first call asked: later ones carry its answers. */
function firstInput({ story }: Case): readonly Message[] {
  for (const { signals } of story.generations) if (signals.input.state === "captured") return withSystem(signals.input.value.system, signals.input.value.messages);
  return [];
}
/** System instructions that stand outside of the messages come first. */
const withSystem = (system: string | null, messages: readonly Message[]): readonly Message[] =>
  system === null || messages.some(({ role }) => role === "system" || role === "developer") ? messages : [{ role: "system", parts: [{ type: "text", text: system }] }, ...messages];

const chatOf = (one: Case): readonly { readonly role: string; readonly content: string }[] => firstInput(one).map(({ role, parts }) => ({ role: role === "model" ? "assistant" : role, content: parts.map(textOf).join("") }));
function textOf(part: Part): string {
  if (part.type === "text" || part.type === "refusal") return part.text;
  if (part.type === "tool-call") return `${part.name}(${part.arguments})`;
  return part.type === "tool-result" ? part.result : "";
}
export function questionOf(one: Case): string {
  const asked = one.story.steps.find((step) => step.kind === "retrieval" && step.query !== null);
  if (asked?.kind === "retrieval" && asked.query !== null) return asked.query;
  return chatOf(one).findLast(({ role }) => role === "user")?.content ?? "";
}
const chunksOf = ({ story }: Case): readonly object[] => story.steps.flatMap((step) => (step.kind === "retrieval" ? step.chunks.map(({ sourceId, text, score }) => ({ sourceId, text, score })) : []));
