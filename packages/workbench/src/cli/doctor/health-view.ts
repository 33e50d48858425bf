/** `whysaid doctor` for people. */
import type { Output } from "../output.ts";
import { count } from "../show/amounts.ts";
import { padded } from "../show/page.ts";
import { safeLine } from "../terminal-safe.ts";
import type { Health, SegmentHealth, ServerReport } from "./examine.ts";

const SHOWN_SEGMENTS = 12;

export function showHealth(output: Output, health: Health): void {
  const heading = (text: string): void => {
    output.line();
    output.line(output.paint(text, "bold"));
  };
  const row = (name: string, value: string, extra = ""): void => output.line(`  ${padded(name, 12)}${value}${extra === "" ? "" : `  ${output.paint(extra, "dim")}`}`);
  output.line(`whysaid ${health.versions.whysaid} · Node ${health.versions.node}`);

  heading("Settings");
  for (const { name, value, source } of health.settings) row(name, safeLine(value), source);

  heading("Journal");
  const { journal } = health;
  row("segments", `${count(journal.segments.length)}, ${bytes(journal.bytes)}`);
  for (const segment of journal.segments.slice(-SHOWN_SEGMENTS)) row("", segmentLine(output, segment));
  if (journal.segments.length > SHOWN_SEGMENTS) row("", output.paint(`… and ${count(journal.segments.length - SHOWN_SEGMENTS)} older`, "dim"));

  if (health.store !== null) {
    heading("Store");
    row("size", bytes(health.store.fileBytes), `${bytes(health.store.textBytes)} of text, each once`);
    row("holds", `${count(health.store.traces)} traces, ${count(health.store.generations)} generations, ${count(health.store.actions)} actions`);
  }
  if (health.delivery !== null) {
    const { captured, journaled, shipped, stored, quarantined, gaps, lost } = health.delivery;
    heading("Delivery, in entries");
    row("captured", count(captured), captured === journaled ? "" : `${count(captured - journaled)} of them lost before the journal`);
    row("journaled", count(journaled), "in the journal now");
    row("shipped", shipped === null ? "–" : count(shipped), health.server === null ? "no server is named" : shipped === null ? "the server does not say" : `of these, stored at ${safeLine(health.server.url)}`);
    row("stored", count(stored), health.ingested === null ? "" : `here; ${count(health.ingested.stored)} of them just now`);
    row("quarantined", count(quarantined));
    row("gaps", count(gaps), lost === 0 ? "" : `for ${count(lost)} entries`);
  }
  if (health.server !== null) showServer(health.server, heading, row);
  output.line();
  if (health.concerns.length === 0) output.line(output.paint("Nothing needs attention.", "green"));
  for (const concern of health.concerns) output.line(`${output.paint("!", "yellow", "bold")} ${safeLine(concern)}`);
}

function showServer({ url, deliveries, refused }: ServerReport, heading: (text: string) => void, row: (name: string, value: string, extra?: string) => void): void {
  heading(`Server ${safeLine(url)}`);
  if (deliveries !== null) {
    const { stored, sinceStart, version } = deliveries;
    row("version", safeLine(version));
    row("holds", `${count(stored.traces)} traces, ${count(stored.generations)} generations, ${count(stored.actions)} actions`, bytes(stored.storedBytes));
    row("stored", `${count(stored.entries)} entries`);
    row("quarantined", count(stored.quarantined));
    row("gaps", count(stored.gaps), stored.lost === 0 ? "" : `for ${count(stored.lost)} entries`);
    row("since start", `${count(sinceStart.stored)} stored, ${count(sinceStart.duplicates)} sent again, ${count(sinceStart.quarantined)} quarantined, ${count(sinceStart.unreadable)} bodies unreadable, ${count(sinceStart.overflows)} told to wait`, "of all projects");
    row("waiting", bytes(sinceStart.waitingBytes));
  }
  if (refused === null) return;
  row(deliveries === null ? "counts" : "journal", `not shown: ${refused.code}`, safeLine(`${refused.sentence}. ${refused.fix}`));
}

const writers: Readonly<Record<SegmentHealth["writer"], string>> = {
  running: "its process runs",
  ended: "ended cleanly",
  gone: "its process died",
  elsewhere: "written elsewhere",
  unknown: "no header",
};

function segmentLine(output: Output, { name, bytes: size, unreadBytes, writer, service, redaction }: SegmentHealth): string {
  const state = output.paint(writers[writer], writer === "gone" || writer === "unknown" ? "yellow" : "green");
  const unread = unreadBytes === 0 ? "" : ` · ${bytes(unreadBytes)} unread`;
  return `${name}  ${bytes(size).padStart(9)}  ${state}${unread}${service === null ? "" : ` · ${safeLine(service)}`}${redaction === null ? "" : ` · redaction ${safeLine(redaction)}`}`;
}

function bytes(value: number): string {
  if (value < 10_000) return `${count(value)} B`;
  if (value < 10_000_000) return `${count(Math.round(value / 1000))} kB`;
  return `${count(Math.round(value / 1_000_000))} MB`;
}
