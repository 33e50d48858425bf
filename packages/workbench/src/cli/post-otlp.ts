/** Sends one OTLP trace request, and again while its receiver is busy. Written by `export --to`. */
import { setTimeout as wait } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import type { OtlpRequest } from "../reconstruct/otlp-request.ts";

const TRIES = 5;
const TIMEOUT_MS = 30_000;
/** What the protocol names as worth another try. @see https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const BUSY = new Set([429, 502, 503, 504]);

/**
 * @param url      the receiver's traces path, as a whole
 * @throws WhysaidError `EXPORT_REFUSED` when it does not take the request
 */
export async function postOtlp(url: URL, headers: Readonly<Record<string, string>>, request: OtlpRequest): Promise<void> {
  const where = `${url.origin}${url.pathname}`;
  for (let tries = 1; ; tries++) {
    let status: number | null = null;
    try {
      const response = await fetch(url, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(request), redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
      await response.arrayBuffer();
      status = response.status;
    } catch {
      // not reachable: as busy
    }
    if (status !== null && status < 300) return;
    if ((status !== null && !BUSY.has(status)) || tries === TRIES)
      throw new WhysaidError("EXPORT_REFUSED", status === null ? `${where} cannot be reached` : `${where} answered ${status}`, { fix: "Check the address (the whole path, e.g. …/v1/traces) and OTEL_EXPORTER_OTLP_HEADERS; sending again repeats spans under the same ids." });
    await wait(200 * 2 ** tries * (0.5 + Math.random()));
  }
}
