/**
 * 10,000 actions, three in ten before their call, in any order, sent twice, up to 90 days late: each must join its trace, once, and what stands at the end must not hang
 * on the order they came in. The same actions arrive in two orders, in two directories. `npm run faults actions [--actions 10000] [--seed N]`. Exit code 1 otherwise.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { newTraceId, type TraceId, type UserAction } from "@whysaid/recorder/format";
import { finalAction } from "../packages/workbench/src/cases/derive.ts";
import { listCases } from "../packages/workbench/src/cases/case-store.ts";
import { syncCases } from "../packages/workbench/src/cases/sync.ts";
import { withFreshStore, workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { reconstruct } from "../packages/workbench/src/reconstruct/reconstruct.ts";
import { seeded } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";

const actionCount = numberOption("actions", 10_000);
const seed = numberOption("seed", 1);
const random = seeded(seed);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 7, 1);
const kinds: readonly UserAction[] = ["accept", "edit", "retry", "abandon"];

interface Sent {
  readonly trace: TraceId;
  readonly id: string;
  readonly action: UserAction;
  readonly atMs: number;
  readonly after: string | null;
  readonly isEarly: boolean;
}
/** Four actions on three traces, so that some have a history. */
const traces = Array.from({ length: Math.ceil((actionCount * 3) / 4) }, (_, index) => newTraceId(START_MS + index * 1000));
const actions = Array.from({ length: actionCount }, (_, index): Sent => {
  const action = kinds[random(kinds.length)] ?? "accept";
  const trace = traces[index < traces.length ? index : random(traces.length)] ?? traces[0];
  if (trace === undefined) throw new Error("no trace");
  return { trace, id: `a${index}`, action, atMs: START_MS + random(90 * DAY_MS), after: action === "edit" ? `Dose ${index} mg` : null, isEarly: random(10) < 3 };
});

/** What must come of a trace: its actions once each, by time. */
const wanted = new Map<string, Sent[]>();
for (const one of actions) wanted.set(one.trace, [...(wanted.get(one.trace) ?? []), one]);

function shuffled<T>(items: readonly T[], shuffle: (below: number) => number): T[] {
  const copy = [...items];
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = shuffle(at + 1);
    [copy[at], copy[other]] = [copy[other] as T, copy[at] as T];
  }
  return copy;
}

/** Early actions, then the calls, then all actions again: each is sent twice at least. Between the parts the store takes in what is there, as a server would. */
async function play(directory: string, order: number): Promise<void> {
  const shuffle = seeded(seed * 1000 + order);
  const act = async (sent: readonly Sent[]): Promise<void> => {
    const recorder = createRecorder({ dir: directory, redaction: "off", onProblem: (problem) => console.error(problem.code, problem.message) });
    for (const one of shuffled(sent, shuffle)) recorder.action(one.trace, one.action, { id: one.id, at: one.atMs, before: "Dose 1 mg", ...(one.after === null ? {} : { after: one.after }) });
    await recorder.close();
  };
  const sync = (): Promise<unknown> => withFreshStore(workspaceAt(directory), (store) => syncCases(store));
  await act(actions.filter(({ isEarly }) => isEarly));
  await sync();
  let next: TraceId | undefined;
  const recorder = createRecorder({ dir: directory, redaction: "off", newTraceId: () => next ?? newTraceId(START_MS) });
  for (const [index, trace] of shuffled([...traces.entries()], shuffle)) {
    next = trace;
    recorder.trace("dose", () => recorder.generation({ model: "gpt-4o", input: { messages: [{ role: "user", content: `Dose for bed ${index}?` }] }, completion: { text: "Dose 1 mg" } }));
  }
  await recorder.close();
  await act(actions.filter(({ isEarly }) => !isEarly));
  await sync();
  await act(actions);
}

interface Ended {
  readonly joined: number;
  readonly doubled: number;
  readonly wrongFinal: number;
  /** Trace → what stands. */
  readonly finals: readonly string[];
  readonly cases: readonly string[];
}
async function endOf(directory: string): Promise<Ended> {
  return withFreshStore(workspaceAt(directory), async (store) => {
    await syncCases(store);
    let [joined, doubled, wrongFinal] = [0, 0, 0];
    const finals: string[] = [];
    for (const [trace, sent] of wanted) {
      const stored = await store.trace(trace);
      if (stored === null) continue;
      const story = reconstruct(stored);
      const isJoined = story.generations.length === 1;
      joined += isJoined ? Math.min(story.actions.length, sent.length) : 0;
      doubled += Math.max(0, story.actions.length - sent.length);
      const final = finalAction(story.actions);
      const last = sent.reduce((a, b) => (b.atMs > a.atMs ? b : a));
      if (final?.action !== last.action || final.after !== last.after) wrongFinal += 1;
      finals.push(`${trace} ${final?.action ?? "none"} ${final?.after ?? ""}`);
    }
    return { joined, doubled, wrongFinal, finals: finals.sort(), cases: (await listCases(store)).map(({ id, traceIds }) => `${id} ${traceIds.join(",")}`).sort() };
  });
}

const directories = [1, 2].map(() => mkdtempSync(join(tmpdir(), "whysaid-faults-actions-")));
try {
  const ends: Ended[] = [];
  for (const [index, directory] of directories.entries()) {
    await play(directory, index + 1);
    ends.push(await endOf(directory));
  }
  const [a, b] = ends;
  if (a === undefined || b === undefined) throw new Error("two orders are played");
  const early = actions.filter(({ isEarly }) => isEarly).length;
  const acted = [...wanted.values()].map((sent) => sent.reduce((x, y) => (y.atMs > x.atMs ? y : x))).filter(({ action }) => action !== "accept").length;
  const sameFinals = JSON.stringify(a.finals) === JSON.stringify(b.finals);
  const sameCases = JSON.stringify(a.cases) === JSON.stringify(b.cases);
  console.log(`actions sent               ${actionCount} on ${wanted.size} traces, each at least twice; ${early} (${((early / actionCount) * 100).toFixed(1)} %) before their call; up to 90 days late`);
  for (const [index, end] of ends.entries()) console.log(`order ${index + 1}: joined ${end.joined} of ${actionCount} (${((end.joined / actionCount) * 100).toFixed(2)} %), counted twice ${end.doubled}, wrong final action ${end.wrongFinal}, cases ${end.cases.length} for ${acted} traces that ask for one`);
  console.log(`final state the same in both orders: actions ${sameFinals ? "yes" : "NO"}, cases ${sameCases ? "yes" : "NO"}`);
  const holds = ends.every((end) => end.joined === actionCount && end.doubled === 0 && end.wrongFinal === 0) && sameFinals && sameCases;
  process.exitCode = holds ? 0 : 1;
} finally {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
