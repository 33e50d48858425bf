/** OTLP requests of real exporters (where the corpus is) and malformed ones. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { spansOfJson } from "./spans-json.ts";
import { logsOfProtobuf, spansOfProtobuf, type OtlpSpan } from "./spans.ts";
import { MalformedProtobuf } from "./wire.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../../../..");
const captures = join(resolve(root, process.env["WHYSAID_CORPUS"] ?? "../shared/data"), "otlp");

/** One length-delimited field. */
const sub = (number: number, bytes: Uint8Array | string): Buffer => {
  const body = Buffer.from(bytes);
  return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body]);
};
const request = (span: Buffer): Buffer => sub(1, Buffer.concat([sub(1, sub(1, Buffer.concat([sub(1, "service.name"), sub(2, sub(1, "mila"))]))), sub(2, Buffer.concat([sub(1, sub(1, "scope")), sub(2, span)]))]));
const span = Buffer.concat([sub(1, Buffer.alloc(16, 0xab)), sub(2, Buffer.alloc(8, 0xcd)), sub(5, "chat"), sub(9, Buffer.concat([sub(1, "a.0.b"), sub(2, Buffer.from([0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]))]))]);

describe("OTLP protobuf", () => {
  test("ids are hex, keys are literal, negative integers keep their sign", () => {
    const [read] = spansOfProtobuf(request(span));
    expect(read).toMatchObject({ traceId: "ab".repeat(16), spanId: "cd".repeat(8), name: "chat", scope: "scope", parentSpanId: null });
    expect([...(read?.attributes ?? [])]).toEqual([["a.0.b", -1]]);
    expect(read?.resource.get("service.name")).toBe("mila");
  });

  test("a message cut anywhere inside is refused, never read as a shorter one with wrong values", () => {
    const whole = request(span);
    for (let length = 1; length < whole.length; length += 1) expect(() => spansOfProtobuf(whole.subarray(0, length))).toThrow(MalformedProtobuf);
  });

  test("values nested past the bound are refused without exhausting the stack", () => {
    let deep: Buffer = Buffer.from([]);
    // Built from the inside out with two-byte lengths, 5,000 deep.
    for (let depth = 0; depth < 5000; depth += 1) {
      const list = Buffer.concat([Buffer.from([0x0a, ...varint(deep.length)]), deep]);
      deep = Buffer.concat([Buffer.from([0x2a, ...varint(list.length)]), list]);
    }
    const attribute = Buffer.concat([sub(1, "k"), Buffer.from([0x12, ...varint(deep.length)]), deep]);
    const inSpan = Buffer.concat([Buffer.from([0x4a, ...varint(attribute.length)]), attribute]);
    const scoped = Buffer.concat([Buffer.from([0x12, ...varint(inSpan.length)]), inSpan]);
    const resource = Buffer.concat([Buffer.from([0x12, ...varint(scoped.length)]), scoped]);
    expect(() => spansOfProtobuf(Buffer.concat([Buffer.from([0x0a, ...varint(resource.length)]), resource]))).toThrow(MalformedProtobuf);
  });

  test("random bytes are refused or read, never worse", () => {
    let state = 7;
    const outcomes = new Set<string>();
    for (let run = 0; run < 500; run += 1) {
      const bytes = Buffer.from(Array.from({ length: 40 }, () => (state = (state * 1103515245 + 12345) % 2 ** 31) % 256));
      try {
        outcomes.add(typeof spansOfProtobuf(bytes).length).add(typeof logsOfProtobuf(bytes).length);
      } catch (error) {
        outcomes.add((error as Error).name);
      }
    }
    expect([...outcomes].filter((one) => one !== "number")).toEqual(["MalformedProtobuf"]);
  });
});

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

describe.runIf(existsSync(captures))("captures of real exporters", () => {
  const read = (file: string): OtlpSpan[] => {
    const capture = JSON.parse(readFileSync(join(captures, file), "utf8")) as { requests: { headers: Record<string, string>; body_base64: string }[] };
    return capture.requests.flatMap(({ headers, body_base64 }) => {
      const sent = Buffer.from(body_base64, "base64");
      const body = sent[0] === 0x1f ? gunzipSync(sent) : sent;
      return headers["content-type"]?.includes("json") === true ? spansOfJson(JSON.parse(body.toString("utf8"))) : spansOfProtobuf(body);
    });
  };

  test("every span has ids, a name, times and attributes", () => {
    const files = existsSync(captures) ? readdirSync(captures).filter((name) => name.endsWith(".json")) : [];
    let count = 0;
    for (const file of files) {
      for (const one of read(file)) {
        expect([one.traceId, one.spanId]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
        expect(one.endNs >= one.startNs && one.startNs > 0n && one.name !== "" && one.attributes.size > 0).toBe(true);
        count += 1;
      }
    }
    console.info(`${files.length} captures, ${count} spans`);
  });

  test("one instrumentation's spans read alike from protobuf and from JSON", () => {
    const content = (file: string): unknown[] => read(file).map((one) => [one.name, one.scope, [...one.attributes].filter(([key]) => key !== "server.port").map(([key, value]) => [key, typeof value === "bigint" ? String(value) : value])]);
    expect(content("openinference-openai.json")).toEqual(content("openinference-openai-otlpjson.json"));
  });
});
