/** Records become declarations, and what they declare is taken. */
import { describe, expect, test } from "vitest";
import { createRedactor } from "../redact.ts";
import type { Declared } from "../redactor.ts";
import { declaredFromFhir, declaredFromFields, declaredFromHl7 } from "./mappers.ts";

const redactor = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" });
const through = (declared: Declared, text: string): string => redactor.root.with(declared).text(text, { signal: "input" });

describe("FHIR", () => {
  const patient = {
    resourceType: "Patient",
    id: "p-88120",
    identifier: [{ type: { coding: [{ code: "MR" }] }, value: "00417733" }, { type: { coding: [{ code: "SS" }] }, value: "536-72-9184" }],
    name: [{ family: "Strømberg", given: ["Ingeborg", "Ane"] }, { use: "maiden", text: "Ingeborg Haukeli" }],
    birthDate: "1968-10-05",
    telecom: [{ system: "phone", value: "+47 22 85 50 50" }, { system: "phone", value: "+47 90 12 34 56" }, { system: "email", value: "ingeborg@post.example" }],
    address: [{ line: ["Fjordgata 18"], city: "Trondheim", postalCode: "7010" }],
    contact: [{ name: { family: "Haukeli", given: ["Torvald"] }, telecom: [{ system: "phone", value: "+47 91 11 22 33" }] }],
  };
  const doctor = { resourceType: "Practitioner", name: [{ family: "Munro-Kirk", given: ["Alasdair"], prefix: ["Dr"] }] };

  test("a Patient is the subject, its contacts and a Practitioner are persons", () => {
    const declared = declaredFromFhir({ resourceType: "Bundle", entry: [{ resource: patient }, { resource: doctor }, { resource: { resourceType: "Observation" } }] });
    expect(declared.subject).toMatchObject({ given: ["Ingeborg", "Ane"], family: "Strømberg", dob: "1968-10-05", mrn: "00417733", ssn: "536-72-9184", phone: "+47 22 85 50 50", phoneB: "+47 90 12 34 56", alias: "Ingeborg Haukeli", address: "Fjordgata 18, Trondheim, 7010" });
    expect(declared.persons).toEqual([{ given: ["Torvald"], family: "Haukeli", phone: "+47 91 11 22 33" }, { given: ["Alasdair"], family: "Munro-Kirk" }]);
  });
  test("what it declares is taken in other spellings", () => {
    const text = through(declaredFromFhir([patient, doctor]), "STROMBERG, I. (417733, b. 5 Oct 1968, née Haukeli) saw munro kirk; 90123456; Fjordgata 18");
    expect(text).not.toMatch(/strom|417733|1968|haukeli|munro|kirk|90123456|Fjord/i);
  });
});

describe("HL7", () => {
  const message = "MSH|^~\\&|LAB|N|EHR|N|20260304||ORU^R01|1|P|2.5\rPID|1||44718820^^^NGH^MR||Abernethy^Rowena^Q||19720318|F|||19 Sorrel Close^^Wexford^^Y35||0539155501||||||219-44-8810\rNK1|1|Abernethy^Folke|SPO|7 Harrow Way^^Bristol|01179460188\rPV1|1|I|4W|||||1188^Lindgren^Halvard\r";
  test("PID is the subject; next of kin and doctors are persons", () => {
    const declared = declaredFromHl7(message);
    expect(declared.subject).toMatchObject({ given: ["Rowena", "Q"], family: "Abernethy", mrn: "44718820", dob: "1972-03-18", ssn: "219-44-8810", phone: "0539155501", address: "19 Sorrel Close, Wexford, Y35" });
    expect(declared.persons).toEqual([{ given: ["Folke"], family: "Abernethy", address: "7 Harrow Way, Bristol", phone: "01179460188" }, { given: ["Halvard"], family: "Lindgren", id: "1188" }]);
  });
  test("what it declares is taken in an answer", () => {
    expect(through(declaredFromHl7(message), "Rowena A. was seen by lindgren on 18.03.1972? Folke called.")).not.toMatch(/rowena|lindgren|1972|folke/i);
  });
});

describe("rows of the app's own", () => {
  test("fields are told by their names, whatever their case and separators", () => {
    expect(declaredFromFields({ first_name: "Ana", MiddleName: "María", lastName: "García", DOB: new Date("1983-02-06"), "Patient ID": 1791786, mobilePhone: "213 555 0138", email: "a@b.example", ward: "NICU", weightKg: 2.1 })).toEqual({
      subject: { dob: "1983-02-06", mrn: "1791786", phone: "213 555 0138", email: "a@b.example", given: ["Ana", "María"], family: "García" },
    });
    expect(declaredFromFields({ name: "Ana García" })).toEqual({ subject: { name: "Ana García" } });
  });
});

test("what cannot be read declares nothing, and nothing throws", () => {
  const hostile = new Proxy({}, { get: () => { throw new Error("no"); }, ownKeys: () => { throw new Error("no"); } });
  for (const value of [null, undefined, 5, "x", [], {}, hostile, [hostile]]) expect([declaredFromFhir(value), declaredFromFields(value), declaredFromHl7(value as string)]).toEqual([{}, {}, {}]);
});
