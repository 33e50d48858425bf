/** One message to one receiver: to an address that was checked, never by a redirect, again after a while where the receiver is busy. */
import { setTimeout as wait } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { send } from "../reconstruct/replay/send.ts";
import { checkedTarget } from "../reconstruct/replay/target.ts";
import type { AlertTarget } from "./config.ts";
import { bodyFor, type AlertMessage } from "./message.ts";

const TRIES = 4;
const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const isBusy = (status: number): boolean => status === 408 || status === 429 || status >= 500;

export interface DeliveryOptions {
  readonly signal?: AbortSignal;
  /** Before the second try; doubled with each. */
  readonly firstPauseMs?: number;
}

/**
 * @throws WhysaidError `ALERT_TARGET_REFUSED` for an address nothing is ever sent to, `ALERT_NOT_DELIVERED` when the receiver does not take it.
 *         Neither says more of the address than its host: a webhook's path is a secret
 */
export async function deliver(message: AlertMessage, target: AlertTarget, { signal, firstPauseMs = FIRST_PAUSE_MS }: DeliveryOptions = {}): Promise<void> {
  const url = new URL(target.url);
  const body = bodyFor(message, target.format);
  const headers = { "user-agent": "whysaid", ...target.headers, "content-type": "application/json", "x-whysaid-event": message.id };
  for (let tries = 1; ; tries += 1) {
    const outcome = await tried(url, target, headers, body);
    if (typeof outcome === "number" && outcome >= 200 && outcome < 300) return;
    const mayTryAgain = outcome === "unreachable" || isBusy(outcome);
    if (!mayTryAgain || tries === TRIES || signal?.aborted === true) {
      const sentence = outcome === "unreachable" ? `${url.host} cannot be reached` : `${url.host} answered ${outcome}`;
      throw new WhysaidError("ALERT_NOT_DELIVERED", sentence, { fix: outcome !== "unreachable" && outcome >= 300 && outcome < 400 ? "Redirects are not followed: name the address it leads to." : "Check the target in whysaid.config.ts with `whysaid alerts test`; what was not delivered is sent again at the next check." });
    }
    await wait(firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

async function tried(url: URL, { allowLoopback }: AlertTarget, headers: Readonly<Record<string, string>>, body: string): Promise<number | "unreachable"> {
  try {
    // Looked up anew each time: an address that was checked a minute ago may be another now.
    const target = await checkedTarget(url, { base: null, allowLoopback });
    return (await send(target, headers, body, TIMEOUT_MS)).status;
  } catch (cause) {
    if (!(cause instanceof WhysaidError)) throw cause;
    if (cause.code === "REPLAY_TARGET_REFUSED") throw new WhysaidError("ALERT_TARGET_REFUSED", cause.message, { fix: "Alerts go to no link-local or metadata address, and to this machine only with `allowLoopback: true` on the target." });
    return "unreachable";
  }
}
