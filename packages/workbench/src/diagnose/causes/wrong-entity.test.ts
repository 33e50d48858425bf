import { expect, test } from "vitest";
import { findingOf, retrievalTrace, toolTrace, topCause } from "../testing/findings.ts";

const notes = [
  { sourceId: "chart/1#1", text: "Patient: Ana García. Weight 2.9 kg, room 12." },
  { sourceId: "chart/2#1", text: "Patient: Luca García. Weight 2.1 kg, room 14." },
];
test("a value from a sibling's chart is named with both people", () => {
  const finding = findingOf(retrievalTrace(notes, "What does the baby weigh?", "The weight is 2.1 kg.", { subject: { name: "Ana García" } }), "wrong-entity");
  expect(finding?.title).toMatch(/2\.1 kg comes from chunk chart\/2#1, which is about Luca García; the request is about Ana García/);
  expect(finding?.next).toContain("--without chunk:chart/2#1");
});
test("pseudonyms that share the family part and differ in the given one are two people", () => {
  const [ana, luca] = ["⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3a⟧", "⟦PERSON:z1b2c3d4f5g6.f0c8h5n1p6rz~3a⟧"];
  const redacted = retrievalTrace([{ sourceId: "a", text: `${ana}: weight 2.9 kg.` }, { sourceId: "b", text: `${luca}: weight 2.1 kg.` }], `What does ${ana} weigh?`, "2.1 kg.", { subject: { name: ana ?? "" } });
  expect(topCause(redacted)).toBe("wrong-entity");
});
test("a value from the right chart is fine", () => {
  expect(topCause(retrievalTrace(notes, "What does the baby weigh?", "The weight is 2.9 kg.", { subject: { name: "Ana García" } }))).toBeUndefined();
});
test("an answer that says whose value it is has not mixed people up", () => {
  expect(topCause(retrievalTrace(notes, "And her brother?", "Luca weighs 2.1 kg.", { subject: { name: "Ana García" } }))).toBeUndefined();
});
test("whose chart it is may stand in its metadata alone", () => {
  const charts = ["M-1001", "M-2002"].map((mrn, index) => ({ sourceId: `c${index}`, text: `Morning round. Weight 2.${index + 1} kg.`, metadata: { patientId: mrn } }));
  expect(topCause(retrievalTrace(charts, "Weight today?", "2.2 kg.", { subject: { mrn: "M-1001" } }))).toBe("wrong-entity");
});
test("a lookup that returned another record than it was asked for is named", () => {
  expect(topCause(toolTrace({ name: "get_reservation", arguments: '{"reservation_id": "AAA111"}', result: '{"reservation_id": "BBB222", "price": 318}' }, "Price of AAA111?", "It is $318."))).toBe("wrong-entity");
});
test("a FHIR resource is about whom its subject refers to", () => {
  const observation = JSON.stringify({ resourceType: "Observation", subject: { reference: "Patient/8820017", display: "Luca García" }, valueQuantity: { value: 2.14, unit: "kg" } });
  const lookup = toolTrace({ name: "read_observation", arguments: '{"patient": "8810042"}', result: observation }, "What is the current weight?", "The current weight is 2.14 kg.", { subject: { mrn: "8810042", name: "Ana García" } });
  expect(topCause(lookup)).toBe("wrong-entity");
});
test("two people of one name are told apart by their birth date", () => {
  const clinic = [
    { sourceId: "n1", text: "Omar Weber, born 1961-03-14. Reviewed in clinic. Creatinine 3.76 mg/dl, no complaints." },
    { sourceId: "n2", text: "Omar Weber, born 2 November 1987. Reviewed in clinic. Creatinine 3.94 mg/dl, no complaints." },
  ];
  const subject = { name: "Omar Weber", dob: "1987-11-02" };
  expect(topCause(retrievalTrace(clinic, "Latest creatinine?", "The creatinine is 3.76 mg/dl.", { subject }))).toBe("wrong-entity");
  expect(findingOf(retrievalTrace(clinic, "Latest creatinine?", "The creatinine is 3.94 mg/dl.", { subject }), "wrong-entity")).toBeUndefined();
});
test("twins share a birth date, and are told apart by everything else", () => {
  const charts = [
    { sourceId: "c1", text: "Patient: Ada Smith, MRN 8810042, DOB 2026-11-02.\n\nDaily weight: 3.2 kg." },
    { sourceId: "c2", text: "Patient: Ben Smith, MRN 8820017, DOB 2026-11-02.\n\nDaily weight: 2.1 kg." },
  ];
  const subject = { name: "Ada Smith", mrn: "8810042", dob: "2026-11-02" };
  expect(topCause(retrievalTrace(charts, "Weight today?", "The weight is 2.1 kg.", { subject }))).toBe("wrong-entity");
  expect(findingOf(retrievalTrace(charts, "Weight today?", "The weight is 3.2 kg.", { subject }), "wrong-entity")).toBeUndefined();
});
test("companies are told apart by their names; one that is only mentioned in the other's matter takes nothing from it", () => {
  const orders = [{ sourceId: "order#2", text: "The court orders: Hartwig AG shall file its response by 14 March 2026." }, { sourceId: "order#3", text: "Hartmann GmbH shall file its response by 28 April 2026." }];
  const finding = findingOf(retrievalTrace(orders, "By when must Hartmann GmbH file?", "Hartmann GmbH must file by 14 March 2026."), "wrong-entity");
  expect(finding?.title).toMatch(/comes from chunk order#2, which is about Hartwig AG; the request is about Hartmann GmbH/);
  const matter = [{ sourceId: "j", text: "Hartmann GmbH has to pay Hartwig AG 12,400 EUR plus interest." }, { sourceId: "k", text: "Hartwig AG bears the costs of the appeal, 1,150 EUR." }];
  expect(topCause(retrievalTrace(matter, "How much does Hartmann GmbH have to pay?", "It has to pay 12,400 EUR plus interest."))).toBeUndefined();
});
test("a value from another record of the list than the question names", () => {
  const stock = { name: "stock", arguments: "{}", result: JSON.stringify({ items: [{ sku: "B-100", stock: 412 }, { sku: "B-200", stock: 37 }] }) };
  expect(findingOf(toolTrace(stock, "What is the stock of SKU B-200?", "SKU B-200 has 412 units in stock."), "wrong-entity")?.title).toMatch(/412 stands in the record of sku B-100; the question is about B-200, whose record says 37/);
  expect(topCause(toolTrace(stock, "What is the stock of SKU B-200?", "SKU B-200 has 37 units in stock."))).toBeUndefined();
  expect(topCause(toolTrace(stock, "Is there more of SKU B-200 than of the other?", "No: 37 of B-200, 412 of B-100."))).toBeUndefined();
});
