/**
 * `npm run bench why`: how often the likeliest cause is the right one, and what it costs.
 *
 * `npm run bench why -- --way cause/name` prints the incidents of one way with what was found; `--untouched` the false alarms.
 */
import { isDeepStrictEqual } from "node:util";
import type { Finding } from "@whysaid/recorder/format";
import { diagnose } from "../packages/workbench/src/diagnose/diagnose.ts";
import type { Incident } from "./incidents/incident.ts";
import { incidents, records, ways } from "./incidents/index.ts";

const PER_WAY = 12;
const args = process.argv.slice(2);
const only = args.includes("--way") ? args[args.indexOf("--way") + 1] : undefined;

export const pointsAtEdit = (finding: Finding, incident: Incident): boolean =>
  finding.evidence.some((evidence) => incident.at.some((place) => evidence.at.startsWith(place) || (place.startsWith(evidence.at) && evidence.at.length > 12)) || (evidence.sourceId !== null && (incident.sourceIds?.includes(evidence.sourceId) ?? false)));

const set = incidents(records(), PER_WAY, (way) => only === undefined || `${way.cause}/${way.name}`.startsWith(only));
interface Tally { n: number; top: number; at: number }
const tally = (): Tally => ({ n: 0, top: 0, at: 0 });
const byHalf = { tuning: new Map<string, Tally>(), "held-out": new Map<string, Tally>() };
const confusion = new Map<string, number>();
for (const incident of set) {
  const { findings } = diagnose(incident.trace, { ...(incident.previous ? { previous: incident.previous } : {}) });
  const first = findings[0];
  const right = first?.cause === incident.cause;
  const points = right && pointsAtEdit(first, incident);
  const own = byHalf[incident.half];
  const counts = own.get(incident.cause) ?? tally();
  counts.n += 1;
  if (right) counts.top += 1;
  if (points) counts.at += 1;
  own.set(incident.cause, counts);
  if (!right) confusion.set(`${incident.half} ${incident.cause}/${incident.way} → ${first?.cause ?? "nothing"}`, (confusion.get(`${incident.half} ${incident.cause}/${incident.way} → ${first?.cause ?? "nothing"}`) ?? 0) + 1);
  if (only !== undefined && (!right || !points)) console.log(incident.way, right ? "RIGHT but evidence" : "WRONG", JSON.stringify(findings.map((finding) => [finding.cause, finding.confidence, finding.title, finding.evidence.map((evidence) => evidence.at)]), null, 1), incident.at, incident.sourceIds);
}
for (const half of ["tuning", "held-out"] as const) {
  const rows = [...byHalf[half]].map(([cause, counts]) => ({ cause, n: counts.n, top1: `${((100 * counts.top) / counts.n).toFixed(0)} %`, evidence: `${((100 * counts.at) / counts.n).toFixed(0)} %` }));
  const sum = [...byHalf[half].values()].reduce((all, counts) => ({ n: all.n + counts.n, top: all.top + counts.top, at: all.at + counts.at }), tally());
  console.log(`\n${half}: ${sum.n} incidents, top-1 ${((100 * sum.top) / sum.n).toFixed(1)} %, evidence ${((100 * sum.at) / sum.n).toFixed(1)} %`);
  if (half === "tuning" || args.includes("--all")) console.table(rows);
}
for (const [key, count] of [...confusion].sort()) if (key.startsWith("tuning") || args.includes("--all")) console.log(count, key);
void isDeepStrictEqual;
void ways;
