/** `whysaid replay` for the pages: what would be sent and what it costs, then the sending. Where to and with which key is the operator's to say (`whysaid up --replay`), never the browser's. */
import { WhysaidError } from "@whysaid/recorder/format";
import { z } from "zod";
import { readNamed } from "../../cli/trace-id.ts";
import { planOf, shownUrl, type Order } from "../../replay/plan.ts";
import { replayTrace } from "../../replay/replay-trace.ts";
import { apiRoute, type ApiRoute } from "../route.ts";
import type { ServerSettings } from "../settings.ts";

const params = z.object({ id: z.string().max(64) });
interface Asked {
  readonly generation?: number | undefined;
  readonly model?: string | undefined;
  readonly set: readonly string[];
  readonly without: readonly string[];
  readonly calls: number;
}
const asked = {
  generation: z.number().int().min(0).max(100_000).optional(),
  model: z.string().min(1).max(200).optional(),
  set: z.array(z.string().max(20_000)).max(20).default([]),
  without: z.array(z.string().max(2_000)).max(50).default([]),
  calls: z.number().int().min(1).max(20).default(1),
};
/** Shown before it is sent: longer bodies are read in `show`. */
const SHOWN_CHARS = 20_000;

const orderOf = ({ generation, model, set, without, calls }: Asked, target: string | null): Omit<Order, "revealing"> => ({ generation: generation ?? null, changes: { model: model ?? null, set, without }, calls, target });

function policyOf({ replay }: ServerSettings): NonNullable<ServerSettings["replay"]> {
  if (replay === null) throw new WhysaidError("REPLAY_OFF", "this server sends nothing again", { fix: "Start it with `whysaid up --replay`, or run `whysaid replay` where the recordings lie." });
  return replay;
}

export const replayRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "post",
    path: "/api/traces/:id/replay/plan",
    right: "read",
    about: "what a replay would send, where to, and how many tokens it may take; nothing is sent: `whysaid replay --dry-run --json`",
    params,
    body: z.strictObject(asked),
    response: z.object({ variant: z.string(), generation: z.number(), url: z.string(), calls: z.number(), estimate: z.looseObject({ inputTokens: z.number(), outputTokens: z.number(), totalTokens: z.number() }), body: z.string(), bodyChars: z.number() }),
    answer: async ({ params: { id }, body, room: { store }, settings }) => {
      const trace = await readNamed(store, id, (traceId) => store.trace(traceId));
      const plan = planOf(trace, { ...orderOf(body, settings.replay?.base ?? null), revealing: null });
      return { variant: plan.variant, generation: plan.asked.index, url: shownUrl(plan.url), calls: plan.calls, estimate: plan.cost, body: plan.asked.body.slice(0, SHOWN_CHARS), bodyChars: plan.asked.body.length };
    },
  }),
  apiRoute({
    method: "post",
    path: "/api/traces/:id/replay",
    right: "reveal",
    about: "send a recorded call again, as it was or changed, and keep what comes back with the trace: `whysaid replay --json`. With a `reason` the originals are sent instead of pseudonyms; audited",
    params,
    body: z.strictObject({ ...asked, reason: z.string().min(3).max(1000).optional() }),
    response: z.object({ traceId: z.string(), generation: z.number(), revealed: z.boolean(), before: z.looseObject({ text: z.string() }), runs: z.array(z.looseObject({})), stoppedAt: z.number().nullable() }),
    answer: async ({ params: { id }, body, room: { store, workspace }, identity, settings, signal }) => {
      const { base, keyName, keyOf, caps } = policyOf(settings);
      const trace = await readNamed(store, id, (traceId) => store.trace(traceId));
      const revealing = body.reason === undefined ? null : { directory: workspace.directory, reason: body.reason, actor: identity.actor, atMs: settings.now() };
      const plan = planOf(trace, { ...orderOf(body, base), revealing });
      const { before, runs, stoppedAt } = await replayTrace(plan, { directory: workspace.directory, caps, allowLoopback: false, keyName, keyOf, now: settings.now, signal });
      return { traceId: plan.story.traceId, generation: plan.asked.index, revealed: plan.isRevealed, before, runs, stoppedAt };
    },
  }),
];
