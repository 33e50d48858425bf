import { describe, expect, test } from "vitest";
import { finds, findsOf } from "../testing/finds.ts";
import { secretFormats } from "./formats.ts";

// Assembled here, so that no scanner takes this file for a leak
const letters = "Zq7Rm2Kd9Xw4Lp8Vt3Bn6Hs1Jc5Gf0Yk";
const token = (prefix: string, size: number): string => prefix + letters.repeat(Math.ceil(size / letters.length)).slice(0, size);
const hex = (size: number): string => "6dca1e43f2b05d9e8a7c".repeat(5).slice(0, size);

const secrets = (text: string): string[] => findsOf("SECRET", text, { secretsOnly: true });

describe("secrets", () => {
  test("there are some 200 formats, each behind a prefix of two characters or more", () => {
    const formats = [...secretFormats().values()].flat();
    expect(formats.length).toBeGreaterThan(200);
    expect(formats.filter(({ prefix }) => prefix.length < 2)).toEqual([]);
  });

  test.each([token("ghp_", 36), token("glpat-", 20), token("sk-proj-", 48), token("xai-", 80), token("npm_", 36), token("hf_", 34), ["AKIA", "QWERTYUI23456ZXC"].join(""), token("AIza", 35), token("dop_v1_", 0) + hex(64), token("xoxb-", 0) + `263594206564-${letters.slice(0, 24)}`])(
    "%s is taken wherever it stands",
    (secret) => {
      expect([secrets(secret), secrets(`key=${secret}`), secrets(`{"a":"${secret}"}`), secrets(`see ${secret}.`)]).toEqual([[secret], [secret], [secret], [secret]]);
    },
  );

  test.each([
    (secret: string) => `api_key = "${secret}"`,
    (secret: string) => `{ "clientSecret": "${secret}" }`,
    (secret: string) => `SNYK_TOKEN ?= '${secret}'`,
    (secret: string) => `apiToken: |\n  ${secret}`,
    (secret: string) => `var apiToken string = "${secret}"`,
    (secret: string) => `<accessToken>${secret}</accessToken>`,
    (secret: string) => `System.setProperty("APP_TOKEN", "${secret}")`,
    (secret: string) => `curl -H "Authorization: Bearer ${secret}" https://api.test`,
    (secret: string) => `tool --token ${secret}`,
    (secret: string) => `https://api.test/x?access_token=${secret}`,
  ])("a random value under a secret's name is taken, form %#", (form) => {
    expect(secrets(form(letters))).toEqual([letters]);
  });

  test("a password goes, in a URL, an assignment and a sentence", () => {
    expect([secrets("postgres://app:hunter2!x@db.internal:5432/mila"), secrets("DB_PASSWORD=correct-horse-7"), secrets("my password is hunter22, thanks"), secrets("curl -u elastic:P@ssw0rd1 https://es")]).toEqual([
      ["hunter2!x"],
      ["correct-horse-7"],
      ["hunter22"],
      ["elastic:P@ssw0rd1"],
    ]);
  });

  test("private keys and web tokens go whole", () => {
    const body = `${letters}${letters}`.repeat(3);
    const pem = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;
    const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${letters}`;
    expect([secrets(`x\n${pem}\ny`), secrets(`token ${jwt} end`)]).toEqual([[pem], [jwt]]);
  });

  test("values of a Kubernetes secret go", () => {
    expect(secrets("apiVersion: v1\nkind: Secret\ndata:\n  password: UyFCXCpkJHpEc2I9\nmetadata:\n  name: db")).toEqual(["password: UyFCXCpkJHpEc2I9"]);
  });

  test.each([
    'api_key = "YOUR_API_KEY"',
    "token: ${{ secrets.GITHUB_TOKEN }}",
    'password = "<password>"',
    "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    '"max_tokens": 1024, "prompt_tokens": 812',
    "publicKey = 'MFwwDQYJKoZIhvcNAQEB'",
    "const key = keyboard.primaryKey;",
    "Authorization: Bearer $TOKEN",
    "-----BEGIN PUBLIC KEY-----\nMFww\n-----END PUBLIC KEY-----",
    "author = james",
    "the password field is required",
    "TODAYINASIAASACKOFRICEFELLOVER",
  ])("%s holds none", (text) => {
    expect(secrets(text)).toEqual([]);
  });

  test("with secrets only, persons stay", () => {
    expect(finds("Dr. Clara Bennett, 461-68-6509", { secretsOnly: true })).toEqual([]);
  });
});
