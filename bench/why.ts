/**
 * `npm run bench why`: how often the likeliest cause is the right one, whether its evidence points at the place, how many untouched traces it speaks against, and what it costs.
 *
 * `npm run bench why -- --way cause/name` prints what was found in the incidents of one way of the tuning half; `--untouched` prints the findings on untouched traces.
 */
import type { Finding } from "@whysaid/recorder/format";
import { diagnose } from "../packages/workbench/src/diagnose/diagnose.ts";
import { harmlessTraces } from "./incidents/harmless.ts";
import { incidents, records, ways } from "./incidents/index.ts";
import { redactedTrace, redactor } from "./incidents/redacted.ts";
import { untouched, type Untouched } from "./incidents/untouched.ts";
import { calibration, causeTable, confusion, judge, shares } from "./why/incident-figures.ts";
import { labelTable } from "./why/labels.ts";
import { malformedTable } from "./why/malformed.ts";
import { percent, table } from "./why/tables.ts";
import { timingTable } from "./why/timing.ts";

const PER_WAY = 12;
const args = process.argv.slice(2);
const from = records();
if (from.runs.length === 0 || from.rag.length === 0) {
  console.log("0 incidents: the corpus is not here (set WHYSAID_CORPUS).");
  process.exit(0);
}
const chosen = args.includes("--way") ? args[args.indexOf("--way") + 1] : undefined;
if (chosen !== undefined) {
  for (const one of judge(incidents(from, PER_WAY, (way) => (way.half === "tuning" || way.half === "third-seen" || way.half === "fourth-seen") && `${way.cause}/${way.name}`.startsWith(chosen))))
    console.log(one.right ? (one.points ? "right" : "right, evidence elsewhere") : "wrong", one.incident.way, one.findings.map((finding) => `${finding.cause} ${finding.confidence}: ${finding.title}`));
  process.exit(0);
}

timingTable();
const set = incidents(from, PER_WAY);
const judged = (half: string): ReturnType<typeof judge> => judge(set.filter((incident) => incident.half === half));
const tuning = judged("tuning");
const heldOut = judged("held-out");
console.log(`${set.length} incidents by ${ways.length} ways to break ${new Set(ways.map((way) => way.cause)).size} causes`);
for (const [title, half] of [
  ["Tuning half", tuning],
  ["Held-out half", heldOut],
  ["Third set", judged("third")],
  ["Third set, looked at since", judged("third-seen")],
  ["Fourth set", judged("fourth")],
  ["Fourth set, looked at since", judged("fourth-seen")],
] as const) {
  causeTable(title, half);
  confusion(`${title}: what was taken for what`, half);
}
const edits = harmlessTraces(from, PER_WAY).map(({ from: name, trace, previous }) => ({ name, found: diagnose(trace, { previous }).findings[0] }));
table("Harmless edits with a finding", ["edit", "traces", "found"], [
  ...[...new Set(edits.map((one) => one.name))].map((name) => [name, edits.filter((one) => one.name === name).length, edits.filter((one) => one.name === name && one.found).length]),
  ["all", edits.length, edits.filter((one) => one.found).length],
]);
if (args.includes("--harmless")) for (const { name, found } of edits) if (found) console.log(name, found.cause, found.confidence, found.title);
if (args.includes("--incidents")) process.exit(0);

const clean = untouched();
const alarmsOf = (some: readonly Untouched[], as: (trace: Untouched["trace"]) => Untouched["trace"]): { readonly from: string; readonly id: string; readonly finding: Finding }[] =>
  some.flatMap(({ from: source, id, trace }) => {
    const [finding] = diagnose(as(trace)).findings;
    return finding ? [{ from: source, id, finding }] : [];
  });
const alarms = alarmsOf(clean, (trace) => trace);
const sources = [...new Set(clean.map((one) => one.from))];
table("Untouched traces with a finding", ["from", "traces", "found", "share"], [
  ...sources.map((source) => {
    const own = clean.filter((one) => one.from === source).length;
    const found = alarms.filter((alarm) => alarm.from === source).length;
    return [source, own, found, percent(found, own)];
  }),
  ["all", clean.length, alarms.length, percent(alarms.length, clean.length)],
]);
if (args.includes("--untouched")) for (const alarm of alarms) console.log(alarm.from, alarm.id, alarm.finding.cause, alarm.finding.confidence, alarm.finding.title);

// the same through the recorder's redactor, on every fourth, since redacting costs more than diagnosing
const { root } = redactor();
const redacted = judge(set.filter((_, index) => index % 4 === 0), (trace) => redactedTrace(trace, root));
const someClean = clean.filter((_, index) => index % 4 === 0);
const redactedAlarms = alarmsOf(someClean, (trace) => redactedTrace(trace, root));
const asRedacted = { tuning: shares(redacted.filter((one) => one.incident.half === "tuning")), heldOut: shares(redacted.filter((one) => one.incident.half === "held-out")) };
table("Redacted by the recorder, every fourth", ["", "traces", "top-1", "evidence", "with a finding"], [
  ["tuning half", redacted.filter((one) => one.incident.half === "tuning").length, percent(asRedacted.tuning.top, 1), percent(asRedacted.tuning.evidence, 1), ""],
  ["held-out half", redacted.filter((one) => one.incident.half === "held-out").length, percent(asRedacted.heldOut.top, 1), percent(asRedacted.heldOut.evidence, 1), ""],
  ["untouched", someClean.length, "", "", percent(redactedAlarms.length, someClean.length)],
]);

const sure = calibration(heldOut, alarms.map((alarm) => alarm.finding));
const recovered = malformedTable();
labelTable();

const { top, evidence } = shares(heldOut);
const figures: [string, number, number, boolean][] = [
  ["top-1 cause right, held out", top, 0.95, top >= 0.95],
  ["evidence at the edited place, held out", evidence, 0.95, evidence >= 0.95],
  ["untouched traces with a finding", alarms.length / clean.length, 0.02, alarms.length / clean.length <= 0.02],
  ["right of findings at 0.9 and above", sure, 0.9, sure >= 0.9],
  ["malformed JSON recovered (sets that need no target type)", recovered, 0.97, recovered >= 0.97],
];
table("Figures to reach", ["figure", "measured", "to reach", ""], figures.map(([name, measured, reach, reached]) => [name, percent(measured, 1), percent(reach, 1, 0), reached ? "reached" : "missed"]));
process.exitCode = figures.every(([, , , reached]) => reached) ? 0 : 1;
