/** `whysaid doctor` for people. */
import type { Output } from "../output.ts";
import { count } from "../show/amounts.ts";
import { padded } from "../show/page.ts";
import { safeLine } from "../terminal-safe.ts";
import type { Health, SegmentHealth } from "./examine.ts";

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
    row("delivered", `${count(health.store.entries)} entries stored, ${count(health.store.quarantined)} quarantined, ${count(health.store.gaps)} gaps`, health.ingested === null ? "" : `${count(health.ingested.stored)} of them just now`);
  }
  output.line();
  if (health.concerns.length === 0) output.line(output.paint("Nothing needs attention.", "green"));
  for (const concern of health.concerns) output.line(`${output.paint("!", "yellow", "bold")} ${safeLine(concern)}`);
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
