/** Texts and bodies of WHYSAID_CORPUS, one by one. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface CorpusText {
  readonly source: string;
  readonly name: string;
  readonly text: string;
}

const FOLDERS = ["http", "trajectories", "rag", "diagnosis", "json", "redaction", "otlp"];

/** Every string of 8 or more characters in every record, and every record that is itself JSON; no more than `limit` characters a folder. */
export function* corpusTexts(corpus: string, limit: number): Generator<CorpusText> {
  for (const folder of FOLDERS) {
    if (!existsSync(join(corpus, folder))) continue;
    let left = limit;
    for (const file of readdirSync(join(corpus, folder)).filter((name) => /\.jsonl?$/.test(name)).sort()) {
      const content = readFileSync(join(corpus, folder, file), "utf8");
      const lines = file.endsWith(".jsonl") ? content.split("\n") : [content];
      for (const [index, line] of lines.entries()) {
        if (line === "" || left <= 0) continue;
        left -= line.length;
        yield { source: `${folder}, whole records`, name: `${file}:${index + 1}`, text: line };
        const record: unknown = JSON.parse(line);
        for (const text of strings(record)) yield { source: `${folder}, texts`, name: `${file}:${index + 1}`, text };
      }
    }
  }
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === "string") {
    if (value.length >= 8) yield value;
  } else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) yield* strings(one);
}

export interface ExchangeBody {
  readonly name: string;
  readonly provider: string;
  readonly url: string;
  readonly request: string | null;
  readonly response: Uint8Array | null;
  readonly contentType: string;
}

export function* exchangeBodies(corpus: string, limit: number): Generator<ExchangeBody> {
  const file = join(corpus, "http/exchanges.jsonl");
  if (!existsSync(file)) return;
  let left = limit;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "" || left <= 0) continue;
    left -= line.length;
    const one = JSON.parse(line) as Record<string, unknown>;
    const headers = Object.fromEntries(Object.entries((one["response_headers"] ?? {}) as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), String(Array.isArray(value) ? value[0] : value)]));
    const body = one["response_body_raw"];
    yield {
      name: String(one["id"]),
      provider: String(one["provider"]),
      url: `https://${String(one["host"])}${String(one["path"])}`,
      request: typeof one["request_body"] === "string" ? one["request_body"] : null,
      response: typeof body === "string" ? Buffer.from(body, one["response_body_encoding"] === "base64" ? "base64" : "utf8") : null,
      contentType: headers["content-type"] ?? "application/json",
    };
  }
}
