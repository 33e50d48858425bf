/**
 * A day of traffic on the ward, in the app's process: asks the assistant, then does what a nurse or parent would do with the answer.
 *
 * Run by `demo.ts` with the provider's URL in `PROVIDER_URL`. `--until-killed` plays the morning and then makes the call the process dies in; without
 * it the rest of the day is played, with the incident in the afternoon. Prints `incident <trace id>`, and `empty-list <trace id>` for the first list that came out empty.
 *
 * The day takes seconds: the recorder's clock (`now`) is moved to where the ward's clock would be.
 */
import { createRecorder } from "@whysaid/recorder";
import { Assistant, type Answer, type Dose, type Versions } from "./assistant.ts";
import { patients, type Patient } from "./ward.ts";

const MINUTE_MS = 60_000;
const tracesBeforeDeath = 120;
const tracesAfterDeath = 190;

/** Deterministic and even enough for a demo: a linear congruential generator (Numerical Recipes, ch. 7.1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

class WardClock {
  #at: number;
  #since = performance.now();
  constructor(startMs: number) {
    this.#at = startMs;
  }
  readonly now = (): number => Math.round(this.#at + (performance.now() - this.#since));
  forward(byMs: number): void {
    this.#at = this.now() + byMs;
    this.#since = performance.now();
  }
}

const untilKilled = process.argv.includes("--until-killed");
const dayStart = Number(process.env["DEMO_DAY_START_MS"] ?? Date.now() - 24 * 60 * MINUTE_MS);
const clock = new WardClock(untilKilled ? dayStart : dayStart + tracesBeforeDeath * 4 * MINUTE_MS);
const random = generator(untilKilled ? 11 : 12);
const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const recorder = createRecorder({
  service: "mila",
  environment: "demo",
  release: untilKilled ? "2026.11.2" : "2026.11.3",
  now: clock.now,
  // Everyone on the ward is declared once: no name on a chart is left to guessing.
  declared: { persons: patients.map((one) => ({ name: one.name, mrn: one.mrn, dob: one.dob })) },
  onProblem: (problem) => console.error(`recorder: ${problem.code}: ${problem.message}`),
});
const assistant = new Assistant({ recorder, baseUrl: process.env["PROVIDER_URL"] ?? "", retrievalFilter: "surname" });

/** Roll-outs during the day: a new prompt version at the change of release, a new model snapshot after noon. */
function versionsOf(feature: "dose" | "handover" | "parents", index: number): Versions {
  const late = !untilKilled && index > 60;
  if (feature === "dose") return { model: late ? "gpt-4o-2024-11-20" : "gpt-4o", prompt: untilKilled ? "v13" : "v14" };
  if (feature === "handover") return { model: late ? "claude-haiku-5-5" : "claude-haiku-4-5-20251001", prompt: "v5" };
  return { model: "gpt-4o-mini", prompt: untilKilled ? "v2" : "v3" };
}

const doseQuestions = ["What is the gentamicin dose at the current weight?", "Gentamicin dose for today, please, with the interval.", "Please summarise the gentamicin dosing for the next dose."];
const parentQuestions = ["when can we take her home?", "is it normal that he sleeps so much?", "how often should we feed at night?", "why is the monitor beeping?", "how long will he live?"];

function afterwards(answer: Answer<unknown>, edited: string): void {
  const luck = random();
  const later = clock.now() + Math.round((2 + random() * 50) * MINUTE_MS);
  if (luck < 0.66) recorder.action(answer.traceId, "accept", { at: later });
  else if (luck < 0.8) recorder.action(answer.traceId, "edit", { at: later, before: answer.text, after: edited });
  else if (luck < 0.88) recorder.action(answer.traceId, "retry", { at: later });
  else if (luck < 0.95) recorder.action(answer.traceId, "abandon", { at: later });
}

let isTold = false;
async function oneTrace(index: number): Promise<void> {
  const kind = index % 5;
  const patient = among(patients.slice(2));
  const busy = index % 37 === 5 ? " [[busy]]" : "";
  if (kind < 2) {
    const answer = await assistant.doseSummary(patient, among(doseQuestions) + busy, versionsOf("dose", index));
    afterwards(answer, answer.text.replace("every 36 h", "every 24 h"));
  } else if (kind < 4) {
    const answer = await assistant.handoverNote(patient, versionsOf("handover", index));
    // A list that came out empty is typed in again by hand.
    if (answer.value.length === 0 && !isTold) console.log(`empty-list ${answer.traceId}`);
    isTold ||= answer.value.length === 0;
    if (answer.value.length === 0) recorder.action(answer.traceId, "edit", { at: clock.now() + 6 * MINUTE_MS, before: "", after: "Gentamicin level before the third dose; blood culture at 48 h" });
    else afterwards(answer, `${answer.text}- Call the parents back\n`);
  } else {
    const answer = await assistant.parentQuestion(patient, among(parentQuestions) + busy, versionsOf("parents", index), `family-${patient.mrn}`);
    afterwards(answer, "Please ask the nurse at the bedside.");
  }
}

async function incident(mateo: Patient): Promise<void> {
  const answer: Answer<Dose> = await assistant.doseSummary(mateo, "Gentamicin dose at the current weight, next dose?", versionsOf("dose", 999));
  console.log(`incident ${answer.traceId}`);
  // Forty-one minutes later the nurse, who had weighed him that morning, corrects it.
  recorder.action(answer.traceId, "edit", { at: clock.now() + 41 * MINUTE_MS, before: answer.text, after: answer.text.replace("8.4 mg", "12.8 mg").replace("2.1 kg", "3.2 kg"), note: "wrong weight, this is his sister's" });
}

const count = untilKilled ? tracesBeforeDeath : tracesAfterDeath;
for (let index = 0; index < count; index += 1) {
  if (!untilKilled && index === 140) await incident(patients[0] as Patient);
  await oneTrace(index);
  clock.forward(4 * MINUTE_MS);
}
if (untilKilled) {
  console.log("dying");
  await assistant.doseSummary(patients[2] as Patient, "Dose for the 14:00 round? [[hold]]", versionsOf("dose", 0));
}
await recorder.close();
console.log(`recorded ${count + (untilKilled ? 0 : 1)}`);
