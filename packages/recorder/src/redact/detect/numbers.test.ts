/** Facts about everything that begins with digits: contact data, accounts, national numbers, labelled identifiers, and the numbers that stay. */
import { describe, expect, test } from "vitest";
import { finds, findsOf } from "./testing/finds.ts";

describe("e-mail addresses", () => {
  test.each([
    ["Write to anna.s+ward@hospital.example, please.", "anna.s+ward@hospital.example"],
    ["<kiwa.shung@post.example.de>", "kiwa.shung@post.example.de"],
    ["mailto:jörg@müller.de?subject=x", "jörg@müller.de"],
  ])("%s", (text, address) => {
    expect(findsOf("EMAIL", text)).toEqual([address]);
  });

  test.each(["npm i left-pad@1.3.0", "git@github-ssh:org", "user@localhost", "import x from '@scope/pkg.js'", "@decorator.method"])("%s holds none", (text) => {
    expect(findsOf("EMAIL", text)).toEqual([]);
  });
});

describe("network addresses", () => {
  test.each([
    ["from 94.77.239.85 at noon", "94.77.239.85"],
    ["host 2a00:1450:4009:081f:0000:0000:0000:200e up", "2a00:1450:4009:081f:0000:0000:0000:200e"],
    ["MAC 00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7"],
  ])("%s", (text, address) => {
    expect(findsOf("IP", text)).toEqual([address]);
  });

  test.each(["127.0.0.1:8080", "version 1.2.3.4", "bind 0.0.0.0", "10.0.0.7", "203.0.113.42 is for documentation", "12:34:56", "std::map::find"])("%s tells nobody", (text) => {
    expect(findsOf("IP", text)).toEqual([]);
  });
});

describe("telephone numbers", () => {
  test.each([
    "+49 30 2318 8381",
    "+1 949 555 0168",
    "(424) 555-0108",
    "799.555.0149",
    "216-555-0152",
    "001-748-088-2851x818",
    "06 12 34 56 78",
    "020 7946 0958",
    "630 75 89 15",
  ])("%s is one in running text", (number) => {
    expect(findsOf("PHONE", `Please ring ${number} tonight.`)).toEqual([number]);
  });

  test("a label makes a number of seven digits one", () => {
    expect(findsOf("PHONE", "Tel.: 555 1234")).toEqual(["555 1234"]);
  });

  test("two numbers behind one label are two", () => {
    expect(findsOf("PHONE", "Tlf. 917277336 - 606409021")).toEqual(["917277336", "606409021"]);
  });

  test.each(["BP 140/90, HR 72", "pages 100-200", "1234567 rows", "2020-2021", "3.141592653"])("%s is none", (text) => {
    expect(findsOf("PHONE", text)).toEqual([]);
  });
});

describe("cards and bank accounts", () => {
  test.each(["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"])("%s is a card", (number) => {
    expect(findsOf("CARD", `paid with ${number}.`)).toEqual([number]);
  });

  test("sixteen digits that fail Luhn are no card", () => {
    expect(findsOf("CARD", "order 4111 1111 1111 1112")).toEqual([]);
  });

  test("an account is taken to its country's length and no further", () => {
    expect(findsOf("IBAN", "IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF")).toEqual(["DE89 3704 0044 0532 0130 00"]);
  });

  test("a wrong check digit is no account, unless a label says that one was meant", () => {
    expect([findsOf("IBAN", "code DE88370400440532013000"), findsOf("IBAN", "IBAN: DE88370400440532013000")]).toEqual([[], ["DE88370400440532013000"]]);
  });
});

describe("national numbers", () => {
  test.each([
    ["SSN 461-68-6509", "SSN 461-68-6509"],
    ["NHS number 943 476 5919", "ID 943 476 5919"],
    ["DNI 12345678Z", "ID 12345678Z"],
    ["NIE: X1234567L", "ID X1234567L"],
    ["C.F. RSSMRA85T10A562S", "ID RSSMRA85T10A562S"],
    ["CPF 529.982.247-25", "ID 529.982.247-25"],
    ["NINO QQ123456C is not issued, AB123456C is", "ID AB123456C"],
  ])("%s", (text, find) => {
    expect(finds(text)).toContain(find);
  });

  test("nine digits without a label or dashes stay", () => {
    expect(finds("The genome has 123456782 bases.")).toEqual([]);
  });
});

describe("labelled identifiers", () => {
  test.each([
    ["MRN 68-829-911", "68-829-911"],
    ['"mrn":"H762832"', "H762832"],
    ["NASS: 26 63514095 04", "26 63514095 04"],
    ["NºCol: 28 28 70973", "28 28 70973"],
    ["under medical record number MRN-11335577", "MRN-11335577"],
    ["insurance ID AX-987654", "AX-987654"],
    ["Refer to record #EM-345678", "#EM-345678"],
    ["CIPA: nhc-150679", "nhc-150679"],
    ["Fallnr. 54307301", "54307301"],
    ['<patient mrn="H1582445">', "H1582445"],
    ["passport K1234567", "K1234567"],
  ])("%s", (text, value) => {
    expect(findsOf("ID", text).map((found) => found.replace(/^(?:#|nhc-)/, ""))).toEqual([value.replace(/^(?:#|nhc-)/, "")]);
  });

  test("the number in brackets behind a name is the person's", () => {
    expect(findsOf("ID", "Pt J. Parra (13287241), 3-day-old")).toEqual(["13287241"]);
  });

  test.each([
    "RxNorm 1049221; I10; LOINC 2951-2",
    "SNOMED 22298006",
    "Tokens in 1842, latency 92 ms, model v2.14.0",
    "case 2-year-old",
    "Figure 12",
    '"id": "call_Qm51xgE57uzoj2f6qkZAWwb4"',
    '"id": "msg_01TkLuo1PHJsfpFkU6MtanjT"',
    "x-request-id: b184e635-31b3-4fbe-931f-8451fde75b43",
    "gpt-4o-2024-08-06",
  ])("%s stays", (text) => {
    expect(finds(text)).toEqual([]);
  });
});

describe("numbers that carry meaning", () => {
  test.each(["72 kg", "caffeine 7.5mg q24h", "SpO2 94%", "Hb 13.2 g/dL", "34w2d", "G2P1", "28+3 weeks", "3-day-old", "BP 118/72", "Apgar 7/9", "2,310 g", "bili 12.4", "0.05 mL", "pH 7.31", "aged 45", "a 55-year-old", "$129.50", "EUR 1,200"])(
    "%s stays readable",
    (text) => {
      expect(finds(`Note: ${text} today.`)).toEqual([]);
    },
  );
});
