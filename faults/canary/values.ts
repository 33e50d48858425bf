/**
 * The identifiers that are planted. Invented, unlike anything else in a file, and put together at run time so that no source or cache holds them whole.
 *
 * `declared` ones the app names, and they must go in every spelling we claim; `found` ones nobody names, and detectors must take them where they stand in words.
 */
export interface Canary {
  readonly kind: string;
  readonly value: string;
  /** Words around it, for those that detectors must find. */
  readonly context?: string;
}

const join = (...parts: readonly string[]): string => parts.join("");
const luhn = (digits: string): string => {
  let sum = 0;
  for (const [index, digit] of digits.split("").toReversed().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + String((10 - (sum % 10)) % 10);
};
const iban = (country: string, account: string): string => {
  const digits = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, "0")}${account}`;
};
const random = (seed: number, length: number): string => {
  const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  let state = seed;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += letters.charAt((state >>> 8) % letters.length);
  }
  return text;
};

interface Name {
  readonly given: string;
  readonly family: string;
}
export const person: Name = { given: join("Zyph", "ora"), family: join("Quill", "mont", "é") };
export const relative: Name = { given: join("Tam", "sin"), family: join("O'Kre", "llwick") };

export const declaredCanaries: readonly Canary[] = [
  { kind: "given name", value: person.given },
  { kind: "family name", value: person.family },
  { kind: "relative's given name", value: relative.given },
  { kind: "relative's family name", value: relative.family },
  { kind: "record number", value: join("QX-88", "14027-", "391") },
  { kind: "numeric record id", value: join("7714", "028", "835") },
  { kind: "social security number", value: join("536-", "72-", "9184") },
  { kind: "date of birth", value: join("1979", "-11", "-23") },
  { kind: "phone", value: join("+1 (213)", " 555-", "0187") },
  { kind: "mail address", value: join("zq.krell", "@mailbox", "-orrin.example") },
  { kind: "street address", value: join("4471 This", "tlewane", " Court") },
  { kind: "account number", value: join("ACT", "90417", "7268") },
  { kind: "member id", value: join("MBR", "-5521", "-0093-88") },
  { kind: "passport", value: join("PX3", "1908", "467") },
  { kind: "licence plate", value: join("KRL", " 8842", " ZQ") },
  { kind: "device serial", value: join("SNV", "-77HQ", "-20931") },
  { kind: "employer", value: join("Krellorrin", " Neonatal", " Trust") },
  { kind: "user name", value: join("zyph", "q_or", "rin79") },
];

export const foundCanaries: readonly Canary[] = [
  { kind: "OpenAI key", value: `sk-proj-${random(11, 48)}`, context: "OPENAI_API_KEY=" },
  { kind: "GitHub token", value: `ghp_${random(12, 36)}`, context: "token " },
  { kind: "AWS key id", value: `AKIA${random(13, 16).toUpperCase().replace(/[^A-Z2-7]/g, "Q")}`, context: "aws_access_key_id = " },
  { kind: "payment card", value: luhn("539578000142677"), context: "card number " },
  { kind: "IBAN", value: iban("DE", "370400440532013017"), context: "IBAN " },
  { kind: "IP address", value: "84.213.77.209", context: "from IP " },
  { kind: "undeclared mail address", value: join("hollis.vrand", "@inbox-tessel", ".org"), context: "write to " },
  { kind: "password in a URL", value: join("Tr0ub4", "dor", "Zx9"), context: "" },
  { kind: "undeclared SSN", value: join("613", "-48-", "2905"), context: "SSN: " },
  { kind: "undeclared name", value: join("Marguerite", " Ashgrove"), context: "Patient name: " },
];

/** One sentence with every canary in words. */
export function prose(): string {
  return `${declaredProse()} ${foundProse()}.`;
}
/** Only what detectors must find: for ways in where nobody declares anything. */
export function foundProse(): string {
  return foundCanaries.map(({ kind, value, context = "" }) => (kind === "password in a URL" ? `postgres://svc:${value}@db.example.com:5432/app` : `${context}${value}`)).join("; ");
}
/** Only what is declared: for places too small or too odd for detectors. */
export function declaredProse(spell: (value: string) => string = (value) => value): string {
  return declaredCanaries.map(({ kind, value }) => `${kind} ${spell(value)}`).join(", ");
}

/** Spellings of declared values that must be taken as well. */
export const spellings: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  capitals: (value) => value.toUpperCase(),
  NFD: (value) => value.normalize("NFD"),
  "JSON escapes": (value) => value.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "full width": (value) => value.replace(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0)),
  "zero width": (value) => Array.from(value).join("\u200b"),
  "look-alikes": (value) => value.replaceAll("o", "о").replaceAll("a", "а").replaceAll("e", "е"),
  base64: (value) => Buffer.from(`the value is ${value} as said`, "utf8").toString("base64"),
  percent: (value) => encodeURIComponent(value),
  entities: (value) => value.replace(/[^ -~]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  "no-break spaces": (value) => value.replaceAll(" ", "\u00a0"),
};

/** As the app declares them. */
export function declared(): object {
  const of = (kind: string): string => declaredCanaries.find((one) => one.kind === kind)?.value ?? "";
  return {
    subject: { given: person.given, family: person.family, mrn: of("record number"), dob: of("date of birth"), ssn: of("social security number"), phone: of("phone"), email: of("mail address"), address: of("street address") },
    persons: [relative],
    ids: [of("numeric record id"), of("account number"), of("member id"), of("passport"), of("licence plate"), of("device serial")],
    strings: [of("employer"), of("user name")],
  };
}
