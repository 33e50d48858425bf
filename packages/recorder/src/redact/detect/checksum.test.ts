import { describe, expect, test } from "vitest";
import * as checksum from "./checksum.ts";

/** Numbers that issuers or encyclopedias publish as examples. */
const valid: readonly [string, (text: string) => boolean, string][] = [
  ["Luhn", checksum.luhn, "4111111111111111"],
  ["IBAN", checksum.iban, "DE89370400440532013000"],
  ["IBAN with letters", checksum.iban, "GB82WEST12345698765432"],
  ["US SSN", checksum.usSsn, "536220726"],
  ["NHS number", checksum.nhs, "9434765919"],
  ["Spanish DNI", checksum.dni, "12345678Z"],
  ["Spanish NIE", checksum.dni, "X1234567L"],
  ["codice fiscale", checksum.codiceFiscale, "RSSMRA85T10A562S"],
  ["Steuer-ID", checksum.steuerId, "86095742719"],
  ["French NIR", checksum.nir, "255081416802538"],
  ["CPF", checksum.cpf, "52998224725"],
  ["CNPJ", checksum.cnpj, "11222333000181"],
  ["Portuguese NIF", checksum.nif, "501442600"],
  ["Dutch BSN", checksum.bsn, "111222333"],
  ["Aadhaar", checksum.aadhaar, "234123412346"],
  ["Canadian SIN", checksum.luhn, "046454286"],
  ["Australian TFN", checksum.tfn, "123456782"],
  ["Australian Medicare", checksum.medicareAu, "2123456701"],
  ["PESEL", checksum.pesel, "44051401359"],
];

describe("checksums", () => {
  test.each(valid)("%s: a published example passes", (_, check, example) => {
    expect(check(example)).toBe(true);
  });

  // an SSN has no check digit, and Medicare's is not its last
  test.each(valid.filter(([name]) => name !== "US SSN" && name !== "Australian Medicare"))("%s: with its last digit changed it fails", (_, check, example) => {
    const at = example.search(/\d(?=\D*$)/);
    const changed = `${example.slice(0, at)}${(Number(example[at]) + 1) % 10}${example.slice(at + 1)}`;
    expect(check(changed)).toBe(false);
  });

  test("the Spanish social security number checks its last two digits", () => {
    const body = "2812345678";
    const check = String(Number(BigInt(body) % 97n)).padStart(2, "0");
    expect([checksum.nass(body + check), checksum.nass(`${body}${(Number(check) + 1) % 97}`.padEnd(12, "0"))]).toEqual([true, false]);
  });

  test("numbers of one repeated digit are nobody's", () => {
    expect([checksum.luhn("0000000000000000"), checksum.cpf("11111111111"), checksum.usSsn("111111111")]).toEqual([false, false, false]);
  });
});
