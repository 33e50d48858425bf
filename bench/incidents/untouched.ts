/** Real records nobody edited: the traces that should yield no finding. */
import type { Message, Reconstruction } from "@whysaid/recorder/format";
import { generation, reconstruction, say } from "../../packages/workbench/src/diagnose/testing/build.ts";
import { exchanges } from "./exchanges.ts";
import { agentRuns, agentTrace, clapnq, mtrag, mtragun, ragTrace, readLines } from "./records.ts";

export interface Untouched {
  readonly from: string;
  readonly id: string;
  readonly trace: Reconstruction;
}
interface Attribution {
  readonly id: string;
  readonly question: string;
  readonly messages: readonly { readonly content: string; readonly role: string; readonly name?: string }[];
  readonly system_prompt?: Readonly<Record<string, string>>;
}

/** Multi-agent runs as the last agent saw them: everything before its message is its input. */
function attributed(): Untouched[] {
  return readLines<Attribution>("diagnosis/who_and_when.jsonl").flatMap((record) => {
    const last = record.messages.at(-1);
    if (!last || last.content.trim() === "") return [];
    const messages: Message[] = [say("user", record.question), ...record.messages.slice(0, -1).map((message) => ({ ...say(message.role === "assistant" ? "assistant" : "user", message.content), ...(message.name === undefined ? {} : { name: message.name }) }))];
    const system = record.system_prompt?.[last.name ?? ""] ?? null;
    return [{ from: "who&when", id: record.id, trace: reconstruction({ generations: [generation({ system, messages, completion: last.content })], feature: "agents" }) }];
  });
}

export function untouched(): Untouched[] {
  const runs = agentRuns();
  return [
    ...runs.map((run) => ({ from: run.source, id: run.id, trace: agentTrace(run) })),
    ...runs.filter((run) => run.turns.length > 6).map((run) => ({ from: `${run.source}, last turn`, id: run.id, trace: agentTrace(run, { fromTurn: run.turns.findLastIndex((turn) => turn.role === "user") }) })),
    ...mtrag().filter((turn) => turn.answerability === "ANSWERABLE").map((turn) => ({ from: `mtrag, ${turn.model}`, id: turn.id, trace: ragTrace(turn) })),
    ...mtragun().filter((turn) => turn.answerability === "ANSWERABLE" && turn.answer !== "").map((turn) => ({ from: "mtragun, answerable", id: turn.id, trace: ragTrace(turn) })),
    ...clapnq().filter((turn) => turn.answerability === "ANSWERABLE" && turn.answer !== "").map((turn) => ({ from: "clapnq, answerable", id: turn.id, trace: ragTrace(turn) })),
    ...attributed(),
    ...exchanges().filter((exchange) => !exchange.troubled).map((exchange) => ({ from: "exchanges", id: exchange.id, trace: exchange.trace })),
  ];
}
