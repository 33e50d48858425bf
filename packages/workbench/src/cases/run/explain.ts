/** Why a sample failed, for a terminal or a test report: each score, then the run beside the recording, field by field. Plain text; the caller redacts it. */
import { WhysaidError, type Reconstruction } from "@whysaid/recorder/format";
import { differences, type Difference } from "../../reconstruct/differences.ts";
import type { Case } from "../case.ts";
import type { Sample, Score } from "./suite.ts";

const MOST_LINES = 24;
const WIDTH = 200;
/** Of a test run nobody measures, deploys or tags. */
const BESIDE_THE_POINT = /^(?:service|environment|release|tags|actions|subject|outcome|generations\[\d+\]\.(?:usage|latency|attempts|provider|model\.fingerprint|input\.parameters\.stream_options))(?:[.[]|$)/;

export function explain(one: Case, sample: Sample | null, scores: readonly Score[], error: unknown): string {
  const lines = scores.map(({ name, passed, score, reason }) => `${passed ? "✓" : "✗"} ${name} ${Number(score.toFixed(3))}${reason === null ? "" : `: ${reason}`}`);
  if (error !== undefined) lines.push(...errorLines(error));
  if (one.expected !== null) lines.push(`expected  ${shown(sample?.input.expected ?? one.expected.text)}`);
  lines.push(`said then ${shown(one.said)}`, `says now  ${shown(sample?.text ?? "")}`);
  if (sample !== null) lines.push("", "then → now", ...differenceLines(one.story, sample.story));
  lines.push("", `whysaid cases show ${one.id}   ·   whysaid show ${one.traceIds[0] ?? ""}`);
  return lines.join("\n");
}

function errorLines(error: unknown): readonly string[] {
  const cause = causeOf(error);
  if (cause !== null) return [`✗ ${cause.code}: ${cause.message}`, `  ${cause.fix}`];
  return [`✗ the feature threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`];
}
/** Clients wrap what their `fetch` throws. */
export function causeOf(error: unknown): WhysaidError | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) if (at instanceof WhysaidError) return at;
  return null;
}

function differenceLines(then: Reconstruction, now: Reconstruction): readonly string[] {
  // The chunks of a trace are those of each of its calls: what they differ in is told once.
  const told = new Set<string>();
  const found = differences(then, now).filter(({ at, kind, a, b }) => {
    if (BESIDE_THE_POINT.test(at) || at.endsWith(".callId")) return false;
    const what = `${at.replace(/^generations\[\d+\]/, "")} ${kind} ${JSON.stringify([a, b])}`;
    const isNew = !told.has(what);
    told.add(what);
    return isNew;
  });
  if (found.length === 0) return ["  the same, field by field"];
  const lines = found.slice(0, MOST_LINES).flatMap(lineOf);
  return found.length > MOST_LINES ? [...lines, `  … and ${found.length - MOST_LINES} more`] : lines;
}
function lineOf({ at, kind, a, b }: Difference): readonly string[] {
  if (kind === "added") return [`  + ${at}  ${shown(b)}`];
  if (kind === "removed") return [`  - ${at}  ${shown(a)}`];
  return [`  ~ ${at}`, `    - ${shown(a)}`, `    + ${shown(b)}`];
}
function shown(value: unknown): string {
  const text = (typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing")).replace(/\s+/g, " ").trim();
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}
