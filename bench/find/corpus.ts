/**
 * Answers of nine features, made up from a seed: distinct ones, built of sentences that many share with other values in them, and families of 200 that are the same but for
 * one number. Names, ids and dates are in them as an app would have them; the redactor meets them on the way in.
 */
import { Random } from "../workload.ts";

export interface Answer {
  readonly feature: string;
  readonly text: string;
  /** The family it belongs to, and the number in which it differs. */
  readonly family: number | null;
  readonly value: string | null;
}
export const FAMILY_SIZE = 200;

const given = "Ana Sofia Liam Noah Emma Olivia Mateo Lucia Hugo Clara Jonas Greta Amir Leila Kenji Yuki Chidi Amara Ivan Olga Priya Arjun Nils Freya Tomas Ines Pavel Zofia Omar Salma Diego Elena Lars Marta Felix Nora Ravi Anika Peter Ruth".split(" ");
const family = "Garcia Gruber Okafor Tanaka Novak Rossi Schmidt Larsen Kowalski Haddad Mendes Dubois Ivanova Petrov Sharma Patel Andersen Lindqvist Moreau Keller Fischer Santos Almeida Bianchi Horvat Nagy Popescu Demir Yilmaz Cohen".split(" ");
const drugs = "caffeine citrate|gentamicin|vancomycin|paracetamol|ampicillin|phenobarbital|furosemide|morphine|dopamine|ibuprofen|amoxicillin|cefotaxime|fluconazole|hydrocortisone|ranitidine|heparin".split("|");
const towns = "Linz Porto Ghent Turku Split Bergen Leeds Utrecht Nantes Kosice Malmo Graz Seville Bologna Aarhus Cork Tampere Basel Lyon Dresden".split(" ");
const goods = "walnut desk|cordless drill|espresso machine|mountain bike|rain jacket|desk lamp|noise-cancelling headset|cast-iron pan|hiking boots|baby monitor|standing desk|kitchen scale|air purifier|robot vacuum|camping stove|electric kettle".split("|");
const services = "checkout|billing|search|notifications|identity|catalog|shipping|ledger|gateway|recommendations|uploads|sessions".split("|");
const crops = "winter wheat|barley|rapeseed|sugar beet|potatoes|maize|sunflower|oats|soy beans|clover".split("|");
const clauses = "limitation of liability|termination for convenience|confidentiality|assignment|governing law|indemnification|force majeure|data protection|payment terms|warranty".split("|");

type Slots = Readonly<Record<string, (random: Random) => string>>;
const decimals = (low: number, high: number, digits: number) => (random: Random): string => (low + random.next() * (high - low)).toFixed(digits);
const whole = (low: number, high: number) => (random: Random): string => String(random.between(low, high));
const slots: Slots = {
  given: (r) => r.pick(given),
  person: (r) => `${r.pick(given)} ${r.pick(family)}`,
  drug: (r) => r.pick(drugs),
  town: (r) => r.pick(towns),
  good: (r) => r.pick(goods),
  service: (r) => r.pick(services),
  crop: (r) => r.pick(crops),
  clause: (r) => r.pick(clauses),
  kg: decimals(0.6, 4.9, 2),
  mg: decimals(1, 80, 1),
  pct: decimals(0.2, 97, 1),
  eur: (r) => (20 + r.next() * 4000).toFixed(2),
  small: whole(2, 30),
  big: whole(100, 9999),
  hour: (r) => `${String(r.between(6, 21)).padStart(2, "0")}:${String(r.below(12) * 5).padStart(2, "0")}`,
  day: (r) => `${r.between(1, 28)} ${r.pick("January February March April May June July August September October November December".split(" "))}`,
  code: (r) => `${r.pick("KRTXBN".split(""))}${r.pick("LMPQ".split(""))}-${r.between(1000, 99999)}`,
  adverb: (r) => r.pick("slowly|carefully|at once|overnight|after a second check|without delay|as a precaution|as planned|once more|before the round".split("|")),
  mood: (r) => r.pick("stable|improving|unchanged|slightly worse|reassuring|within the expected range|better than last week|borderline".split("|")),
  cause: (r) => r.pick("a missed handover|a stale cache entry|heavy rain on Tuesday|a rounding error|an expired certificate|a late delivery|a changed threshold|a duplicate order|a full disk|an unplanned restart".split("|")),
  next: (r) => r.pick("call the family back|repeat the measurement|open a ticket with the carrier|ask the registrar|check the log again|send the corrected invoice|renew the permit|compare with the spring sample|book the later train|write to the other party".split("|")),
};

interface Domain {
  readonly feature: string;
  readonly sentences: readonly string[];
}
const shared = ["The picture is {mood} since {day}.", "The most likely reason is {cause}.", "Next, {next} and note it before {hour}.", "This was reviewed {adverb} by {person}.", "If nothing changes by {day}, {next}."];
const domains: readonly Domain[] = [
  { feature: "dose-summary", sentences: ["**{given}** weighs {kg} kg today; give {drug} {mg} mg {adverb}.", "The trough level of {drug} was {mg} mg/l at {hour}.", "Feeds are {small} ml every {small} hours and oxygen saturation is {pct} %.", "Hold {drug} if the heart rate stays above {big} for {small} minutes.", "Dilute {mg} mg of {drug} in {small} ml and run it over {small} minutes.", "The last bilirubin of {mg} mg/dl needs phototherapy until {day}."] },
  { feature: "order-support", sentences: ["Your order {code} with the {good} left {town} on {day}.", "The refund of {eur} EUR for the {good} will arrive within {small} days.", "The {good} is out of stock until {day}; the {good} is a close alternative.", "Please send the {good} back to our depot in {town} with label {code}.", "We have added a voucher of {eur} EUR to the account of {person}.", "The carrier tried to deliver at {hour} and will come again on {day}."] },
  { feature: "incident-brief", sentences: ["The {service} service returned errors for {small} minutes from {hour}.", "Latency of {service} at the 99th percentile rose to {big} ms after release {code}.", "{pct} % of requests to {service} were retried and {big} of them failed.", "The queue between {service} and {service} held {big} messages at {hour}.", "Rolling back {code} brought {service} back to {pct} % of its usual load.", "Memory of the {service} pods grew by {small} MB an hour."] },
  { feature: "contract-review", sentences: ["The clause on {clause} in section {small} caps damages at {eur} EUR.", "Notice under {clause} is {small} days, counted from {day}.", "Section {small} on {clause} conflicts with annex {code}.", "Interest on late payment is {pct} % above the base rate.", "{person} may assign the contract only with consent in writing by {day}.", "The {clause} survives for {small} months after the end of the agreement."] },
  { feature: "travel-planner", sentences: ["The train to {town} leaves at {hour} and arrives at {hour} on platform {small}.", "Seat {small} in coach {small} is reserved for {person}, booking {code}.", "The hotel in {town} costs {eur} EUR for {small} nights including breakfast.", "A bus from {town} to {town} runs every {small} minutes until {hour}.", "Change in {town}; the connection waits {small} minutes.", "The ferry from {town} sails on {day} at {hour}."] },
  { feature: "farm-adviser", sentences: ["The {crop} on field {small} needs {mg} kg of nitrogen per hectare before {day}.", "Soil moisture under the {crop} fell to {pct} % at {hour}.", "Sow the {crop} {small} cm deep at {big} seeds per square metre.", "Leaf rust shows on {pct} % of the {crop} near {town}.", "Expect a yield of {mg} tonnes per hectare for {crop}.", "Irrigate the {crop} with {small} mm between {hour} and {hour}."] },
  { feature: "tutor", sentences: ["You solved {small} of {small} exercises and your score rose to {pct} %.", "To find the speed divide {big} metres by {small} seconds.", "The mistake is in line {small}: the sign in front of {mg} changes.", "Practise fractions for {small} minutes and try set {code} again.", "A triangle with sides {small}, {small} and {small} cannot exist here.", "Read chapter {small} before {day} and mark {small} new words."] },
  { feature: "claims-desk", sentences: ["Claim {code} of {person} was assessed at {eur} EUR with a deductible of {eur} EUR.", "The storm damage in {town} on {day} is covered up to {eur} EUR.", "We need {small} photos of the roof and the invoice of {eur} EUR.", "The premium rises by {pct} % from {day}.", "An expert visits at {hour} on {day}; please keep the {good} until then.", "Payment of {eur} EUR goes out {small} days after approval."] },
  { feature: "energy-report", sentences: ["The building in {town} used {big} kWh in week {small}, {pct} % more than planned.", "The heat pump ran {small} hours at {mg} degrees outside.", "Feed-in from the roof peaked at {mg} kW at {hour}.", "Lowering the set point by {small} degrees saves {eur} EUR a year.", "Meter {code} reported {big} litres between {hour} and {hour}.", "The battery kept {pct} % of its capacity after {big} cycles."] },
];

const filled = (template: string, random: Random): string => template.replace(/\{(\w+)\}/g, (_, name: string) => (slots[name] as (random: Random) => string)(random));
const sentence = (domain: Domain, random: Random): string => filled(random.next() < 0.3 ? random.pick(shared) : random.pick(domain.sentences), random);

function distinctAnswer(domain: Domain, random: Random): string {
  const parts = Array.from({ length: random.between(3, 7) }, () => sentence(domain, random));
  if (random.next() < 0.25) return `${parts[0]}\n\n${parts.slice(1).map((part) => `- ${part}`).join("\n")}`;
  if (random.next() < 0.15) return `## ${random.pick(["Summary", "Assessment", "Advice"])}\n${parts.join(" ")}`;
  return parts.join(" ");
}

/** Members that differ in one number only: a weight, an amount, a temperature. */
function* familyOf(number: number, domain: Domain, random: Random): Generator<Answer> {
  const parts = Array.from({ length: random.between(3, 6) }, () => sentence(domain, random));
  const slot = random.below(parts.length);
  const [lead, unit, low, high, digits] = random.pick([["The value to use is", "mg", 1, 90, 1], ["The agreed amount is", "EUR", 50, 2000, 2], ["Today it measured", "kg", 0.6, 5.4, 2], ["The limit was set to", "units", 100, 999, 0]] as const);
  const values = new Set<string>();
  while (values.size < FAMILY_SIZE) values.add((low + random.next() * (high - low)).toFixed(digits));
  for (const value of values) yield { feature: domain.feature, family: number, value, text: parts.map((part, n) => (n === slot ? `${part} ${lead} ${value} ${unit}.` : part)).join(" ") };
}

/** @param size  a fifth of it in families, the rest distinct */
export function corpusOf(size: number, seed: number): Answer[] {
  const random = new Random(seed);
  const answers: Answer[] = [];
  const families = Math.max(2, Math.min(20, Math.floor(size / 5 / FAMILY_SIZE)));
  for (let n = 0; n < families; n += 1) answers.push(...familyOf(n, domains[n % domains.length] as Domain, random));
  const seen = new Set<string>();
  while (answers.length < size) {
    const domain = random.pick(domains);
    const text = distinctAnswer(domain, random);
    if (seen.has(text)) continue;
    seen.add(text);
    answers.push({ feature: domain.feature, text, family: null, value: null });
  }
  // As they come in production: mixed.
  for (let at = answers.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [answers[at], answers[other]] = [answers[other] as Answer, answers[at] as Answer];
  }
  return answers;
}
