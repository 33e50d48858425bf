/** Taking a name: its particles, suffix and the number in brackets behind it; and remembering the parts of one that is sure. */
import { take, type Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { commonLevel, wordFacts } from "../words.ts";

const namePrefix = /^(?:van|von|vom|zu|der|den|ter|ten|al|el|bin|ibn|ben|abu|abd|ould|du|da|dos|das|di|della|dello|st|mc|mac|af|av|de|la|des|del)$/;

export function person(reading: Reading, first: number, last: number, rule: string, score: number, busy: Uint8Array): void {
  const { scan, text } = reading;
  let end = scan.end[last] ?? 0;
  // the dot of a closing initial belongs to the name: "Anna S."
  if (scan.shape[last] === shape.initial && text[end] === "." && last !== first) end += 1;
  const suffix = /^,? (?:MD|M\.D\.|PhD|Ph\.D\.|DO|DDS|DVM|Esq\.?|Jr\.?|Sr\.?|II|III|IV)(?![\w])/.exec(text.slice(end, end + 9));
  if (suffix !== null && last !== first) end += suffix[0].length;
  const from = particlesBefore(reading, first, busy);
  take(reading, "PERSON", scan.start[from] ?? 0, end, rule, score);
  busy.fill(1, from, last + 1);
  // "J. Parra (13287241)": the number of the person just named
  if (text.startsWith(" (", end) && scan.kind[last + 2] === kind.digits && last + 3 < scan.count && text[scan.end[last + 2] ?? 0] === ")") {
    const digits = (scan.end[last + 2] ?? 0) - (scan.start[last + 2] ?? 0);
    if (digits >= 5 && digits <= 12) take(reading, "ID", scan.start[last + 2] ?? 0, scan.end[last + 2] ?? 0, "id.after-name", 0.7);
  }
}

/** The particles before a family name: "von Ahn", "al-Hassan", "van der Berg". "de" and "la" only together, "de la Cruz". */
function particlesBefore({ scan, text }: Reading, first: number, busy: Uint8Array): number {
  let from = first;
  for (let step = 0; step < 3; step++) {
    let before = from - 1;
    if (before < 0 || scan.gap[from] === gap.line) break;
    if (scan.kind[before] === kind.mark && text[scan.start[before] ?? 0] === "-" && scan.gap[before] === gap.none && scan.gap[from] === gap.none) before -= 1;
    if (before < 0 || scan.kind[before] !== kind.word || busy[before] !== 0) break;
    const word = text.slice(scan.start[before], scan.end[before]);
    if (!namePrefix.test(word)) break;
    from = before;
  }
  if (from === first) return first;
  const words = text.slice(scan.start[from], scan.start[first]);
  return /^(?:de |la |del |des |el |da |di |du |st |den |der |zu )$/.test(words) ? first : from;
}

export function remember({ scan }: Reading, parts: readonly number[], repeated: Set<number>): void {
  for (const at of parts) {
    const facts = scan.facts[at] ?? 0;
    const size = (scan.end[at] ?? 0) - (scan.start[at] ?? 0);
    if (size >= 3 && commonLevel(facts) < 2 && (facts & wordFacts.region) === 0 && ((scan.roles[at] ?? 0) & (role.notName | role.month | role.title | role.particle)) === 0) repeated.add(scan.hash[at] ?? 0);
  }
}
