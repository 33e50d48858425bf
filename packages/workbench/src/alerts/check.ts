/** One look at everything: observe, note what changed, tell it, and keep what could not be told for the next look. Run by `whysaid alerts check` and by the server every few minutes. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";
import type { AlertConfig } from "./config.ts";
import { deliver, type DeliveryOptions } from "./deliver.ts";
import { messageOf } from "./message.ts";
import { examplesOf, observe, type Observation } from "./observe.ts";
import { alertId, keep, keptAlerts, type AlertState, type KeptAlert } from "./state.ts";

/** A process that claimed a message this long ago and did not deliver it is gone. */
const CLAIM_MS = 120_000;
/** Older news is no news. */
const GIVEN_UP_MS = 86_400_000;

export interface CheckOptions extends DeliveryOptions {
  readonly nowMs: number;
  /** Look and tell nobody: nothing is kept either. */
  readonly isDry?: boolean;
}
export interface Checked {
  readonly observations: readonly Observation[];
  /** Changes that were told, or would have been. */
  readonly told: readonly { readonly event: "firing" | "resolved"; readonly sentence: string; readonly targets: readonly string[] }[];
  readonly undelivered: readonly { readonly target: string; readonly error: WhysaidError }[];
}

/** @throws what the store throws; a receiver that is away is part of the answer */
export async function check(store: Store, config: AlertConfig, options: CheckOptions): Promise<Checked> {
  const { nowMs, isDry = false } = options;
  const kept = await keptAlerts(store);
  const observations = await observe(store, config.rules, nowMs, (rule, feature) => {
    const known = kept.get(alertId(rule.name, feature, null))?.alert;
    return known?.state === "firing" ? known.fired : null;
  });
  const told: { event: "firing" | "resolved"; sentence: string; targets: readonly string[] }[] = [];
  const toSend: KeptAlert[] = [];
  const changed = new Set<string>();
  for (const observation of observations) {
    const id = alertId(observation.rule.name, observation.feature, observation.model);
    const before = kept.get(id);
    const next = changedState(observation, before?.alert);
    if (next === null) continue;
    const event = next === "firing" ? "firing" : "resolved";
    const changes = (before?.alert.changes ?? 0) + 1;
    const message = messageOf(observation, event, `${id}-${changes}`, event === "firing" ? await examplesOf(store, observation) : [], config.url);
    const targets = observation.rule.to ?? Object.keys(config.targets);
    told.push({ event, sentence: message.sentence, targets });
    if (isDry) continue;
    const alert: AlertState = {
      rule: observation.rule.name, feature: observation.feature, model: observation.model, state: next, sinceMs: nowMs, changes,
      fired: next === "firing" ? observation.fired : null,
      pending: [...(before?.alert.pending ?? []), { message, left: targets }],
      claimedAtMs: nowMs,
    };
    const mine = await keep(store, id, before?.version ?? 0, alert);
    changed.add(id);
    if (mine !== null) toSend.push(mine);
  }
  if (!isDry) for (const one of kept.values()) if (!changed.has(one.id)) toSend.push(...(await claimed(store, one, nowMs)));
  const undelivered: { target: string; error: WhysaidError }[] = [];
  for (const one of toSend) undelivered.push(...(await sendPending(store, one, config, options)));
  return { observations, told, undelivered };
}

/** null: nothing that anybody has to be told. A model is new once. */
function changedState({ state, model }: Observation, before: AlertState | undefined): "firing" | "quiet" | null {
  if (state === "unknown" || (model !== null && before !== undefined)) return null;
  if (state === "firing") return before?.state === "firing" ? null : "firing";
  return before?.state === "firing" ? "quiet" : null;
}

/** What an earlier look could not deliver, if nobody else is at it. */
async function claimed(store: Store, { id, version, alert }: KeptAlert, nowMs: number): Promise<readonly KeptAlert[]> {
  if (alert.pending.length === 0 || nowMs - alert.claimedAtMs < CLAIM_MS) return [];
  const mine = await keep(store, id, version, { ...alert, claimedAtMs: nowMs });
  return mine === null ? [] : [mine];
}

async function sendPending(store: Store, { id, version, alert }: KeptAlert, { targets }: AlertConfig, options: CheckOptions): Promise<readonly { readonly target: string; readonly error: WhysaidError }[]> {
  const undelivered: { target: string; error: WhysaidError }[] = [];
  const pending: AlertState["pending"][number][] = [];
  for (const { message, left } of alert.pending) {
    const still: string[] = [];
    for (const name of left) {
      const target = targets[name];
      // Taken out of the settings since: nobody waits for it.
      if (target === undefined) continue;
      try {
        await deliver(message, target, options);
      } catch (error) {
        if (!(error instanceof WhysaidError)) throw error;
        undelivered.push({ target: name, error });
        if (options.nowMs - message.untilMs < GIVEN_UP_MS) still.push(name);
      }
    }
    if (still.length > 0) pending.push({ message, left: still });
  }
  await keep(store, id, version, { ...alert, pending, claimedAtMs: pending.length > 0 ? options.nowMs - CLAIM_MS : alert.claimedAtMs });
  return undelivered;
}
