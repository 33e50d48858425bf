/** A plan carried out: each call sent to the checked address, its answer redacted, compared with the recorded one, and kept with the trace. The command line and the pages both end here. */
import { WhysaidError, type Provenance } from "@whysaid/recorder/format";
import { diagnose } from "../diagnose/diagnose.ts";
import { decodedAnswer, storyWith, type ReplayAnswer } from "../reconstruct/replay/answer.ts";
import { checkCaps, estimate, spentTokens, type Caps } from "../reconstruct/replay/cost.ts";
import { defaultKeyName, keyHeader, resentHeaders } from "../reconstruct/replay/headers.ts";
import { moved } from "../reconstruct/replay/moved.ts";
import type { RecordedRequest } from "../reconstruct/replay/request.ts";
import { keepRun, type Run } from "../reconstruct/replay/runs.ts";
import { send } from "../reconstruct/replay/send.ts";
import { checkedTarget } from "../reconstruct/replay/target.ts";
import { shownUrl, type Plan } from "./plan.ts";

/** An API key by the variable it is in. Read when it is sent, kept nowhere. */
export type KeyOf = (name: string) => string | undefined;

export interface Sending {
  /** `.whysaid`: where runs are kept and whose redactor is used. */
  readonly directory: string;
  readonly caps: Caps;
  /** The recorded URL may be this machine. */
  readonly allowLoopback: boolean;
  /** Variable with the API key; null for the provider's usual one, which is sent to that provider's own host only. */
  readonly keyName: string | null;
  readonly keyOf: KeyOf;
  readonly now: () => number;
  /** No further call once it is aborted. */
  readonly signal?: AbortSignal;
  /** Told of each call when it is back. */
  readonly onRun?: (run: Run) => void;
}
export type BeforeAnswer = Pick<ReplayAnswer, "text" | "toolCalls"> & { readonly provenance: readonly Provenance[] };
export interface Replayed {
  readonly before: BeforeAnswer;
  readonly runs: readonly Run[];
  /** Tokens spent when the cap ended it early; null when every call was made. */
  readonly stoppedAt: number | null;
}

/** The recorded answer, put as the replayed ones are. */
export function answerBefore({ story, request }: Plan): BeforeAnswer {
  const { signals } = request.generation;
  const before = {
    text: signals.completion.state === "captured" ? signals.completion.value.text : "",
    toolCalls: signals.toolCalls.state === "captured" ? signals.toolCalls.value.map((tool) => ({ name: tool.name, arguments: tool.arguments })) : [],
  };
  return { ...before, provenance: diagnose(storyWith(story, { index: request.index, body: request.body, chunksGone: [] }, before)).provenance };
}

/** @throws WhysaidError `REPLAY_OVER_CAP`, `REPLAY_TARGET_REFUSED`, `REPLAY_KEY_MISSING`, `REPLAY_UNREACHABLE`, `RUNS_UNWRITABLE` */
export async function replayTrace(plan: Plan, { directory, caps, allowLoopback, keyName, keyOf, now, signal, onRun }: Sending): Promise<Replayed> {
  const { story, request, asked, url } = plan;
  checkCaps(plan.calls, plan.cost, caps);
  const target = await checkedTarget(url, { base: plan.base, allowLoopback });
  const headers = { ...resentHeaders(request.entry.headers), ...credentials(request, url, keyName, keyOf) };
  const one = estimate(plan.outgoing, 1);
  const redacted = plan.redacted(directory);
  // What is set by hand may hold a name; what is recorded is redacted already.
  const variant = plan.variant.includes("set ") ? redacted(plan.variant) : plan.variant;
  const before = answerBefore(plan);
  const runs: Run[] = [];
  let spent = 0;
  for (let call = 0; call < plan.calls; call += 1) {
    if (signal?.aborted === true) break;
    const wire = await send(target, headers, plan.outgoing);
    const answer = redactedAnswer(decodedAnswer(request.entry.protocol, wire), redacted);
    const { provenance } = diagnose(storyWith(story, asked, answer));
    const run: Run = { atMs: now(), traceId: story.traceId, generation: request.index, variant, revealed: plan.isRevealed, target: shownUrl(url), status: wire.status, durationMs: wire.durationMs, answer, moved: moved(before.provenance, provenance) };
    keepRun(directory, run);
    runs.push(run);
    onRun?.(run);
    spent += spentTokens(answer.usage, one);
    if (spent > caps.maxTokens) return { before, runs, stoppedAt: spent };
  }
  return { before, runs, stoppedAt: null };
}

/** A variable named by hand must be set; the provider's usual one may be absent where nothing is known to be needed. */
function credentials(request: RecordedRequest, url: URL, named: string | null, keyOf: KeyOf): Record<string, string> {
  const name = named ?? defaultKeyName(url);
  if (name === null) return {};
  const key = keyOf(name);
  if (key === undefined) throw new WhysaidError("REPLAY_KEY_MISSING", `the environment variable ${name} is not set`, { fix: "Put the provider's API key in it, or name another with --key-env." });
  return keyHeader(request.entry.protocol, url, key);
}

function redactedAnswer(answer: ReplayAnswer, redacted: (text: string) => string): ReplayAnswer {
  const orNull = (text: string | null): string | null => (text === null ? null : redacted(text));
  return { ...answer, text: redacted(answer.text), refusal: orNull(answer.refusal), error: orNull(answer.error), toolCalls: answer.toolCalls.map((call) => ({ name: call.name, arguments: redacted(call.arguments) })) };
}
