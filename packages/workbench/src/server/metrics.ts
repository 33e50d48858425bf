/** `GET /metrics`, for Prometheus: requests by route, and deliveries from arrival to store. No label holds anything recorded. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Intake } from "./intake/intake.ts";

export interface Metrics {
  readonly registry: Registry;
  request(method: string, route: string, status: number, seconds: number): void;
}

export function createMetrics(intake: Intake): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({ name: "whysaid_request_seconds", help: "Requests by method, route and status", labelNames: ["method", "route", "status"], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers: [registry] });
  const delivered = (name: string, help: string, read: () => number): void => {
    const counter = new Counter({
      name,
      help,
      registers: [registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  };
  delivered("whysaid_entries_stored_total", "Entries committed to the store since the start, from HTTP and local journals", () => intake.counts.stored);
  delivered("whysaid_entries_duplicate_total", "Entries that were in the store already", () => intake.counts.duplicates);
  delivered("whysaid_quarantined_total", "Damaged or unreadable pieces, kept with their reason", () => intake.counts.quarantined);
  delivered("whysaid_gaps_total", "Gap entries: what recorders could not write", () => intake.counts.gaps);
  delivered("whysaid_texts_asked_total", "Parts whose texts the server had to ask for", () => intake.counts.asked);
  delivered("whysaid_commits_total", "Transactions of HTTP ingest", () => intake.counts.commits);
  delivered("whysaid_unreadable_total", "Bodies refused because they cannot be read", () => intake.counts.unreadable);
  delivered("whysaid_overflows_total", "Bodies refused with 503 because too much was waiting", () => intake.overflows);
  const waiting: Gauge = new Gauge({ name: "whysaid_intake_waiting_bytes", help: "Bytes waiting to be stored", registers: [registry], collect: () => waiting.set(intake.waitingBytes) });
  return { registry, request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds) };
}
