/** The journal a recorder's settings ask for, with the header every segment of it begins with. */
import { join } from "node:path";
import { openJournal, openMemoryJournal, Shipper, type MemoryJournal, type SegmentHeader, type Journal } from "../journal/index.ts";
import { WhysaidError, type RecorderErrorCode } from "../format/errors.ts";
import type { Redactor } from "../redact/redactor.ts";
import { isHttpUrl, type Settings } from "./options.ts";

/** Written in segment headers; a test compares it with package.json. */
export const RECORDER_VERSION = "0.1.0";

export function openJournalFor(settings: Settings, redactor: Redactor, onProblem: (problem: WhysaidError<RecorderErrorCode>) => void, nowMs: () => number): Journal | MemoryJournal {
  // The field's name says what its value is: a release "2026.11.3" is no date of a person's.
  const text = (field: "service" | "environment" | "release"): ReturnType<typeof redactor.root.text> | null => {
    const value = settings[field];
    return value === null ? null : redactor.root.text(value, { signal: "metadata", path: [field] });
  };
  const header: SegmentHeader = {
    recorder: RECORDER_VERSION,
    runtime: redactor.root.literal(`node ${globalThis.process.version}`),
    service: text("service"),
    environment: text("environment"),
    release: text("release"),
    redaction: { policy: redactor.root.literal(redactor.policy), keyId: redactor.keyId },
  };
  const { journal } = settings;
  if (journal === "memory") return openMemoryJournal({ header, onProblem, nowMs });
  return openJournal({
    directory: join(settings.dir, "journal"),
    header,
    durability: settings.durability,
    onProblem,
    nowMs,
    ...(journal.segmentBytes === undefined ? {} : { segmentBytes: journal.segmentBytes }),
    ...(journal.maxBytes === undefined ? {} : { capBytes: journal.maxBytes }),
  });
}

/** What ships the journal; null without a server. An address in the environment that is none is told, not thrown. */
export function shipperFor(settings: Settings, journal: Journal, onProblem: (problem: WhysaidError<RecorderErrorCode>) => void): Shipper | null {
  const { url, key, dir } = settings;
  if (url === null || settings.journal === "memory") return null;
  if (!isHttpUrl(url)) {
    onProblem(new WhysaidError("SHIPPING_FAILED", "WHYSAID_URL is no http or https address", { fix: "For example WHYSAID_URL=https://whysaid.example.org." }));
    return null;
  }
  const shipper = new Shipper({ directory: join(dir, "journal"), url, key, own: journal.writer, onProblem });
  shipper.start();
  return shipper;
}
