/**
 * What an app declares, out of the records it has at hand: FHIR resources, HL7 v2 messages, rows of its own. So that declaring, which finds the most, is one call:
 * `recorder.trace("dose", declaredFromFhir(patient), …)`. Never throws: what cannot be read declares nothing.
 */
import type { Declared, DeclaredPerson } from "../redactor.ts";

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
const text = (value: unknown): string => (typeof value === "string" ? value.trim() : typeof value === "number" || typeof value === "bigint" ? String(value) : "");
const texts = (value: unknown): readonly string[] => list(value).map(text).filter((one) => one !== "");

/** A person under construction: a second phone becomes `phoneB`, so that each value has a name that says its type. */
class Draft {
  readonly #known: Record<string, unknown> = {};
  set(name: string, value: string): void {
    if (value === "") return;
    for (let index = 0; index < 26; index += 1) {
      const key = index === 0 ? name : `${name}${String.fromCharCode(65 + index)}`;
      if (this.#known[key] === value) return;
      if (this.#known[key] !== undefined) continue;
      this.#known[key] = value;
      return;
    }
  }
  name(given: readonly string[], family: string, whole: string = ""): void {
    if (given.length === 0 && family === "" && whole === "") return;
    const spelled = given.length === 0 && family === "" ? whole : [...given, family].join(" ").trim();
    if (this.#known["given"] !== undefined || this.#known["family"] !== undefined || this.#known["name"] !== undefined) this.set("alias", spelled);
    else if (given.length === 0 && family === "") this.#known["name"] = whole;
    else Object.assign(this.#known, given.length > 0 ? { given } : {}, family === "" ? {} : { family });
  }
  get isEmpty(): boolean {
    return Object.keys(this.#known).length === 0;
  }
  end(): DeclaredPerson {
    return this.#known;
  }
}
const drafted = (drafts: readonly Draft[]): readonly DeclaredPerson[] => drafts.filter((one) => !one.isEmpty).map((one) => one.end());
const declaration = (subject: Draft | undefined, others: readonly Draft[]): Declared => {
  const persons = drafted(others);
  return { ...(subject === undefined || subject.isEmpty ? {} : { subject: subject.end() }), ...(persons.length === 0 ? {} : { persons }) };
};

/** By the identifier type codes of HL7 table 0203. */
const IDENTIFIER_NAMES: Readonly<Record<string, string>> = { MR: "mrn", SS: "ssn", DL: "licence", PPN: "passport", MB: "member", NH: "nhs", AN: "account", NPI: "npi" };

/**
 * The persons of FHIR resources: a Patient is the subject; its contacts, and every Practitioner, RelatedPerson and Person, are persons. Takes one resource, an array or a Bundle.
 */
export function declaredFromFhir(resource: unknown): Declared {
  let subject: Draft | undefined;
  const others: Draft[] = [];
  const open = [resource];
  for (let read = 0; open.length > 0 && read < 10_000; read += 1) {
    const one = open.shift();
    if (Array.isArray(one)) {
      open.push(...(one as readonly unknown[]).slice(0, 10_000));
      continue;
    }
    try {
      const record = fields(one);
      if (record["resourceType"] === "Bundle") open.push(...list(record["entry"]).map((entry) => fields(entry)["resource"]));
      if (!["Patient", "Practitioner", "RelatedPerson", "Person"].includes(text(record["resourceType"]))) continue;
      const draft = fhirPerson(record);
      if (record["resourceType"] === "Patient" && subject === undefined) subject = draft;
      else others.push(draft);
      for (const contact of list(record["contact"])) others.push(fhirPerson(fields(contact)));
    } catch {
      // A getter of the app's threw: this one declares nothing.
    }
  }
  return declaration(subject, others);
}

function fhirPerson(record: Fields): Draft {
  const draft = new Draft();
  for (const one of list(record["name"])) {
    const name = fields(one);
    draft.name(texts(name["given"]), text(name["family"]), text(name["text"]));
  }
  for (const one of list(record["identifier"])) {
    const identifier = fields(one);
    const code = text(fields(list(fields(identifier["type"])["coding"])[0])["code"]);
    draft.set(IDENTIFIER_NAMES[code] ?? "id", text(identifier["value"]));
  }
  draft.set("id", text(record["id"]));
  draft.set("dob", text(record["birthDate"]));
  for (const one of list(record["telecom"])) {
    const contact = fields(one);
    const system = text(contact["system"]);
    if (system === "phone" || system === "email" || system === "fax" || system === "sms" || system === "pager") draft.set(system === "email" ? "email" : "phone", text(contact["value"]));
  }
  for (const one of list(record["address"])) {
    const address = fields(one);
    draft.set("address", [...texts(address["line"]), text(address["city"]), text(address["postalCode"])].filter((part) => part !== "").join(", "));
  }
  return draft;
}

/** The persons of an HL7 v2 message: PID is the subject; next of kin (NK1), guarantors (GT1) and doctors (PV1, PD1, ORC, OBR) are persons. */
export function declaredFromHl7(message: string): Declared {
  let subject: Draft | undefined;
  const others: Draft[] = [];
  if (typeof message !== "string") return {};
  const field = /^MSH(.)/.exec(message)?.[1] ?? "|";
  for (const line of message.split(/[\r\n]+/)) {
    const cells = line.split(field);
    const segment = cells[0] ?? "";
    if (segment === "PID" || segment === "NK1" || segment === "GT1") {
      const at = segment === "PID" ? { ids: [2, 3, 4, 18, 19], names: [5, 9], dob: 7, address: [11], phones: [13, 14] } : segment === "NK1" ? { ids: [33, 37], names: [2], dob: 16, address: [4], phones: [5, 6] } : { ids: [2, 12], names: [3], dob: 8, address: [5], phones: [6, 7] };
      const draft = new Draft();
      for (const names of at.names) for (const one of repeats(cells[names])) draft.name([one[1] ?? "", one[2] ?? ""].filter((part) => part !== ""), one[0] ?? "");
      for (const ids of at.ids) for (const one of repeats(cells[ids])) draft.set(segment === "PID" && ids === 3 ? "mrn" : (segment === "PID" && ids === 19) || ids === 37 ? "ssn" : "id", one[0] ?? "");
      draft.set("dob", dayOf(cells[at.dob] ?? ""));
      for (const address of at.address) for (const one of repeats(cells[address])) draft.set("address", [one[0], one[1], one[2], one[4]].filter((part) => part !== undefined && part !== "").join(", "));
      for (const phones of at.phones) for (const one of repeats(cells[phones])) {
        draft.set("phone", one[0] ?? "");
        draft.set("email", one[3] ?? "");
      }
      if (segment === "PID" && subject === undefined) subject = draft;
      else others.push(draft);
    }
    const doctors = segment === "PV1" ? [7, 8, 9, 17] : segment === "PD1" ? [4] : segment === "ORC" ? [10, 11, 12] : segment === "OBR" ? [10, 16, 28] : [];
    for (const doctor of doctors) {
      for (const one of repeats(cells[doctor])) {
        const draft = new Draft();
        draft.name([one[2] ?? "", one[3] ?? ""].filter((part) => part !== ""), one[1] ?? "");
        if ((one[0] ?? "").length >= 4) draft.set("id", one[0] ?? "");
        others.push(draft);
      }
    }
  }
  return declaration(subject, others);
}
const repeats = (cell: string | undefined): readonly (readonly string[])[] => (cell === undefined || cell === "" ? [] : cell.split("~").map((one) => one.split("^").map((part) => part.trim())));
const dayOf = (stamp: string): string => (/^\d{8}/.test(stamp) ? `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}` : "");

/** What a field of a row holds, by its name without case and separators. */
const FIELD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:first|given|fore)names?$|^(?:nombre|vorname|prenom|firstname1)$/, "given"],
  [/^middlenames?$|^middleinitial$/, "middle"],
  [/^(?:last|family|sur)names?$|^(?:apellidos?|nachname|familienname|nom|cognome|sobrenome)$/, "family"],
  [/^(?:full|patient|display|customer|client|user|legal)?name$/, "name"],
  [/^(?:dob|dateofbirth|birth(?:date|day)|born|fechanacimiento|geburtsdatum)$/, "dob"],
  [/^(?:mrn|medicalrecord(?:number|no)?|patient(?:id|number|no)|nhc|chart(?:number|no)?)$/, "mrn"],
  [/^(?:ssn|socialsecurity(?:number|no)?)$/, "ssn"],
  [/^(?:(?:home|work|cell|mobile)?(?:phone|tel|telephone)(?:number|no)?|mobile|cell|fax)$/, "phone"],
  [/^(?:e?mail|emailaddress|workemail|homeemail)$/, "email"],
  [/^(?:(?:home|street|postal|mailing)?address(?:line)?\d?|street)$/, "address"],
  [/(?:^id$|.(?:id|number|no)$)/, "id"],
];

/** The person of a row or object of the app's own, by the names of its fields (`firstName`, `last_name`, `dob`, `mrn`, `phone` …); others are left out. */
export function declaredFromFields(row: unknown): Declared {
  const draft = new Draft();
  try {
    const given: string[] = [];
    let family = "";
    let whole = "";
    for (const [key, value] of Object.entries(fields(row))) {
      const plain = key.toLowerCase().replace(/[^a-z\d]/g, "");
      const name = FIELD_NAMES.find(([fits]) => fits.test(plain))?.[1];
      const said = value instanceof Date ? (Number.isNaN(value.getTime()) ? "" : value.toISOString().slice(0, 10)) : text(value);
      if (name === undefined || said === "") continue;
      if (name === "given") given.unshift(said);
      else if (name === "middle") given.push(said);
      else if (name === "family") family = said;
      else if (name === "name") whole = said;
      else draft.set(name, said);
    }
    draft.name(given, family, whole);
    if (whole !== "" && (given.length > 0 || family !== "")) draft.name([], "", whole);
  } catch {
    return {};
  }
  return declaration(draft, []);
}
