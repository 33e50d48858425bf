import { describe, expect, test } from "vitest";
import { findsOf } from "./testing/finds.ts";

const places = (text: string): string[] => findsOf("LOCATION", text);

describe("addresses", () => {
  test.each([
    ["ship to 4016 Valente Court, Spokane 65380.", "4016 Valente Court, Spokane 65380"],
    ["He lives at 123 Elm Street, Springfield.", "123 Elm Street, Springfield"],
    ["Domicilio: Calle Miguel Benitez 90.", "Calle Miguel Benitez 90"],
    ["Remitido a C/ Postas, 8, 28013 Madrid", "C/ Postas, 8, 28013 Madrid"],
    ["Er wohnt Hauptstraße 5, 10115 Berlin.", "Hauptstraße 5, 10115 Berlin"],
    ["12 rue de la Paix, 75002 Paris", "12 rue de la Paix, 75002 Paris"],
    ["PO Box 1234", "PO Box 1234"],
    ["Unit 1783 Box 3210\nDPO AP 99855", "Unit 1783 Box 3210\nDPO AP 99855"],
    ["address: flat 3, 7 Nowhere", "flat 3, 7 Nowhere"],
  ])("%s", (text, address) => {
    expect(places(text).join(" ")).toContain(address);
  });

  test.each(["const address = Math.random().toString()", "via an electronic diary over 1 month", "version 1.0 API Gateway", "5 mg Place on tongue", "100 Main findings", "<h1>502 Bad Gateway</h1>"])("%s is none", (text) => {
    expect(places(text)).toEqual([]);
  });
});

describe("places", () => {
  test.each([
    ["previously treated at Methodist Hospital on", "Methodist Hospital"],
    ["who visited our New York clinic on", "New York clinic"],
    ["admitted to Johns Hopkins Hospital, Baltimore", "Johns Hopkins Hospital, Baltimore"],
    ["seen at St. Mary's Clinic", "St. Mary's Clinic"],
    ["seen at UCSF on", "UCSF"],
    ["evaluated at Cedars-Sinai on", "Cedars-Sinai"],
    ["Hospital Universitario 12 de octubre.", "Hospital Universitario 12 de octubre"],
    ["a man from Brooklyn, NY", "Brooklyn, NY"],
    ["Localidad/ Provincia: Madrid.", "Madrid"],
    ["CP: 28016.", "28016"],
    ["28036 Madrid", "28036 Madrid"],
  ])("%s", (text, place) => {
    expect(places(text)).toEqual([place]);
  });

  test.each([
    "a tertiary care center in California",
    "evaluated at a community clinic",
    "the Framingham Risk Score",
    "Medical Center policy",
    "transferred to the Emergency Department",
    "Children's Hospital",
  ])("%s names no place that tells a person", (text) => {
    expect(places(text)).toEqual([]);
  });
});
