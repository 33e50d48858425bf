/**
 * What an attacker sends: raw bytes on a real socket, every right against every route of the router, bombs, and poisoned documents through every way in. Each row says what is
 * to come back; after all of them the server still answers and its objects are as they were.
 */
import { gzipSync, brotliCompressSync, deflateSync, constants } from "node:zlib";
import { encodeFrame } from "@whysaid/recorder/format";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { roles, mayDo, type Right, type Role } from "./access/rights.ts";
import { apiRoutes } from "./api/index.ts";
import { ACTIONS_PATH } from "./ingest/actions.ts";
import { ingestRoutes } from "./ingest/router.ts";
import { fuzzedQueries } from "./testing/fuzzed-queries.ts";
import { runningServer, type Running } from "./testing/running.ts";

let server: Running;
const keys = {} as Record<Role, string>;
let cookie = "";
beforeAll(async () => {
  server = await runningServer();
  for (const role of roles) keys[role] = server.key(role);
  const { pathname, search } = new URL(server.link());
  cookie = ((await server.send(pathname + search)).headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
});
afterAll(() => server.close());

const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
const host = (): string => `127.0.0.1:${server.port}`;
const bearer = (role: Role): Record<string, string> => ({ authorization: `Bearer ${keys[role]}` });

interface Row {
  readonly name: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Statuses that are right. 0: the connection was closed without an answer. */
  readonly is: readonly number[];
  /** Send a Host of our own? */
  readonly bare?: boolean;
}
const read = (): string => `Authorization: Bearer ${keys.read}`;
const session = (): string => `Cookie: ${cookie}`;
const evil = "https://evil.example";

/** Made late: keys and port are known only once the server runs. */
function rows(): readonly Row[] {
  const own = `http://${host()}`;
  const hosts = ["evil.example", `evil.example:${server.port}`, "127.0.0.1", `127.0.0.1:${server.port + 1}`, `127.0.0.1.evil.example:${server.port}`, `localhost.evil.example:${server.port}`, `127.1:${server.port}`, `0.0.0.0:${server.port}`, `2130706433:${server.port}`, "", " ", `127.0.0.1:${server.port}@evil.example`, `[::ffff:127.0.0.1]:${server.port}`, "null"];
  const origins = [evil, "null", "http://127.0.0.1", `https://${host()}.evil.example`, `http://localhost.evil.example:${server.port}`, "file://", "chrome-extension://abcdef", `http://127.0.0.1:${server.port + 1}`, "javascript:alert(1)", ""];
  const sites = ["cross-site", "same-site", "anything"];
  const traversals = ["/../../etc/passwd", "/assets/../../../etc/passwd", "/assets/..%2f..%2f..%2fetc/passwd", "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/assets/%252e%252e%252f%252e%252e%252fetc%252fpasswd", "/assets/..\\..\\..\\etc\\passwd", "/assets/..%5c..%5cetc/passwd", "/assets//etc/passwd", "/assets/%00", "/assets/index.js%00.txt", "//etc/passwd", "/assets/....//....//etc/passwd", "/%2e%2e/%2e%2e/package.json", "/assets/%c0%ae%c0%ae/etc/passwd", "/.whysaid/keys/access.json", "/package.json"];
  return [
    ...hosts.map((value): Row => ({ name: `Host ${JSON.stringify(value)}`, path: "/api/me", headers: [`Host: ${value}`, read()], bare: true, is: [400, 403] })),
    { name: "no Host", path: "/api/me", headers: [read()], bare: true, is: [400, 403] },
    { name: "two Hosts", path: "/api/me", headers: [`Host: ${host()}`, "Host: evil.example", read()], bare: true, is: [400, 403, 200] },
    { name: "an absolute URI of another host", path: `http://evil.example/api/me`, headers: [read()], is: [400, 403, 404] },
    ...origins.map((value): Row => ({ name: `Origin ${JSON.stringify(value)}`, path: "/api/me", headers: [`Origin: ${value}`, session()], is: [403] })),
    ...sites.map((value): Row => ({ name: `Sec-Fetch-Site ${value}`, path: "/api/traces", headers: [`Sec-Fetch-Site: ${value}`, session()], is: [403] })),
    ...sites.map((value): Row => ({ name: `navigation to the API, ${value}`, path: "/api/traces", headers: [`Sec-Fetch-Site: ${value}`, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", session()], is: [403] })),
    { name: "navigation to a page from another site", path: "/traces/abc", headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], is: [200] },
    { name: "a page framed from another site", path: "/traces/abc", headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"], is: [403] },
    { name: "a one-time link followed from another site", path: "/open?once=x", headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"], is: [403] },
    { name: "our own page", path: "/api/me", headers: [`Origin: ${own}`, "Sec-Fetch-Site: same-origin", session()], is: [200] },
    { name: "a change with a cookie and no word of where from", method: "POST", path: "/api/traces/0193a5f2c7d1/reveal", headers: [session(), "Content-Type: application/json"], body: '{"reason":"because"}', is: [403] },
    { name: "a form of another site", method: "POST", path: "/api/traces/0193a5f2c7d1/reveal", headers: [session(), `Origin: ${evil}`, "Content-Type: application/x-www-form-urlencoded"], body: "reason=because", is: [403] },
    { name: "a preflight of another site", method: "OPTIONS", path: "/api/me", headers: [`Origin: ${evil}`, "Access-Control-Request-Method: GET"], is: [403] },
    { name: "a preflight for the journal", method: "OPTIONS", path: "/v1/journal", headers: [`Origin: ${evil}`, "Access-Control-Request-Method: POST"], is: [403] },
    { name: "a preflight for actions", method: "OPTIONS", path: ACTIONS_PATH, headers: [`Origin: ${evil}`, "Access-Control-Request-Method: POST"], is: [204] },
    { name: "an action of another site without a ticket", method: "POST", path: ACTIONS_PATH, headers: [`Origin: ${evil}`, session(), "Content-Type: text/plain"], body: '{"traceId":"019b7a2c4f1e70008a6b0c1d2e3f4051","action":"edit"}', is: [403] },
    { name: "an action with a forged ticket", method: "POST", path: ACTIONS_PATH, headers: [`Origin: ${evil}`], body: `{"ticket":"wst_local_019b7a2c4f1e70008a6b0c1d2e3f4051_zzzzzz_${"A".repeat(22)}","action":"edit"}`, is: [401] },
    ...traversals.map((path): Row => ({ name: `path ${path}`, path, is: [200, 400, 403, 404] })),
    ...["GET", "PUT", "DELETE", "PATCH"].map((method): Row => ({ name: `${method} /v1/journal`, method, path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`], is: [404, 405] })),
    { name: "TRACE", method: "TRACE", path: "/", is: [400, 404, 405, 500, 0] },
    { name: "CONNECT", method: "CONNECT", path: "evil.example:443", is: [0, 400, 404, 405] },
    { name: "a method nobody knows", method: "BREW", path: "/api/me", is: [0, 400, 404, 405] },
    { name: "a key in the query", path: `/api/me?key=${keys.read}`, is: [401] },
    { name: "an empty key", path: "/api/me", headers: ["Authorization: Bearer "], is: [401] },
    { name: "a role as key", path: "/api/me", headers: ["Authorization: Bearer admin"], is: [401] },
    { name: "another scheme", path: "/api/me", headers: [`Authorization: Digest ${keys.read}`], is: [401] },
    { name: "a query name given twice", path: "/api/traces?feature=a&feature=b", headers: [read()], is: [400] },
    { name: "__proto__ as a query name", path: "/api/traces?__proto__=x", headers: [read()], is: [400] },
    { name: "constructor as a query name", path: "/api/traces?constructor=x", headers: [read()], is: [400] },
    { name: "NUL in a query value", path: "/api/traces?feature=%00", headers: [read()], is: [200, 400] },
    { name: "NUL in an id", path: "/api/traces/%00", headers: [read()], is: [400, 404] },
    { name: "SQL in an id", path: "/api/traces/1'%20OR%201=1--", headers: [read()], is: [400, 404] },
    { name: "SQL in a filter", path: "/api/traces?feature='%20OR%201=1--", headers: [read()], is: [200] },
    { name: "half an escape", path: "/api/traces/%E0%A4%A", headers: [read()], is: [400, 404] },
    { name: "a limit beyond reason", path: "/api/traces?limit=1e9", headers: [read()], is: [400] },
    { name: "a negative limit", path: "/api/traces?limit=-1", headers: [read()], is: [400] },
    { name: "a limit that is no number", path: "/api/traces?limit=NaN", headers: [read()], is: [400] },
    { name: "headers of 20 KB", path: "/api/me", headers: [`X-Long: ${"a".repeat(20_000)}`], is: [431] },
    { name: "500 headers", path: "/api/me", headers: Array.from({ length: 500 }, (_, at) => `X-${at}: ${at}`), is: [401, 431] },
    { name: "a header with a bare line feed", path: "/api/me", headers: ["X-A: b\nX-B: c"], is: [400, 401] },
    { name: "a folded header", path: "/api/me", headers: ["X-A: b\r\n c"], is: [400] },
    { name: "a space before the colon", path: "/api/me", headers: ["X-A : b"], is: [400] },
    { name: "length and chunks both", method: "POST", path: "/v1/journal", headers: ["Content-Length: 4", "Transfer-Encoding: chunked"], body: "0\r\n\r\n", is: [400] },
    { name: "two lengths", method: "POST", path: "/v1/journal", headers: ["Content-Length: 4", "Content-Length: 5"], body: "abcd", is: [400] },
    { name: "a negative length", method: "POST", path: "/v1/journal", headers: ["Content-Length: -1"], is: [400] },
    { name: "a chunk size that is none", method: "POST", path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`, "Transfer-Encoding: chunked"], body: "zz\r\nabc\r\n0\r\n\r\n", is: [400, 0] },
    { name: "an encoding we do not undo", method: "POST", path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Encoding: br", "Content-Length: 3"], body: "abc", is: [415] },
    { name: "two encodings", method: "POST", path: "/v1/traces", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Type: application/json", "Content-Encoding: gzip, gzip", "Content-Length: 3"], body: "abc", is: [415] },
    { name: "gzip that is none", method: "POST", path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Encoding: gzip", "Content-Length: 3"], body: "abc", is: [400] },
    { name: "a length beyond the limit", method: "POST", path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Length: 99999999999"], is: [413] },
    { name: "a journal that is none", method: "POST", path: "/v1/journal", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Length: 5"], body: "hello", is: [400] },
    { name: "OTLP as a form", method: "POST", path: "/v1/traces", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Type: text/plain", "Content-Length: 2"], body: "{}", is: [415] },
    { name: "OTLP JSON that is none", method: "POST", path: "/v1/traces", headers: [`Authorization: Bearer ${keys.ingest}`, "Content-Type: application/json", "Content-Length: 2"], body: "{]", is: [400] },
    { name: "not HTTP at all", path: "\u0000\u0001", is: [0, 400] },
  ];
}

test("at least 80 raw requests come back as they should, and none as a defect", async () => {
  const all = rows();
  expect(all.length).toBeGreaterThanOrEqual(80);
  const wrong: string[] = [];
  for (const { name, path = "/", method = "GET", headers = [], body = "", is, bare } of all) {
    const needsLength = body !== "" && !headers.some((header) => /^(content-length|transfer-encoding)/i.test(header));
    const lines = [`${method} ${path} HTTP/1.1`, ...(bare === true ? [] : [`Host: ${host()}`]), ...headers, ...(needsLength ? [`Content-Length: ${Buffer.byteLength(body)}`] : []), "Connection: close"];
    const answer = await server.raw(Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1"));
    const status = statusOf(answer);
    if (!is.includes(status)) wrong.push(`${name}: ${status}`);
    if (/root:.*:0:0|"sha256"|wsk_|"workspaces"/.test(answer)) wrong.push(`${name}: gives a file away`);
    if (/access-control-allow-origin/i.test(answer) && path !== ACTIONS_PATH) wrong.push(`${name}: lets other origins read`);
  }
  expect(wrong).toEqual([]);
});

describe("authorization, from the router's own table", () => {
  const cases = [...apiRoutes.map(({ method, path, right }) => ({ method: method.toUpperCase(), path, right })), ...ingestRoutes.map(({ method = "POST", path }) => ({ method, path, right: "ingest" as Right })), { method: "POST", path: ACTIONS_PATH, right: "ingest" as Right }];
  const concrete = (path: string): string => path.replaceAll(/:\w+(?:\{[^}]*\})?/g, "019b7a2c4f1e70008a6b0c1d2e3f4051");

  test.each(cases)("$method $path takes $right", async ({ method, path, right }) => {
    const body = method === "GET" || method === "DELETE" ? undefined : '{"traceId":"019b7a2c4f1e70008a6b0c1d2e3f4051","action":"accept","reason":"x"}';
    const send = (headers: Record<string, string>) => server.send(concrete(path), { method, headers: { "content-type": "application/json", ...headers }, ...(body === undefined ? {} : { body }) });
    expect((await send({})).status).toBe(401);
    for (const role of roles) {
      const { status } = await send(bearer(role));
      // Who may is let in, and told what is wrong with this request; who may not learns nothing of it.
      const isLetIn = status !== 401 && status !== 403;
      expect([role, isLetIn]).toEqual([role, mayDo(role, right)]);
    }
  });

  test("a revoked and an expired key open nothing", async () => {
    const { AccessKeys } = await import("./access/keys.ts");
    const made = new AccessKeys(server.directory);
    const expired = made.add({ role: "admin", project: "default", name: "old", expiresAtMs: Date.now() - 1 }, Date.now() - 1000);
    const revoked = made.add({ role: "admin", project: "default", name: "lost", expiresAtMs: null }, Date.now());
    made.revoke(revoked.key.id, Date.now());
    for (const { secret } of [expired, revoked]) expect((await server.send("/api/me", { headers: { authorization: `Bearer ${secret}` } })).status).toBe(401);
  });
});

describe("bombs", () => {
  const post = async (path: string, body: Uint8Array | string, headers: Record<string, string>) => {
    const started = performance.now();
    const { status } = await server.send(path, { method: "POST", body, headers: { ...bearer("ingest"), ...headers } });
    return { status, ms: performance.now() - started };
  };
  const nothing = Buffer.alloc(64 * 1024 * 1024);

  test("what unpacks to far more than it is stops early, whatever packed it", async () => {
    // A gibibyte of nothing, in sixteen members one behind the other.
    const bomb = Buffer.concat(Array.from({ length: 16 }).fill(gzipSync(nothing)) as Buffer[]);
    const before = process.memoryUsage.rss();
    for (const [path, type] of [["/v1/journal", "application/vnd.whysaid.journal"], ["/v1/traces", "application/json"], ["/v1/logs", "application/x-protobuf"], ["/runs/multipart", "multipart/form-data; boundary=b"], ["/api/public/ingestion", "application/json"], [ACTIONS_PATH, "application/json"]] as const) {
      expect((await post(path, bomb, { "content-encoding": "gzip", "content-type": type })).status).toBe(413);
    }
    expect((await post("/v1/traces", deflateSync(nothing), { "content-encoding": "deflate", "content-type": "application/json" })).status).toBe(413);
    expect((await post("/v1/traces", brotliCompressSync(nothing, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }), { "content-encoding": "br", "content-type": "application/json" })).status).toBe(415);
    expect((await post("/v1/traces", gzipSync(bomb), { "content-encoding": "gzip", "content-type": "application/json" })).status).toBe(400);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024);
  });

  test("depth in JSON and protobuf is refused, not followed", async () => {
    const depth = 100_000;
    const nested = (open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
    const value = `${'{"arrayValue":{"values":['.repeat(5000)}${"]}}".repeat(5000)}`;
    const span = (attribute: string): string => `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${"a".repeat(32)}","spanId":"${"b".repeat(16)}","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"x","value":${attribute}}]}]}]}]}`;
    expect((await post("/v1/traces", nested("[", "]"), { "content-type": "application/json" })).status).toBe(400);
    expect((await post("/v1/traces", nested('{"a":', "1}").replace(/1\}$/, "}"), { "content-type": "application/json" })).status).toBe(400);
    expect((await post("/v1/traces", span(value), { "content-type": "application/json" })).status).toBe(400);
    // A value of kvlists in kvlists: each level is a field 6 message of a field 1 pair whose field 2 is the next value.
    let level: Buffer = Buffer.alloc(0);
    for (let at = 0; at < 3000; at += 1) level = field(6, field(1, field(2, level)));
    const attribute = Buffer.concat([field(1, Buffer.from("x")), field(2, level)]);
    const bomb = field(1, field(2, field(2, Buffer.concat([field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1)), field(9, attribute)]))));
    expect((await post("/v1/traces", bomb, { "content-type": "application/x-protobuf" })).status).toBe(400);
    expect((await post(ACTIONS_PATH, nested("[", "]"), { "content-type": "application/json" })).status).toBe(400);
    expect((await post("/runs/multipart", part("post.a.inputs", nested("[", "]")), { "content-type": FORM })).status).toBe(400);
    expect((await post("/runs/batch", `{"post":[{"inputs":${nested("[", "]")}}]}`, { "content-type": "application/json" })).status).toBe(400);
    expect((await post("/api/public/ingestion", `{"batch":[{"body":${nested('{"a":', "1}").replace(/1\}$/, "}")}}]}`, { "content-type": "application/json" })).status).toBe(400);
    // Attributes hold JSON of their own: read as text when it is too deep, never followed.
    expect((await post("/v1/traces", span(JSON.stringify({ stringValue: nested("[", "]") })), { "content-type": "application/json" })).status).toBe(200);
    expect((await post("/v1/traces", span(JSON.stringify({ stringValue: "x" })).replace('"x","value"', '"gen_ai.input.messages","value"').replace('{"stringValue":"x"}', JSON.stringify({ stringValue: nested("[", "]") })), { "content-type": "application/json" })).status).toBe(200);
  });

  test("a frame that says it is huge costs nothing", async () => {
    const frame = encodeFrame(0, Buffer.from('{"kind":"writer"}'));
    frame.writeUInt32LE(64 * 1024 * 1024, 4);
    expect((await post("/v1/journal", frame, {})).status).toBe(400);
  });
});

const FORM = "multipart/form-data; boundary=---------------------------b";
const part = (name: string, json: string): string => `-----------------------------b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: application/json\r\n\r\n${json}\r\n-----------------------------b--\r\n`;

function field(number: number, bytes: Buffer): Buffer {
  const head: number[] = [number * 8 + 2];
  let length = bytes.length;
  while (length >= 0x80) {
    head.push((length & 0x7f) | 0x80);
    length = Math.floor(length / 128);
  }
  head.push(length);
  return Buffer.concat([Buffer.from(head), bytes]);
}

test("a search for nonsense, and for 5,000 words, is answered or refused", async () => {
  const find = (text: string) => server.send("/api/find", { method: "POST", headers: { ...bearer("read"), "content-type": "application/json" }, body: JSON.stringify({ text }) });
  const words = Array.from({ length: 5000 }, (_, at) => `w${at}`);
  const statuses = new Set<number>();
  for (const text of [...fuzzedQueries(1, 40), words.join(" "), `"${words.join(" ")}"`]) statuses.add((await find(text)).status);
  expect([...statuses].filter((status) => status !== 200 && status !== 400)).toEqual([]);
});

test("poisoned keys come in by every way and change no object", async () => {
  const poison = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
  const trace = "019b7a2c4f1e70008a6b0c1d2e3f4099";
  const headers = { ...bearer("ingest"), "content-type": "application/json" };
  const otlp = `{"__proto__":{"isAdmin":true},"resourceSpans":[{"resource":{"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}]},"scopeSpans":[{"spans":[{"traceId":"${trace}","spanId":"00000000000000aa","name":"__proto__","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"__proto__.isAdmin","value":{"boolValue":true}},{"key":"constructor.prototype.isAdmin","value":{"boolValue":true}},{"key":"gen_ai.prompt.__proto__.isAdmin","value":{"stringValue":"x"}},{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"__proto__","value":{"stringValue":"x"}}]}}},{"key":"gen_ai.input.messages","value":{"stringValue":${JSON.stringify(`[${poison}]`)}}}]}]}]}]}`;
  expect((await server.send("/v1/traces", { method: "POST", headers, body: otlp })).status).toBe(200);
  expect((await server.send("/v1/logs", { method: "POST", headers, body: `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"${trace}","spanId":"00000000000000ab","eventName":"gen_ai.user.message","body":{"kvlistValue":{"values":[{"key":"__proto__","value":{"stringValue":"x"}}]}}}]}]}]}` })).status).toBe(200);
  expect((await server.send(ACTIONS_PATH, { method: "POST", headers, body: `{"traceId":"${trace}","action":"edit","__proto__":{"isAdmin":true}}` })).status).toBe(400);
  expect((await server.send(ACTIONS_PATH, { method: "POST", headers, body: JSON.stringify({ traceId: trace, action: "edit", after: poison }) })).status).toBe(200);
  const run = `{"id":"${trace}","trace_id":"${trace}","run_type":"llm","start_time":1,"end_time":2,"__proto__":{"isAdmin":true},"inputs":${poison},"outputs":${poison},"extra":{"metadata":${poison}},"tags":["__proto__"]}`;
  expect((await server.send("/runs/multipart", { method: "POST", headers: { ...headers, "content-type": FORM }, body: part(`post.${trace}`, run) })).status).toBe(202);
  expect((await server.send("/runs/multipart", { method: "POST", headers: { ...headers, "content-type": FORM }, body: part("post.__proto__.__proto__", poison) })).json()).toEqual({ refused: 1 });
  expect((await server.send("/runs/batch", { method: "POST", headers, body: `{"__proto__":{},"post":[${run}],"patch":[${poison}]}` })).json()).toEqual({ refused: 1 });
  expect((await server.send("/api/public/ingestion", { method: "POST", headers, body: `{"batch":[{"id":"1","type":"generation-create","timestamp":"2026-01-01T00:00:00Z","body":{"id":"__proto__","traceId":"${trace}","input":${poison},"metadata":${poison},"modelParameters":${poison},"__proto__":{"isAdmin":true}}},{"id":"2","type":"__proto__-create","body":${poison}}]}` })).json()).toMatchObject({ successes: [{ id: "1", status: 201 }], errors: [{ id: "2", status: 400 }] });
  const segment = Buffer.concat([
    encodeFrame(0, Buffer.from(JSON.stringify({ kind: "writer", atMs: 1, format: 1, writer: "00000000000000ff", segment: 0, recorder: "0", runtime: "x", pid: 1, processStart: null, place: null, service: null, environment: null, release: null, redaction: { policy: "off", keyId: null } }))),
    encodeFrame(1, Buffer.from(`{"kind":"problem","atMs":1,"code":"X","message":"m","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}`)),
  ]);
  expect([200, 400]).toContain((await server.send("/v1/journal", { method: "POST", headers, body: segment })).status);
  expect((await server.send("/v1/journal/cursors", { method: "POST", headers, body: '{"segments":["__proto__"]}' })).status).toBe(400);
  expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  expect((await server.send("/api/me", { headers: bearer("read") })).json()).toMatchObject({ role: "read" });
  expect((await server.send(`/api/traces/${trace}`, { headers: bearer("read") })).status).toBe(200);
});

test("after all of it the server is alive, and met no defect", async () => {
  expect((await server.send("/readyz")).status).toBe(200);
  expect(server.logged.filter((line) => line.includes("UNEXPECTED"))).toEqual([]);
});
