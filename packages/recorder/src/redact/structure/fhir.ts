/**
 * FHIR resources (R4 and R5, JSON): people, contact details and identifiers by the element they stand in; codes, references and clinical times stay readable,
 * because they are what a diagnosis reads. Free text (`note`, `text.div`, `comment`) goes through declared values and detectors.
 */
import type { JsonPlace } from "../../format/json-scan.ts";
import { scanJson } from "../../format/json-scan.ts";
import type { Rule } from "./policy.ts";

/** Cheap first look. */
export const looksLikeFhir = (text: string): boolean => text.includes('"resourceType"');

const PERSON: Rule = { take: "PERSON" };
const LOCATION: Rule = { take: "LOCATION" };
const ID: Rule = { take: "ID" };

/** Resources that are a person: their identifiers are that person's. */
const PEOPLE = new Set(["Patient", "RelatedPerson", "Person"]);
/** Resources whose identifiers lead to a person (visit, account, member and serial numbers). */
const LEADS_TO_PERSON = new Set([...PEOPLE, "Encounter", "Account", "Coverage", "EpisodeOfCare", "Device", "Specimen"]);
const PLACES = new Set(["Organization", "Location", "HealthcareService", "Facility"]);
/** Elements that refer to a person; their `display` is a name. */
const PERSON_REFERENCES = new Set(
  "subject patient performer recorder asserter individual actor author practitioner requester who sender recipient informant beneficiary subscriber policyHolder generalPractitioner provider careManager source attester party enterer interpreter verifier collector link other responsible informationSource contributor".split(" "),
);
const NAME_ELEMENTS = new Set(["name", "valueHumanName"]);
const ADDRESS_ELEMENTS = new Set(["address", "valueAddress"]);
/** Elements that are codes, links or machine words in every resource. */
const MACHINE = new Set(
  "resourceType system code version status url profile versionId use unit currency language mode intent priority gender criticality verificationStatus clinicalStatus contentType reference type fullUrl method etag ifNoneMatch relation valueCode valueUri valueUrl valueCanonical valueBoolean instantiatesCanonical".split(" "),
);
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;
const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** No resource is deeper; what is, goes through detection. */
const MAX_DEPTH = 64;

/** Where a value is taken from within the string, for `Patient/12345`. */
export interface FhirFind {
  readonly rule: Rule;
  /** Offset into the value; the rule is for what follows. */
  readonly from?: number;
}

export class FhirDocument {
  /** Resource types by the path of the object that names them, joined. */
  readonly #types = new Map<string, string>();
  /** The `url` of the extension being visited, by its path. */
  #extension = { path: "", url: "" };

  constructor(text: string) {
    scanJson(text, {
      string: (start, end, place) => {
        if (place.depth <= MAX_DEPTH && place.path.at(-1) === "resourceType") this.#types.set(place.path.slice(0, -1).join("\0"), text.slice(start, end));
      },
    });
  }

  get isFhir(): boolean {
    return this.#types.size > 0;
  }

  /** The rule for a string or number at this place, or undefined: policy goes on. */
  find(place: JsonPlace, value: string): FhirFind | undefined {
    if (place.depth > MAX_DEPTH) return undefined;
    const path = place.path;
    const at = this.#resourceAt(path);
    if (at < 0) return undefined;
    const resource = this.#types.get(path.slice(0, at).join("\0")) as string;
    // Array indexes say nothing about the element.
    const steps = path.slice(at).filter((step): step is string => typeof step === "string");
    return this.#element(resource, steps, path, value);
  }

  #element(resource: string, steps: readonly string[], path: readonly (string | number)[], value: string): FhirFind | undefined {
    const key = steps.at(-1) ?? "";
    const parent = steps.at(-2) ?? "";
    const grand = steps.at(-3) ?? "";
    if (steps.some((step) => NAME_ELEMENTS.has(step)) && (key === "family" || key === "given" || key === "text" || key === "_family")) return { rule: PERSON };
    if (key === "name") return PLACES.has(resource) || parent === "organization" ? { rule: LOCATION } : PEOPLE.has(resource) || resource === "Practitioner" ? { rule: PERSON } : undefined;
    if (key === "alias" && PLACES.has(resource)) return { rule: LOCATION };
    if (ADDRESS_ELEMENTS.has(parent)) return key === "line" || key === "city" || key === "postalCode" || key === "district" || key === "text" ? { rule: LOCATION } : { rule: "keep" };
    if (key === "birthDate" || key === "deceasedDateTime" || (steps.includes("_birthDate") && key === "valueDateTime")) return { rule: { take: "DATE" } };
    if (parent === "telecom" || parent === "valueContactPoint") return key !== "value" ? { rule: "keep" } : /^https?:/i.test(value) ? undefined : { rule: { take: value.includes("@") ? "EMAIL" : "PHONE" } };
    if (key === "value" && (parent === "identifier" || parent === "valueIdentifier")) {
      return !LEADS_TO_PERSON.has(resource) && grand !== "subject" && grand !== "patient" ? { rule: "keep" } : { rule: /^\d{3}-\d{2}-\d{4}$/.test(value) ? { take: "SSN" } : ID };
    }
    if (key === "subscriberId" || key === "serialNumber" || key === "medicalRecordNumber" || (key === "carrierHRF" && parent === "udiCarrier")) return { rule: ID };
    if (key === "url" && parent.endsWith("xtension")) {
      this.#extension = { path: path.slice(0, -1).join("\0"), url: value };
      return { rule: "keep" };
    }
    if (key.startsWith("value") && parent.endsWith("xtension")) return this.#extensionValue(key, path);
    if (key === "display") return PERSON_REFERENCES.has(parent) && isNameLike(value) ? { rule: PERSON } : parent === "coding" ? { rule: "keep" } : undefined;
    if (key === "id" && steps.length === 1) return PEOPLE.has(resource) && !UUID.test(value) ? { rule: ID } : { rule: "keep" };
    if (key === "reference" || key === "fullUrl") return personalReference(value);
    if (MACHINE.has(key) || DATE.test(value)) return { rule: "keep" };
    // CodeableConcept.text says what its codes say.
    if (key === "text" && steps.length > 1 && (parent === "code" || parent === "category" || parent === "type" || parent.endsWith("CodeableConcept") || parent === "reasonCode" || parent === "productOrService" || parent === "maritalStatus" || parent === "language")) return { rule: "keep" };
    return undefined;
  }

  #extensionValue(key: string, path: readonly (string | number)[]): FhirFind | undefined {
    const url = path.slice(0, -1).join("\0") === this.#extension.path ? this.#extension.url : "";
    if (/maiden|mother|father|alias|nickname|guardian|legal-?name/i.test(url) && key === "valueString") return { rule: PERSON };
    if (/latitude|longitude/i.test(url)) return { rule: LOCATION };
    if (/birth-?place/i.test(url) && key === "valueString") return { rule: LOCATION };
    return key === "valueString" || key === "valueMarkdown" ? undefined : { rule: "keep" };
  }

  /** Length of the path prefix that is the innermost resource around the value, or -1. */
  #resourceAt(path: readonly (string | number)[]): number {
    for (let length = path.length - 1; length >= 0; length -= 1) if (this.#types.has(path.slice(0, length).join("\0"))) return length;
    return -1;
  }
}

function personalReference(value: string): FhirFind {
  const match = /(?:^|\/)(?:Patient|RelatedPerson|Person)\/([^/|#?]+)/.exec(value);
  if (match === null || UUID.test(match[1] as string)) return { rule: "keep" };
  return { rule: ID, from: match.index + match[0].length - (match[1] as string).length };
}

const isNameLike = (value: string): boolean => /\p{L}{2}/u.test(value) && !/^(?:self|unknown|anonymous|patient|private)$/i.test(value);
