import { describe, expect, test } from "vitest";
import { role } from "./roles.ts";
import { fieldRoles } from "./tables.ts";
import { finds } from "./testing/finds.ts";

describe("columns and fields", () => {
  test("a CSV header labels its columns", () => {
    expect(finds("mrn,last,first,dob,weight\nH6456247,Bakker,June,1968-10-16,3.2")).toEqual(["ID H6456247", "PERSON Bakker", "PERSON June", "DATE 1968-10-16"]);
  });

  test("so does a Markdown table's", () => {
    expect(finds("| Patient | MRN | Dose |\n|---|---|---|\n| Oliver Rice | 23-759-268 | 2.5 mg/kg |")).toEqual(["PERSON Oliver Rice", "ID 23-759-268"]);
  });

  test("and the column list of an INSERT", () => {
    expect(finds("INSERT INTO patients (mrn,name,dob) VALUES ('79422322','Manua Fukuda','2016-02-12');")).toEqual(["ID 79422322", "PERSON Manua Fukuda", "DATE 2016-02-12"]);
  });

  test("HL7 fields are known by their number", () => {
    expect(finds("PID|1||76-600-291^^^HOSP^MR||Saitō^Emilía||19460803|F|||2940 Ibragimov Court^^Tacoma^WA^72342||(369) 555-0136")).toEqual([
      "ID 76-600-291",
      "PERSON Saitō",
      "PERSON Emilía",
      "DATE 19460803",
      "LOCATION 2940 Ibragimov Court",
      "LOCATION Tacoma",
      "LOCATION WA",
      "LOCATION 72342",
      "PHONE (369) 555-0136",
    ]);
  });

  test("prose with commas has no columns", () => {
    expect(finds("Name, rank and number were asked for,\nbut only soup was served,")).toEqual([]);
  });

  test("a field's name is read in any spelling", () => {
    for (const name of ["patient_name", "patientName", "Patient Name", "patient-name"]) expect(fieldRoles(name) & role.personField).not.toBe(0);
    expect(fieldRoles("weight_kg") & (role.nameLabel | role.idLabel)).toBe(0);
  });
});
