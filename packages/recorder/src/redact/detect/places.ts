/**
 * Places in running text: facilities by their noun ("St. Mary's Clinic", "Hospital de León"), towns by the lists and the words before them,
 * towns and postcodes behind a label. Countries and states alone stay readable (Safe Harbor allows the state) unless a label says they are somebody's.
 */
import { labelsBefore, take, type Reading } from "./reading.ts";
import { placeFrom } from "./phrases.ts";
import { role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";
import { cityLevel, commonLevel, familyLevel, givenLevel, wordFacts } from "./words.ts";

const maxFacilityWords = 7;
const wordAt = ({ scan, text }: Reading, at: number): string => text.slice(scan.start[at], scan.end[at]);

// Capitalised words that begin a sentence or qualify a facility without naming it
const leading = /^(?:the|a|an|our|your|their|this|that|at|in|from|to|of|and|or|for|with|by|on|see|seen|visited|visit|admitted|local|el|la|los|las|en|del|de|un|una|al|le|les|der|die|das|im|dr|mr|mrs|ms|latest|current|best|patient|patients|per|via|near)$/i;
// Facility nouns that name one only with a proper name before them and never follow ("UCLA Medical Center", not "Medical history")
const strongNoun = /^(?:hospitals?|hosp|clinics?|clínicas?|clinicas?|klinik|klinikum|krankenhaus|hôpital|hopital|ospedale|infirmary|hospice|sanatorium|sanatorio|ambulatorio|policlínica|policlinico|center|centre|centro|medical|health|healthcare|facility|institute|instituto|institut|med|general|nursing|campus|office|er|ctr|icu|nicu|university|universidad|universitario|college|rehabilitation|rehab|hospitalario|ziekenhuis|sjukhus)$/i;
const headFirst = /^(?:hospital|clínica|clinica|klinik|klinikum|krankenhaus|hôpital|hopital|ospedale|policlínica|policlinico|sanatorio|ambulatorio|residencia|centro|centre|institut|instituto|universidad|university|university|chu|complejo|servicio|universitätsklinikum|fundación|ch)$/i;
const weakNoun = /^(?:office|er|icu|nicu|health|healthcare|medical|med|general|center|centre|centro|institute|instituto|institut|university|universidad|college|facility|campus|nursing)$/i;

/**
 * `at` is a facility noun. Looks back for the capitalised name before it, or (Spanish, French, German, Italian) forward for the one after it.
 * Returns the end, or 0.
 */
export function findFacility(reading: Reading, at: number): number {
  const { scan } = reading;
  const noun = wordAt(reading, at);
  if (!strongNoun.test(noun)) return 0;
  const named = at > 0 && scan.gap[at] === gap.space && scan.kind[at - 1] === kind.word && (scan.shape[at - 1] !== shape.lower || wordAt(reading, at - 1) === "s") && !leading.test(wordAt(reading, at - 1));
  if (headFirst.test(noun) && scan.shape[at] !== shape.lower && !named) {
    const end = nameAfter(reading, at);
    if (end > 0) return end;
  }
  let first = at;
  let words = 0;
  let proper = false;
  let joined = false;
  for (let before = at - 1; before >= 0 && words < maxFacilityWords; before--) {
    if (scan.gap[before + 1] === gap.line) break;
    if (scan.kind[before] === kind.mark) {
      const mark = reading.text[scan.start[before] ?? 0] ?? "";
      if (!/[-'’.&]/.test(mark)) break;
      if (mark === "." && scan.gap[before + 1] !== gap.none && !/^(?:st|ste|mt|ft|dr|univ|mem|med|gen|hosp|ctr|s|[a-z])$/i.test(before > 0 ? wordAt(reading, before - 1) : "")) break;
      continue;
    }
    if (scan.kind[before] !== kind.word) break;
    const text = wordAt(reading, before);
    const isCapital = scan.shape[before] !== shape.lower;
    // "Dr. Anthony Brown's office" is where a person works, and the person is the find
    if (((scan.roles[before] ?? 0) & role.title) !== 0 && strictTitle.test(text) && first !== at) return 0;
    const joins = /^(?:of|and|the|for|de|del|la|las|los|di|du|des|s|y)$/.test(text) && before > 0;
    if (!isCapital && !joins) break;
    if (isCapital && (leading.test(text) || (startsSentence(reading, before) && commonLevel(scan.facts[before] ?? 0) === 3 && ((scan.roles[before] ?? 0) & role.notName) !== 0))) break;
    if (joins && scan.gap[before + 1] === gap.space && text !== "s" && !/^(?:of|and|the|for|de|del|la|las|los|di|du|des|y)$/.test(text)) break;
    if (((scan.roles[before] ?? 0) & (role.title | role.month)) !== 0 && !/^(?:st|saint|sr|sister|king|queen|san|santa|prince)$/i.test(text)) break;
    if (joins && text !== "s") joined = true;
    if (isCapital) {
      if (((scan.roles[before] ?? 0) & role.org) !== 0 && /^(?:ministry|survey|department|institutes|agency|association|society|journal|act|committee|council)$/i.test(text)) return 0;
      first = before;
      if (!strongNoun.test(text) || scan.shape[before] === shape.upper) proper = true;
      else if (/^(?:general|university|medical|community|regional|memorial)$/i.test(text)) proper = true;
    }
    words += 1;
  }
  if (!proper) return 0;
  if (/^(?:health|healthcare|medical|general|icu|nicu|er)$/i.test(noun) && (joined || scan.shape[first] === shape.upper && first === at - 1 && /^[IVX]+$/.test(wordAt(reading, first)))) return 0;
  if (/^(?:general|medical|med)$/i.test(noun) && at + 1 < scan.count && scan.kind[at + 1] === kind.word && scan.shape[at + 1] !== shape.lower && scan.gap[at + 1] === gap.space && !strongNoun.test(wordAt(reading, at + 1))) return 0;
  const lowerNoun = scan.shape[at] === shape.lower;
  // "Chicago office", "UCLA med center" are named; "Gram stain clinic" is not: a lower-case noun needs a known place or capitals before it
  if (lowerNoun && !knownBefore(reading, first, at)) return 0;
  if (weakNoun.test(noun) && scan.shape[at] !== shape.lower && first === at - 1 && !knownBefore(reading, first, at) && !/^(?:center|centre|institute|university|medical|general|health|med|nursing|college)$/i.test(noun)) return 0;
  let last = at;
  for (let next = at + 1; next < Math.min(at + 4, scan.count); next++) {
    if (scan.gap[next] !== gap.space || scan.kind[next] !== kind.word) break;
    if (strongNoun.test(wordAt(reading, next)) && (scan.shape[next] !== shape.lower || lowerNoun)) last = next;
    else if (/^(?:home|system|group|department|unit|ward|services|los|angeles)$/i.test(wordAt(reading, next)) && scan.shape[next] === shape.title) last = next;
    else break;
  }
  const end = withPlace(reading, last);
  if (generic(reading, first, at) && (end === (scan.end[last] ?? 0) || lowerNoun)) return 0;
  if (lowerNoun && !/^(?:office|clinic|clínica|hospital|facility|campus|center|centre|med)$/i.test(noun)) return 0;
  take(reading, "LOCATION", scan.start[first] ?? 0, end, "place.facility", 0.8);
  return end;
}

const strictTitle = /^(?:dr|drs|dra|doctor|mr|mrs|ms|prof|professor)$/i;

function startsSentence({ scan, text }: Reading, at: number): boolean {
  if (at === 0 || scan.gap[at] === gap.line) return true;
  const before = text[scan.start[at - 1] ?? 0] ?? "";
  return scan.kind[at - 1] === kind.mark && /[.!?:"“(]/.test(before);
}

/** "Central Clinic in Chicago", "Children's Hospital of Philadelphia", "Johns Hopkins Hospital, Baltimore": the place belongs to the name. */
function withPlace(reading: Reading, last: number): number {
  const { scan, text } = reading;
  const end = scan.end[last] ?? 0;
  let next = last + 1;
  if (next >= scan.count || scan.gap[next] === gap.line) return end;
  if (text[end] === ",") next += 1;
  else if (scan.kind[next] === kind.word && /^(?:in|of|at|de|del|en|di|von|at|-)$/.test(wordAt(reading, next))) {
    next += 1;
    if (next < scan.count && wordAt(reading, next) === "the") return end;
  }
  if (next >= scan.count || scan.gap[next] === gap.line || scan.kind[next] !== kind.word || scan.shape[next] === shape.lower) return end;
  if (((scan.roles[next] ?? 0) & (role.month | role.title)) !== 0) return end;
  const place = placeFrom(reading, next);
  if (place === undefined) return end;
  if (text[end] === "," && givenLevel(place.facts) >= 2 && cityLevel(place.facts) < 3 && (place.facts & wordFacts.region) === 0) return end;
  return withState(reading, place.last);
}

/** "Fairfield, CT", "Springfield, Illinois", "Brooklyn, NY 11201": the state, and a postcode behind it, belong to the town. */
export function withState(reading: Reading, last: number): number {
  const { scan, text } = reading;
  let end = scan.end[last] ?? 0;
  let next = last + 1;
  if (text[end] === "," && scan.gap[next] === gap.none) next += 1;
  if (next >= scan.count || scan.gap[next] === gap.line || scan.kind[next] !== kind.word) return end;
  const isCode = ((scan.roles[next] ?? 0) & role.stateCode) !== 0 && scan.shape[next] === shape.upper;
  const region = isCode || next === last + 1 ? undefined : placeFrom(reading, next);
  if (isCode) end = scan.end[next] ?? 0;
  else if (region !== undefined && (region.facts & wordFacts.region) !== 0 && scan.shape[next] !== shape.lower) end = scan.end[region.last] ?? 0;
  else return end;
  const zip = /^,? (\d{5}(?:-\d{4})?)(?!\d)/.exec(text.slice(end, end + 13));
  return zip === null ? end : end + zip[0].length;
}

/** A name after a facility noun: "Hospital Universitario 12 de octubre", "Clínica Santa María", "CHU de Nantes". */
function nameAfter(reading: Reading, at: number): number {
  const { scan } = reading;
  let last = at;
  let words = 0;
  for (let next = at + 1; next < scan.count && words < maxFacilityWords; next++) {
    if (scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark) {
      if (!/[-'’´`]/.test(reading.text[scan.start[next] ?? 0] ?? "")) break;
      continue;
    }
    const isParticle = ((scan.roles[next] ?? 0) & role.particle) !== 0;
    if (scan.kind[next] === kind.digits) {
      if (!/^\d{1,2} de /.test(reading.text.slice(scan.start[next], (scan.start[next] ?? 0) + 6))) break;
      const month = next + 2;
      if (month < scan.count && ((scan.roles[month] ?? 0) & role.month) !== 0) last = month;
      words += 1;
      continue;
    }
    if (scan.shape[next] === shape.lower && !isParticle) {
      if (((scan.roles[next] ?? 0) & role.month) !== 0 && last === next) continue;
      break;
    }
    words += 1;
    if (!isParticle) last = next;
    else if (scan.shape[next] !== shape.lower) last = next;
  }
  if (last === at) return 0;
  // "Hospital Discharge Summary", "Centre Pompidou said": English nouns follow only as "Hospital of …" or "Clinic Barcelona"
  const first = at + 1;
  const english = /^(?:hospital|centre|university|institut)$/i.test(wordAt(reading, at));
  if (english && commonLevel(scan.facts[first] ?? 0) >= 1 && ((scan.roles[first] ?? 0) & role.particle) === 0 && !/^(?:general|universitario|clínico|clinic|san|santa|la|virgen)$/i.test(wordAt(reading, first))) return 0;
  const end = scan.end[last] ?? 0;
  take(reading, "LOCATION", scan.start[at] ?? 0, end, "place.facility", 0.8);
  return end;
}

/** True when a word before a facility noun is a known town, an abbreviation in capitals or a name. */
function knownBefore({ scan }: Reading, first: number, at: number): boolean {
  for (let before = first; before < at; before++) {
    if (scan.kind[before] !== kind.word) continue;
    const facts = scan.facts[before] ?? 0;
    const known = cityLevel(facts) >= 2 || (scan.shape[before] === shape.upper && (scan.end[before] ?? 0) - (scan.start[before] ?? 0) >= 3) || familyLevel(facts) >= 2 || givenLevel(facts) >= 3;
    if (known && ((scan.roles[before] ?? 0) & role.notName) === 0 && (commonLevel(facts) < 2 || cityLevel(facts) >= 2)) return true;
  }
  return false;
}

/** "Medical Center", "Community Health Center", "the ICU Clinic": nouns alone name no one facility. */
function generic(reading: Reading, first: number, at: number): boolean {
  const { scan } = reading;
  for (let before = first; before < at; before++) {
    if (scan.kind[before] !== kind.word) continue;
    const text = wordAt(reading, before);
    if (!/^(?:medical|health|healthcare|community|care|the|and|of|for|primary|outpatient|inpatient|surgical|clinical|pediatric|pediatrics|mental|public|world|national|data|call|contact|service|support|center|centre|emergency|university|teaching|tertiary|day|home|nursing|academic|research|control|disease|cancer|neurology|cardiology|oncology|surgery|dental|eye|family|women|men|children|s|specialty|referral|urgent|occupational|sexual|reproductive|behavioral|digital|global|human|electronic|state|federal|institute|national|american|european|canadian|veterans|affairs|good|best|our|us|un|who|nhs|nih|cdc|fda|hhs|department|office|ministry|center|bureau|for|on|in)$/i.test(text)) return false;
  }
  return true;
}

const care =
  /\b(?:seen|admitted|readmitted|treated|evaluated|followed|presented|presenting|presents|hospitali[sz]ed|diagnosed|operated|referred|transferred|discharged|reviewed|visit(?:ed|s)?|examined|consult(?:ed|ation)?|appointment|check-?up|performed|conducted|surgery|care|delivered|born|dx'?d|eval(?:'d)?|managed|assessed|stay|procedure|workup|follow(?:ed)?[- ]up|f\/u|worked up|enrolled|case|clinic|bypass|transplant|replacement|treatment|ingresad[oa]|atendid[oa]|derivad[oa]|remitid[oa]|trasladad[oa]|tratad[oa]|intervenid[oa]|behandelt|aufgenommen|hospitalisé[e]?|admis[e]?)(?:\s[\p{L}'./-]{1,15}){0,4}\s(?:at|to|in|from|by|en|al|del|im|à|au)(?:\s(?:the|our|your|their|el|la|der|l'))?\s$/iu;

/** `at` is the first capitalised word after "seen at", "admitted to" and the like: what follows is a place of care even when no list and no noun names it. Returns the end, or 0. */
export function findPlaceOfCare(reading: Reading, at: number, busy: Uint8Array): number {
  const { scan, text } = reading;
  if (at === 0 || scan.gap[at] !== gap.space || scan.kind[at - 1] !== kind.word || scan.shape[at - 1] !== shape.lower) return 0;
  if (!/^(?:at|to|in|from|by|en|al|del|im|à|au|the|our|your|their|el|la|der|l)$/.test(wordAt(reading, at - 1))) return 0;
  const start = scan.start[at] ?? 0;
  if (!care.test(text.slice(Math.max(0, start - 80), start))) return 0;
  let last = -1;
  let ordinary = true;
  for (let next = at; next < Math.min(at + 10, scan.count) && busy[next] === 0; next++) {
    if (next > at && scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark) {
      const mark = text[scan.start[next] ?? 0] ?? "";
      const abbreviated = mark === "." && /^(?:st|ste|mt|ft|univ|mem|med|gen|hosp)$/i.test(wordAt(reading, next - 1)) && scan.gap[next + 1] === gap.space;
      if (/[-'’&]/.test(mark) || abbreviated) continue;
      break;
    }
    if (scan.kind[next] !== kind.word) break;
    const roles = scan.roles[next] ?? 0;
    const word = wordAt(reading, next);
    if ((roles & (role.month | role.weekday)) !== 0) break;
    if (((roles & role.title) !== 0 && !/^(?:st|saint|sister|king|queen|san|santa|prince|mother|general)$/i.test(word)) || (next === at && (roles & role.codeLabel) !== 0)) break;
    if (scan.shape[next] === shape.lower) {
      const isPossessive = word === "s" && scan.gap[next] === gap.none;
      const joins = /^(?:of|and|de|del|la|las|los|y)$/.test(word) && next + 1 < scan.count && scan.kind[next + 1] === kind.word && scan.shape[next + 1] !== shape.lower;
      const noun = last >= 0 && strongNoun.test(word) && word !== "general";
      if (!isPossessive && !joins && !noun) break;
      if (!joins) last = next;
      continue;
    }
    const facts = scan.facts[next] ?? 0;
    if (((roles & role.notName) === 0 || /^(?:ucla|mount)$/i.test(word)) && commonLevel(facts) === 0 && (facts & (wordFacts.dictionary | wordFacts.foreign)) === 0 && (roles & role.facility) === 0) ordinary = false;
    // "City Hospital", "General Hospital": a name by its noun
    if (next > at && /^(?:hospital|clinic|medical|institute|hosp|general)$/i.test(word)) ordinary = false;
    last = next;
  }
  if (last < 0 || ordinary) return 0;
  // "from the RCT", "in FV", "by ABC": abbreviations of anything; a hospital's has four letters or is known ("NYU", "MGH")
  if (last === at && scan.shape[at] === shape.upper && (wordAt(reading, at - 1) === "the" || ((scan.end[at] ?? 0) - (scan.start[at] ?? 0) < 4 && !/^(?:NYU|MGH|USC|UCI|UCL|BWH|CHU|LAC|UAB|UIC|OSU|OHS|VCU|UVA|UNC|KUH)$/.test(wordAt(reading, at))))) return 0;
  const place = placeFrom(reading, at);
  const end = place !== undefined && place.last >= last ? withState(reading, place.last) : withPlace(reading, last);
  if (place !== undefined && (place.facts & wordFacts.region) !== 0 && cityLevel(place.facts) < 3 && place.last >= last && end === (scan.end[place.last] ?? 0)) return 0;
  take(reading, "LOCATION", start, end, "place.care", 0.7);
  return end;
}

/** `at` is a capitalised word that is not yet part of a find: a town of the lists where the words around it speak of a place. Returns the end, or 0. */
export function findTown(reading: Reading, at: number): number {
  const { scan, text, level } = reading;
  const place = placeFrom(reading, at);
  if (place === undefined) return 0;
  const { last, facts } = place;
  const end = scan.end[last] ?? 0;
  const isRegion = (facts & wordFacts.region) !== 0;
  const city = cityLevel(facts);
  const labels = labelsBefore(reading, at);
  if ((labels & role.placeLabel) !== 0) {
    take(reading, "LOCATION", scan.start[at] ?? 0, withState(reading, last), "place.labelled", 0.85);
    return end;
  }
  // a state or country alone stays; "New York" is both and counts as the city
  if (isRegion && (city < 3 || !(last > at || city === 3)) && level !== "recall") return 0;
  const stated = withState(reading, last);
  if (stated > end && city > 0) {
    take(reading, "LOCATION", scan.start[at] ?? 0, stated, "place.town", 0.85);
    return stated;
  }
  const before = at - 1;
  const beforeRoles = before >= 0 && scan.gap[at] === gap.space ? (scan.roles[before] ?? 0) : 0;
  const cue = (beforeRoles & role.placeCue) !== 0 && scan.kind[before] === kind.word && scan.shape[before] === shape.lower;
  const strongCue = cue && /\b(?:(?:lives?|living|lived|resid(?:es|ing|ent)|based|located|born|moved|travel+ing|travel+ed|visit(?:ed|ing|s)?|flew|back|home|comes?|came|from|near|outside|arriv(?:ed|ing)|nacid[oa]|vive|natural|residente|procedente|habite|wohnt|wohnhaft)(?: here| back)?(?: in| at| from| to| near| en| de| à| aus)?)\s$/i.test(text.slice(Math.max(0, (scan.start[at] ?? 0) - 24), scan.start[at]));
  const single = last === at;
  const isWord = single && (commonLevel(facts) >= 1 || (facts & (wordFacts.foreign | wordFacts.dictionary)) !== 0);
  const isName = single && (givenLevel(facts) >= 2 || familyLevel(facts) >= 3);
  if (scan.shape[at] === shape.lower) return 0;
  // "Framingham Risk Score", "Boston Scientific": part of another name
  const follows = last + 1;
  if (follows < scan.count && scan.gap[follows] === gap.space && scan.kind[follows] === kind.word && (scan.shape[follows] !== shape.lower || ((scan.roles[follows] ?? 0) & role.eponymHead) !== 0) && !strongCue) return 0;
  if (city === 3 && !isWord && (cue || level === "recall")) {
    take(reading, "LOCATION", scan.start[at] ?? 0, end, "place.town", 0.7);
    return end;
  }
  if (city === 2 && cue && !isWord && (!isName || strongCue)) {
    take(reading, "LOCATION", scan.start[at] ?? 0, end, "place.town", 0.65);
    return end;
  }
  if (city >= 1 && strongCue && (!isWord || level === "recall") && !(isName && givenLevel(facts) >= 3)) {
    take(reading, "LOCATION", scan.start[at] ?? 0, end, "place.town", 0.6);
    return end;
  }
  return 0;
}

/** A postcode behind its label: "CP: 28016", "ZIP 3520". `first` is the token the value begins with. Returns the end, or 0. */
export function findPostcode(reading: Reading, first: number): number {
  const { scan, text } = reading;
  const labels = labelsBefore(reading, first);
  const inAddress = (labels & role.placeLabel) !== 0 && reading.cells.has(first) && scan.kind[first] === kind.digits;
  if (((labels & role.zipLabel) === 0 && !inAddress) || (labels & (role.idLabel | role.codeLabel)) !== 0) return 0;
  const match = /^(?:[A-Z]{1,2}-?)?\d{3,5}(?:[- ]?[0-9A-Z]{2,4})?(?!\w)/.exec(text.slice(scan.start[first], (scan.start[first] ?? 0) + 12));
  if (match === null) return 0;
  const end = (scan.start[first] ?? 0) + match[0].length;
  take(reading, "LOCATION", scan.start[first] ?? 0, end, "place.postcode", 0.8);
  return end;
}

/** A value behind a place label that is in no list: "Localidad: Paterna", "city: Oberdorf". The capitalised words up to the line's or sentence's end. */
export function findLabelledPlace(reading: Reading, at: number): number {
  const { scan } = reading;
  const labels = labelsBefore(reading, at);
  if ((labels & role.placeLabel) === 0 || (labels & (role.idLabel | role.codeLabel | role.phoneLabel)) !== 0) return 0;
  if (!colonBefore(reading, at)) return 0;
  const after = reading.text[scan.end[at] ?? 0] ?? "";
  if (/[(_=@[]/.test(after) || (after === "." && /[a-z]/.test(reading.text[(scan.end[at] ?? 0) + 1] ?? "")) || ((scan.roles[at] ?? 0) & role.notName) !== 0) return 0;
  let last = -1;
  for (let next = at; next < Math.min(at + 8, scan.count); next++) {
    if (next > at && scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark) {
      if (!/[-'’´]/.test(reading.text[scan.start[next] ?? 0] ?? "")) break;
      continue;
    }
    if (scan.kind[next] !== kind.word) break;
    const isParticle = ((scan.roles[next] ?? 0) & role.particle) !== 0;
    if (scan.shape[next] === shape.lower && !isParticle) break;
    if (scan.shape[next] !== shape.lower) last = next;
  }
  if (last < 0) return 0;
  const end = withState(reading, last);
  take(reading, "LOCATION", scan.start[at] ?? 0, end, "place.labelled", 0.75);
  return end;
}

/** True when a colon, "=" or opening tag stands directly before the value (quotes aside), or it is a table cell. */
export function colonBefore(reading: Reading, at: number): boolean {
  const { scan, text } = reading;
  if (reading.cells.has(at)) return true;
  for (let before = at - 1; before >= Math.max(0, at - 3); before--) {
    if (scan.kind[before] !== kind.mark) return false;
    if (/[:=>|]/.test(text[scan.start[before] ?? 0] ?? "")) return true;
  }
  return at === 0 && reading.label !== 0;
}
