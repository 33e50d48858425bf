/** Top-1 and evidence per cause, the confusions, how far confidence means something. */
import type { Finding, Reconstruction } from "@whysaid/recorder/format";
import { diagnose } from "../../packages/workbench/src/diagnose/diagnose.ts";
import type { Incident } from "../incidents/incident.ts";
import { percent, table } from "./tables.ts";

export interface Judged {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly right: boolean;
  readonly points: boolean;
}
/** Evidence is right when a pointer of it lies at the edited place, or it names the edited source. */
const pointsAtEdit = (finding: Finding, incident: Incident): boolean =>
  finding.evidence.some((evidence) => incident.at.some((place) => evidence.at.startsWith(place) || (place.startsWith(evidence.at) && evidence.at.length > 12)) || (evidence.sourceId !== null && (incident.sourceIds?.includes(evidence.sourceId) ?? false)));

/** @param as  the trace as it is diagnosed: as built, or redacted */
export function judge(incidents: readonly Incident[], as: (trace: Reconstruction) => Reconstruction = (trace) => trace): Judged[] {
  return incidents.map((incident) => {
    const { findings } = diagnose(as(incident.trace), { previous: (incident.previous ?? []).map(as) });
    const [first] = findings;
    const right = first?.cause === incident.cause;
    return { incident, findings, right, points: right && pointsAtEdit(first, incident) };
  });
}
export const shares = (judged: readonly Judged[]): { readonly top: number; readonly evidence: number } => ({
  top: judged.filter((one) => one.right).length / Math.max(1, judged.length),
  evidence: judged.filter((one) => one.points).length / Math.max(1, judged.length),
});

export function causeTable(title: string, judged: readonly Judged[]): void {
  const causes = [...new Set(judged.map((one) => one.incident.cause))];
  const row = (name: string, some: readonly Judged[]): (string | number)[] => [name, some.length, percent(some.filter((one) => one.right).length, some.length), percent(some.filter((one) => one.points).length, some.length)];
  table(title, ["cause", "incidents", "top-1", "evidence"], [...causes.map((cause) => row(cause, judged.filter((one) => one.incident.cause === cause))), row("all", judged)]);
}
export function confusion(title: string, judged: readonly Judged[]): void {
  const counts = new Map<string, number>();
  for (const { incident, findings, right } of judged) {
    if (right) continue;
    const key = `${incident.cause} → ${findings[0]?.cause ?? "nothing"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  table(title, ["edited → found", "incidents"], [...counts].toSorted((a, b) => b[1] - a[1]));
}
/** Of first findings in each band of confidence, how many are right; untouched traces count as wrong. */
export function calibration(judged: readonly Judged[], alarms: readonly Finding[]): number {
  const bands = [[0.9, 1.01], [0.8, 0.9], [0.7, 0.8], [0.5, 0.7]] as const;
  const firsts = [...judged.flatMap((one) => (one.findings[0] ? [{ confidence: one.findings[0].confidence, right: one.right }] : [])), ...alarms.map((finding) => ({ confidence: finding.confidence, right: false }))];
  const within = (low: number, high: number): typeof firsts => firsts.filter((first) => first.confidence >= low && first.confidence < high);
  table("Calibration: first findings, held-out incidents and untouched traces", ["confidence", "findings", "right"], bands.map(([low, high]) => {
    const some = within(low, high);
    return [`${low} – ${Math.min(1, high).toFixed(1)}`, some.length, percent(some.filter((first) => first.right).length, some.length)];
  }));
  const sure = within(0.9, 2);
  return sure.filter((first) => first.right).length / Math.max(1, sure.length);
}
