/** A real provider (oidc-provider) on a port of its own, a real server, and a browser's cookies and redirects between them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { AuditLog } from "../../redaction/audit.ts";
import { runningServer, type Running } from "../testing/running.ts";
import { readSignInSettings } from "./sign-in.ts";

const groupsOf: Readonly<Record<string, readonly string[]>> = { nurse: ["ward"], boss: ["ward", "admins"], guest: ["visitors"] };
const folder = mkdtempSync(join(tmpdir(), "whysaid-oidc-"));
const file = join(folder, "oidc.json");
let provider: Server;
let server: Running;

beforeAll(async () => {
  // It says on every start that it prefers a newer Node, and that it makes its own keys here.
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "info").mockReturnValue();
  const { Provider } = await import("oidc-provider");
  provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  writeFileSync(file, JSON.stringify({ issuer, clientId: "whysaid", clientSecret: "a secret of the test", roles: { ward: "read", admins: "admin" }, scope: "openid email groups" }));
  server = await runningServer({ oidcFile: file });
  const oidc = new Provider(issuer, {
    clients: [{ client_id: "whysaid", client_secret: "a secret of the test", token_endpoint_auth_method: "client_secret_post", redirect_uris: [`${server.url}/auth/callback`] }],
    claims: { openid: ["sub"], email: ["email"], groups: ["groups"] },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@ward.test`, groups: groupsOf[id] ?? [] }) }),
    pkce: { required: () => true },
    cookies: { keys: ["test"] },
  });
  provider.on("request", oidc.callback());
});
afterAll(async () => {
  await server.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Follows redirects, keeps cookies by origin, and fills in the provider's forms. */
class Browser {
  readonly #jar = new Map<string, Map<string, string>>();

  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#jar.get(origin) ?? new Map<string, string>();
    this.#jar.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie }, ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }
  /** @returns the first answer that is no redirect, and every address on the way */
  async follow(url: string, login: string): Promise<{ readonly answer: Response; readonly way: readonly string[] }> {
    const way = [url];
    let answer = await this.open(url);
    for (let step = 0; step < 20; step += 1) {
      const at = way.at(-1) as string;
      const to = answer.headers.get("location");
      if (to !== null) way.push(new URL(to, at).href);
      else if (!at.includes("/interaction/")) break;
      const isForm = to === null;
      const prompt = isForm && /name="prompt" value="consent"/.test(await answer.text()) ? "consent" : "login";
      answer = isForm ? await this.open(at, { prompt, login, password: "any" }) : await this.open(way.at(-1) as string);
    }
    return { answer, way };
  }
  cookies(url: string): ReadonlyMap<string, string> {
    return this.#jar.get(new URL(url).origin) ?? new Map();
  }
}

describe("signing in", () => {
  test("a nurse reads, and comes back to where she was going", async () => {
    const browser = new Browser();
    const { way } = await browser.follow(`${server.url}/auth/login?to=/traces/0193a5f2`, "nurse");
    expect(new URL(way[1] ?? "").searchParams).toSatisfy((asked: URLSearchParams) => asked.get("code_challenge_method") === "S256" && asked.get("response_type") === "code" && (asked.get("nonce") ?? "").length > 20 && (asked.get("state") ?? "").length > 20);
    expect(way.at(-1)).toBe(`${server.url}/traces/0193a5f2`);
    expect(await (await browser.open(`${server.url}/api/me`)).json()).toMatchObject({ actor: "nurse@ward.test", role: "read", project: "default" });
    expect((await browser.open(`${server.url}/api/audit`)).status).toBe(403);
    expect([...browser.cookies(server.url).keys()]).toEqual(["whysaid-0"]);
  });

  test("of several groups the one with most rights counts", async () => {
    const browser = new Browser();
    await browser.follow(`${server.url}/auth/login`, "boss");
    expect(await (await browser.open(`${server.url}/api/me`)).json()).toMatchObject({ actor: "boss@ward.test", role: "admin" });
  });

  test("who has no role is told so, and gets no session", async () => {
    const browser = new Browser();
    const { answer } = await browser.follow(`${server.url}/auth/login`, "guest");
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: "NOT_SIGNED_IN" } }]);
    expect((await browser.open(`${server.url}/api/me`)).status).toBe(401);
  });

  test("a callback that was not begun in this browser, that is sent again, or whose state is another is refused", async () => {
    const browser = new Browser();
    const { way } = await browser.follow(`${server.url}/auth/login`, "nurse");
    const callback = way.find((url) => url.includes("/auth/callback")) as string;
    expect((await new Browser().open(callback)).status).toBe(403);
    expect((await browser.open(callback)).status).toBe(403);
    const other = new Browser();
    await other.open(`${server.url}/auth/login`);
    expect((await other.open(callback)).status).toBe(403);
  });

  test("nobody is sent to another site afterwards", async () => {
    for (const to of ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"]) {
      const browser = new Browser();
      const { way } = await browser.follow(`${server.url}/auth/login?to=${encodeURIComponent(to)}`, "nurse");
      expect(way.at(-1)).toBe(`${server.url}/`);
    }
  });

  test("signing out ends the session, and who came and who was refused stands in the audit log", async () => {
    const browser = new Browser();
    await browser.follow(`${server.url}/auth/login`, "nurse");
    const cookie = [...browser.cookies(server.url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const answered = await server.send("/auth/logout", { method: "POST", headers: { cookie, origin: server.url } });
    expect(answered.headers["set-cookie"]?.[0]).toMatch(/Max-Age=0/);
    const { entries, tampered } = new AuditLog(server.directory).read();
    expect(tampered).toEqual([]);
    const told = entries.map(({ action, actor, about }) => `${action} ${actor}: ${about}`);
    expect(told).toEqual(expect.arrayContaining(["sign-in nurse@ward.test: read in default", "sign-in boss@ward.test: admin in default", "sign-in guest@ward.test: refused", "sign-in nobody: refused"]));
  });
});

test("a file that says something else than it may is refused, by the name of what is wrong", () => {
  const bad = join(folder, "bad.json");
  writeFileSync(bad, JSON.stringify({ issuer: "https://id.test", clientId: "w", roles: { everybody: "ingest" } }));
  expect(() => readSignInSettings(bad)).toThrow(/roles\.everybody is ROLE/);
});
