/**
 * Street addresses: a house number and a street noun on either side of a name ("12 Elm Street", "Calle Mayor 3, 2º B", "Hauptstr. 5"), then what
 * follows of flat, town, region and postcode. Post boxes and military addresses too.
 */
import { placeAt } from "./phrases.ts";
import { labelsBefore, matchAt, take, tokenAt, type Reading } from "./reading.ts";
import { role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";
import { unitSet } from "./word-table.ts";

const flat = /(?:,?\s*(?:#\s?\d+[A-Za-z]?|(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|piso|planta|puerta|pta|esc|escalera|portal|bajo|ático|dcha|izda|izq|bloque|blq|dpto|depto|wohnung|whg|etage|étage|bât|appt|apto|apt[ºo]|bloco|casa|lote|quadra|andar|interno|int|scala|p\.o\. ?box|po box|box|local|nave|bl|n[ºo°])\b\.?\s*[ºª]?\s?[\w-]{0,6}))/iy;
const spanishTail = /(?:,?\s*(?:n[ºo°]\.?\s?)?\d{1,4}(?:\s?-\s?\d{1,4})?(?:\s?[ºª°]|\b)(?:[A-Z]\b(?![À-ž]))?(?:,?\s?(?:\d{1,2}\s?[ºª°]?\.?\s?(?:[A-Za-z](?![À-ž])|dcha|izda|izq|derecha|izquierda)?\b\.?|[A-Z]\b(?!\.\s|[À-ž])|\bbajos?\b|\b(?:piso|planta|puerta|pta|esc|portal)\b\.?\s?\w{0,4}))*|,?\s*s\/n\b)/iy;
const postBox = /\b(?:P\.?\s?O\.?\s?Box|Post(?:al)? Box|Apartado(?: de Correos)?|Postfach|Apdo\.?)\s{0,2}#?\d{1,6}/iy;
const military = /(?:unit|psc)\s\d{3,5},?\s{1,3}box\s\d{3,5},?\s{1,3}[ad]po,?\s[a-z]{2}\s\d{5}(?:-\d{4})?/iy;
const ukPostcode = /(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y])) ?\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])/y;
const caPostcode = /[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z0-9])/y;
const zip = /\d{5}(?:-\d{4})?(?![\d-])/y;
const postcode = /(?:[A-Z]{1,2}-)?\d{4,5}(?:\s?[A-Z]{2})?(?![\w-])/y;

/** Street nouns that are also plain words need their capital and a number before them. */
const maxStreetWords = 5;

// What makes a number before or behind it a part of something else
const wordUnits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
const ofNumber = unitSet(`${wordUnits}.$€£/-`);
const ofTownCode = unitSet(`${wordUnits}.$€£,/`);
const joinsStreet = unitSet(".-'’");

const isCapital = (reading: Reading, at: number): boolean => reading.scan.kind[at] === kind.word && reading.scan.shape[at] !== shape.lower;

/** RFC 9110 §15: "502 Bad Gateway" is no house in Bad Gateway. */
const statusLine = /^50[24] (?:Bad Gateway|Gateway Time-?out)\b/i;

/** `at` is a token of digits: "12 Elm Street", "4016 Valente Court", "123 W 45th St". Returns the end of the address, or 0. */
export function findNumberedStreet(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const start = scan.start[at] ?? 0;
  const size = (scan.end[at] ?? 0) - start;
  if (size > 5 || ofNumber(text.charCodeAt(start - 1)) || (size === 3 && statusLine.test(text.slice(start, start + 24)))) return 0;
  let words = 0;
  for (let next = at + 1; next < scan.count && words < maxStreetWords; next++) {
    const touching = scan.gap[next] === gap.none;
    if (scan.gap[next] === gap.line) return 0;
    if (scan.kind[next] === kind.mark) {
      if (next === at + 1 || !joinsStreet(scan.hash[next] as number)) return 0;
      continue;
    }
    if (scan.kind[next] === kind.digits) {
      // "123 W 45th St", "1234 5th Ave", "92 1991 Dikbas Road"
      if (words > 1 || (touching && next === at + 1)) return 0;
      words += 1;
      continue;
    }
    if (touching && scan.kind[next - 1] === kind.digits && !/^(?:st|nd|rd|th|[a-z])$/i.test(text.slice(scan.start[next], scan.end[next]))) return 0;
    const roles = scan.roles[next] ?? 0;
    words += 1;
    if ((roles & role.unit) !== 0 && next === at + 1 && scan.shape[next] === shape.lower) return 0;
    if ((roles & role.streetSuffix) !== 0 && words >= 2 && (isCapital(reading, next) || anchored(text, next, reading))) {
      // take the longest: "12 Park Lane", "5 Mill Road East"
      let last = next;
      for (let more = next + 1; more < Math.min(next + 3, scan.count); more++) {
        if (scan.gap[more] === gap.line || scan.kind[more] !== kind.word || !isCapital(reading, more)) break;
        if (((scan.roles[more] ?? 0) & role.streetSuffix) !== 0 || /^(?:north|south|east|west|n|s|e|w|ne|nw|se|sw)$/i.test(text.slice(scan.start[more], scan.end[more]))) last = more;
        else break;
      }
      if (text[scan.end[last] ?? 0] === "." && (scan.end[last] ?? 0) - (scan.start[last] ?? 0) <= 4) return tail(reading, start, (scan.end[last] ?? 0) + 1, last + 2, "address.street");
      return tail(reading, start, scan.end[last] ?? 0, last + 1, "address.street");
    }
    if (!isCapital(reading, next) && !/^(?:de|la|del|du|des|von|van|der|of|the|st|nd|rd|th)$/.test(text.slice(scan.start[next], scan.end[next])) && !strongSuffixAhead(reading, next)) return 0;
  }
  return 0;
}

// Lower-case street names ("12 barker street") only with the nouns that mean nothing else
const strongSuffix = /^(?:street|avenue|road|boulevard|blvd|lane|ave|parkway|straat|straße|strasse|rd|st|rue)$/i;
function anchored(text: string, at: number, { scan }: Reading): boolean {
  return strongSuffix.test(text.slice(scan.start[at], scan.end[at]));
}
function strongSuffixAhead(reading: Reading, at: number): boolean {
  const { scan, text } = reading;
  for (let next = at + 1; next < Math.min(at + 3, scan.count); next++) {
    if (scan.kind[next] !== kind.word || scan.gap[next] !== gap.space) return false;
    if (strongSuffix.test(text.slice(scan.start[next], scan.end[next])) && (scan.end[next] ?? 0) - (scan.start[next] ?? 0) > 2) return true;
  }
  return false;
}

/** `at` is a street noun that comes first: "Calle Mayor 3", "C/ Postas, 8", "rue de la Paix 12", "Via Roma 4". Returns the end, or 0. */
export function findNamedStreet(reading: Reading, at: number, noun: number): number {
  const { scan, text } = reading;
  // "12 rue de la Paix": the number comes first
  const numbered = noun > 0 && scan.kind[noun - 1] === kind.digits && scan.gap[noun] === gap.space && (scan.end[noun - 1] ?? 0) - (scan.start[noun - 1] ?? 0) <= 4 && /^[\s,(:"']?$/.test(text.slice((scan.start[noun - 1] ?? 0) - 1, scan.start[noun - 1]));
  const from = numbered ? noun - 1 : noun;
  const start = scan.start[from] ?? 0;
  // "via an electronic diary", "place 3 units": plain words unless a name follows
  if (noun === at && scan.shape[at] === shape.lower && !/^(?:calle|avenida|avda|rue|rua|carrer|paseo|travesía|carretera|ulica|praça)$/.test(text.slice(scan.start[at], scan.end[at])) && !(at + 1 < scan.count && isCapital(reading, at + 1))) return 0;
  let last = -1;
  let words = 0;
  for (let next = at + 1; next < scan.count && words < 8; next++) {
    if (scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark) {
      const mark = text[scan.start[next] ?? 0] ?? "";
      if (!/[.\-'’´`/]/.test(mark)) break;
      continue;
    }
    if (scan.kind[next] === kind.digits) {
      // "12 de Octubre", "1º de Mayo" are names; other numbers begin the tail
      if (words === 0 && scan.gap[next] === gap.space && /^\d{1,2}\s(?:de|of)\s/i.test(text.slice(scan.start[next], (scan.start[next] ?? 0) + 7))) {
        words += 1;
        continue;
      }
      break;
    }
    const particle = ((scan.roles[next] ?? 0) & role.particle) !== 0;
    if (!isCapital(reading, next) && !particle) {
      // "calle monforte de lemos 129": lower case is fine where a number follows soon
      if (!numberAhead(reading, next)) break;
    }
    if (((scan.roles[next] ?? 0) & (role.idLabel | role.dateLabel)) !== 0) break;
    words += 1;
    if (!particle) last = next;
  }
  if (last < 0) return 0;
  const house = matchAt(spanishTail, text, scan.end[last] ?? 0);
  const strong = numbered || scan.shape[at] !== shape.lower || house !== undefined || (labelsBefore(reading, from) & role.placeLabel) !== 0;
  if (!strong || (house === undefined && words < 1)) return 0;
  // "Via" and "Plaza" in running text need their number
  if (house === undefined && !numbered && /^(?:via|corso|cours|place|carrera|cl|cra|ul|urb|ronda|vía|av|bd|allée)$/i.test(text.slice(scan.start[at], scan.end[at])) && (labelsBefore(reading, from) & role.placeLabel) === 0) return 0;
  const end = (scan.end[last] ?? 0) + (house?.[0].length ?? 0);
  return tail(reading, start, end, tokenAt(reading, last, end), "address.street");
}

function numberAhead(reading: Reading, at: number): boolean {
  const { scan } = reading;
  for (let next = at; next < Math.min(at + 5, scan.count); next++) {
    if (scan.gap[next] === gap.line && next > at) return false;
    if (scan.kind[next] === kind.digits) return (scan.end[next] ?? 0) - (scan.start[next] ?? 0) <= 4;
  }
  return false;
}

// The last letters of the expression's nouns: one word in two ends otherwise
const streetEnds = unitSet("eztngmrjau");

/** `at` is one word with its street noun in it: "Hauptstraße 5", "Keizersgracht 120". Returns the end, or 0. */
export function findCompoundStreet(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const word = text.slice(scan.start[at], scan.end[at]);
  if (word.length < 7 || !streetEnds(word.charCodeAt(word.length - 1) | 0x20) || !/(?:stra(?:ß|ss)e|gasse|platz|allee|straat|gracht|plein|laan|kade|weg|damm|ufer|vej|gade|gatan|vägen|veien|gata|katu|tie)$|str$/i.test(word) || scan.shape[at] === shape.lower) return 0;
  const number = /^\.?\s\d{1,4}(?:\s?[a-z]\b)?(?:\s?-\s?\d{1,4})?(?![\d.]\d)/i.exec(text.slice(scan.end[at], (scan.end[at] ?? 0) + 14));
  const strong = /(?:stra(?:ß|ss)e|straat|gracht)$/i.test(word);
  if (number === null && !strong) return 0;
  if (number !== null && /^(?:\s\d+\s?)(?:mg|kg|km|m|min|mm|cm)\b/i.test(text.slice(scan.end[at], (scan.end[at] ?? 0) + 14))) return 0;
  const end = (scan.end[at] ?? 0) + (number?.[0].length ?? 0);
  return tail(reading, scan.start[at] ?? 0, end, tokenAt(reading, at, end), "address.street");
}

/** Post boxes and military addresses at the offset of a token. Returns the end, or 0. */
export function findPostBox(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const start = scan.start[at] ?? 0;
  const match = matchAt(military, text, start) ?? matchAt(postBox, text, start);
  if (match === undefined) return 0;
  return tail(reading, start, start + match[0].length, tokenAt(reading, at, start + match[0].length), "address.box");
}

/** "28036 Madrid", "75011 Paris", "D-10115 Berlin": a postcode with its town, and what follows. Returns the end, or 0. */
export function findTownWithCode(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const start = scan.start[at] ?? 0;
  const size = (scan.end[at] ?? 0) - start;
  if (size < 4 || size > 5 || ofTownCode(text.charCodeAt(start - 1))) return 0;
  let next = at + 1;
  if (next < scan.count && text[scan.start[next] ?? 0] === "-") next += 1;
  if (next >= scan.count || scan.gap[next] === gap.none || scan.gap[next] === gap.line || !isCapital(reading, next)) return 0;
  const place = placeAt(reading, next);
  if (place === 0 || (size === 4 && /^(?:19|20)/.test(text.slice(start, start + 2)))) return 0;
  return tail(reading, start, place, tokenAt(reading, next, place), "address.town");
}

const lineLabel = /(?:domicilio|direcci[oó]n|address(?:line)?\d?|adresse|anschrift|indirizzo|endere[cç]o|adres|addr|street(?:address)?|residencia|wohnhaft)["'\]]{0,2}\s{0,3}[:=|>]\s{0,3}["']?$/i;
/** A cheap look before the long expression: an address word within the four tokens before. */
function labelNear({ scan }: Reading, at: number): boolean {
  for (let before = at - 1; before >= 0 && before > at - 6; before--) {
    if (scan.kind[before] === kind.digits) continue;
    if (scan.kind[before] === kind.word) return ((scan.roles[before] ?? 0) & (role.addressLine | role.placeLabel)) !== 0;
  }
  return false;
}

const lineValue = /[^\n\r"'|<>{}\t;]{4,90}/y;

/** The value of an address field to the end of its line: "Domicilio: C/ Orcasur, 6, Bajo A." Needs a number in it. Returns the end, or 0. */
export function findAddressLine(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const start = scan.start[at] ?? 0;
  const inCell = reading.cells.has(at) || (at === 0 && reading.label !== 0);
  if (!inCell && (!labelNear(reading, at) || !lineLabel.test(text.slice(Math.max(0, start - 24), start)))) return 0;
  if (inCell && ((reading.cells.get(at) ?? reading.label) & role.addressLine) === 0) return 0;
  const value = matchAt(lineValue, text, start)?.[0];
  if (value === undefined || !/\d/.test(value) || !/\p{L}{2}/u.test(value) || /[()=]|\w\.\w+\(|@|https?:/.test(value) || /^(?:\d{1,3}\.){3}/.test(value)) return 0;
  // a sentence that goes on is no field
  const sentence = /[.!?]\s+(?=\p{Lu}\p{Ll}+\s\p{Ll})/u.exec(value);
  const comma = inCell && reading.cells.has(at) ? value.indexOf("^") : -1;
  const end = start + (comma > 0 ? comma : sentence === null ? value.length : sentence.index);
  const trimmed = text.slice(start, end).replace(/[\s.,;:-]+$/, "");
  if (trimmed.length < 4) return 0;
  take(reading, "LOCATION", start, start + trimmed.length, "address.line", 0.85);
  return start + trimmed.length;
}

/** What follows a street: flat, town, region, postcode, country, each after at most a comma or one line break. Takes the whole and returns its end. */
function tail(reading: Reading, start: number, streetEnd: number, nextToken: number, rule: string): number {
  const { text, scan } = reading;
  let end = streetEnd;
  // "Flat 4, 27 Cavendish Terrace"
  const flatBefore = /(?:^|[\s(,;:"'])((?:flat|apt\.?|apartment|unit|suite|room|studio)\s\w{1,4},\s?)$/i.exec(text.slice(Math.max(0, start - 20), start));
  const from = start - (flatBefore?.[1]?.length ?? 0);
  for (let flats = 0; flats < 3; flats++) {
    const match = matchAt(flat, text, end);
    if (match === undefined || match[0].trim() === "") break;
    end += match[0].trimEnd().length;
  }
  let at = tokenAt(reading, Math.min(nextToken, Math.max(0, scan.count - 1)), end);
  for (let steps = 0; steps < 8 && at < scan.count; steps++) {
    const separator = text.slice(end, scan.start[at]);
    const more = townPart(reading, at);
    if (!/^[\s,.;|-]{0,6}$/.test(separator) || (separator.match(/\n/g)?.length ?? 0) > 1) {
      break;
    }
    if (scan.kind[at] === kind.mark) {
      if (!/[,.\-(]/.test(text[scan.start[at] ?? 0] ?? "")) break;
      if (text[scan.start[at] ?? 0] === "." && scan.gap[at + 1] !== gap.none && !nextIsPlace(reading, at + 1)) break;
      at += 1;
      continue;
    }
    if (more === 0) break;
    end = more;
    at = tokenAt(reading, at, end);
  }
  take(reading, "LOCATION", from, end, rule, 0.9);
  return end;
}

const nextIsPlace = (reading: Reading, at: number): boolean => at < reading.scan.count && townPart(reading, at) > 0;

/** The end of a town, region, postcode or country that begins at token `at`, or 0. */
function townPart(reading: Reading, at: number): number {
  const { scan, text } = reading;
  const start = scan.start[at] ?? 0;
  if (scan.kind[at] === kind.digits) {
    const code = matchAt(zip, text, start) ?? matchAt(postcode, text, start);
    const size = (scan.end[at] ?? 0) - start;
    return code !== undefined && size >= 4 && size <= 5 && !/^(?:19|20)\d\d$/.test(code[0]) ? start + code[0].length : 0;
  }
  if (scan.kind[at] !== kind.word) return 0;
  const code = matchAt(ukPostcode, text, start) ?? matchAt(caPostcode, text, start);
  if (code !== undefined) return start + code[0].length;
  if (scan.shape[at] === shape.lower) return 0;
  const place = placeAt(reading, at);
  if (place > 0) return place;
  return ((scan.roles[at] ?? 0) & role.stateCode) !== 0 && scan.shape[at] === shape.upper ? (scan.end[at] ?? 0) : 0;
}
