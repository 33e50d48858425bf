import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, retrievalTrace, topCause, trace } from "../testing/findings.ts";

const document = { sourceId: "fees", text: "The franchise fee for a limited company in California is 800 dollars per year. It is due in April and paid to the tax board." };

test("a figure no source has is shown beside what the source says there", () => {
  const finding = findingOf(retrievalTrace([document], "What is the franchise fee?", "The franchise fee in California is 1350 dollars per year."), "unsupported-value");
  expect(finding?.title).toMatch(/1350 dollars stands nowhere in the input; fees says 800 dollars there/);
});
test("a converted, rounded or computed figure has an origin", () => {
  const weights = { sourceId: "w", text: "Weight 2.1 kg. Fluids: 120 ml in the morning and 95 ml at night. Level 3.1416." };
  expect(topCause(retrievalTrace([weights], "Weight and fluids?", "The weight is 2100 g, the fluids 215 ml in all, the level about 3.14."))).toBeUndefined();
});
test("an amount with its tax, and a difference of what was just worked out, have an origin", () => {
  const licence = { sourceId: "l", text: "The annual licence is EUR 1,250.00 excluding VAT (20 %)." };
  expect(topCause(retrievalTrace([licence], "Price?", "The annual licence costs EUR 1,250 plus 20 % VAT, EUR 1,500 in total."))).toBeUndefined();
  expect(topCause(retrievalTrace([licence], "Price?", "The annual licence costs EUR 1,250 plus 20 % VAT, EUR 1,550 in total."))).toBe("unsupported-value");
  const rooms = [{ sourceId: "h1", text: "Harbour Inn: double room 118 EUR, breakfast included." }, { sourceId: "h2", text: "Seaview Lodge: double room 96 EUR, breakfast 12 EUR extra." }];
  expect(topCause(retrievalTrace(rooms, "Is the Seaview Lodge cheaper than the Harbour Inn?", "Yes: at 96 EUR plus 12 EUR for breakfast (108 EUR) the Seaview Lodge is 10 EUR cheaper than the Harbour Inn."))).toBeUndefined();
});
test("an answer without sources to rest on is not asked for them", () => {
  expect(topCause(trace({ messages: [say("user", "Who landed on the moon?")], completion: "Neil Armstrong, on July 20, 1969." }))).toBeUndefined();
});
test("list numbers, citation marks and code are no claims", () => {
  expect(topCause(retrievalTrace([document], "How is the fee paid?", "1. The franchise fee is due in April. [14]\n2. Paid to the tax board: `pay --code 99817`."))).toBeUndefined();
});
test("a figure converted to another unit and rounded is supported, one converted wrongly is not", () => {
  const sheet = { sourceId: "sheet", text: "Technical sheet. The rated distance is 69 miles under normal conditions; values are checked once a year." };
  expect(topCause(retrievalTrace([sheet], "What does the sheet say?", "The rated distance is about 111 km under normal conditions."))).toBeUndefined();
  expect(topCause(retrievalTrace([sheet], "What does the sheet say?", "The rated distance is 166 km under normal conditions."))).toBe("unsupported-value");
});
test("one line is ground enough where it was retrieved: an ingredient's unit, a sum", () => {
  const plan = { sourceId: "plan", text: "Plan: amoxicillin 250 mg three times a day." };
  expect(findingOf(retrievalTrace([plan], "What dose?", "The plan gives amoxicillin 250 g three times a day."), "unsupported-value")?.title).toMatch(/250 g stands nowhere in the input; plan says 250 mg there/);
  const invoices = [{ sourceId: "i1", text: "Invoice A-1: 120.00 EUR" }, { sourceId: "i2", text: "Invoice A-2: 345.50 EUR" }];
  expect(topCause(retrievalTrace(invoices, "What do both invoices add up to?", "Together the invoices add up to 475.50 EUR."))).toBe("unsupported-value");
  expect(topCause(retrievalTrace(invoices, "What do both invoices add up to?", "Together the invoices add up to 465.50 EUR."))).toBeUndefined();
});
test("an id's pseudonym that no source has is named where a source has another in the same words", () => {
  const pump = { sourceId: "asset/9", text: "Infusion pump, serial number ⟦ID:vkzhjbk361tf~pa0⟧, last service in spring." };
  expect(topCause(retrievalTrace([pump], "What is the serial number?", "The serial number is ⟦ID:r90wasmd42sq~4rd⟧."))).toBe("unsupported-value");
  const city = { sourceId: "trip", text: "The hotel in ⟦LOCATION:vkzhjbk361tf~pa0⟧ has a sauna." };
  expect(topCause(retrievalTrace([city], "Which hotel?", "The hotel in ⟦LOCATION:r90wasmd42sq~4rd⟧ has a sauna."))).toBeUndefined();
});
