/**
 * ClickHouse's HTTP interface over its engine as a library (chdb), so that the official client and the store's tests meet the real engine where no
 * server can be installed. Runs as a process of its own: `node front.mjs --path DIR`; prints `{"url": …}` when it listens; ends with its standard input.
 *
 * What a server has and this has not: native blocks on the wire, streaming of results, users and quotas, several nodes.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const { Session } = require("chdb");

// The package's own insert takes text formats only; the engine takes all.
const native = require(new URL("./node_modules/chdb/dist/loader.js", import.meta.url).pathname).loadNative();

const option = (name) => process.argv[process.argv.indexOf(`--${name}`) + 1];
const path = option("path");
const session = new Session(path);
const scratch = mkdtempSync(join(tmpdir(), "whysaid-front-"));

/** What the HTTP server reads of a URL's parameters itself; the rest are settings of the query. */
const OWN = new Set(["query", "database", "query_id", "session_id", "session_timeout", "session_check", "default_format", "user", "password", "role"]);
const HTTP_ONLY = /^(?:wait_end_of_query|send_progress_in_http_headers|http_|enable_http_compression)/;
const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A parameter's value arrives as in TSV. */
const unescaped = (text) => text.replace(/\\(.)/gs, (_, one) => ({ n: "\n", t: "\t", r: "\r", 0: "\0", b: "\b", f: "\f" })[one] ?? one);
function bound(query, parameters) {
  return query.replace(/\{(\w+):\s*((?:[^{}'"]|'[^']*')+)\}/g, (whole, name, type) => {
    const value = parameters.get(`param_${name}`);
    if (value === null) return whole;
    if (type.trim() === "Identifier") return `\`${value}\``;
    if (value === "\\N") return "NULL";
    return `CAST(${quoted(/^(?:String|FixedString|LowCardinality\(String\))/.test(type.trim()) ? unescaped(value) : value)} AS ${type})`;
  });
}

/** Settings of this query alone, where each kind of statement takes them. */
function withSettings(query, settings) {
  if (settings.length === 0) return query;
  const clause = `SETTINGS ${settings.map(([name, value]) => `${name} = ${/^-?\d+(\.\d+)?$/.test(value) ? value : quoted(value)}`).join(", ")}`;
  const trimmed = query.trim().replace(/;\s*$/, "");
  if (/^INSERT\b/i.test(trimmed)) return trimmed.replace(/\s(FORMAT\s+\w+|SELECT\b|VALUES\b)/i, ` ${clause} $1`);
  if (/^(?:SELECT|WITH|DELETE|ALTER|OPTIMIZE|BACKUP|RESTORE)\b/i.test(trimmed) && !/\bSETTINGS\b[^)]*$/i.test(trimmed)) return `${trimmed} ${clause}`;
  return trimmed;
}

const body = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
};

async function answer(request, response) {
  try {
    const url = new URL(request.url, "http://front");
    if (url.pathname === "/ping") {
      response.end("Ok.\n");
      return;
    }
    const bytes = await body(request);
    const settings = [...url.searchParams].filter(([name]) => !OWN.has(name) && !name.startsWith("param_") && !HTTP_ONLY.test(name));
    const inUrl = url.searchParams.get("query");
    let result = Buffer.alloc(0);
    let written = 0;
    const given = inUrl ?? bytes.toString("utf8");
    const insert = inUrl !== null && bytes.length > 0 ? { head: inUrl, rows: bytes } : null;
    if (insert !== null) {
      const head = bound(insert.head, url.searchParams);
      if (!insert.rows.includes("\n\n")) written = Number((await native.InsertRawAsyncConnection(session.connection, withSettings(head, settings), insert.rows, false))?.rowsWritten ?? 0);
      else {
        // The engine as a library takes an empty line for the end of the rows: from a file it does not look.
        const file = join(scratch, randomUUID());
        writeFileSync(file, insert.rows);
        try {
          written = (await session.queryAsync(withSettings(head.replace(/\sFORMAT\s+(\w+)\s*$/i, ` FROM INFILE '${file}' FORMAT $1`), settings))).rowsRead;
        } finally {
          rmSync(file);
        }
      }
    } else {
      const found = await session.queryAsync(withSettings(bound(given, url.searchParams), settings), { format: url.searchParams.get("default_format") ?? "TabSeparated" });
      result = Buffer.from(found.bytes());
    }
    response.setHeader("X-ClickHouse-Summary", JSON.stringify({ read_rows: "0", read_bytes: "0", written_rows: String(written), written_bytes: "0", total_rows_to_read: "0", result_rows: "0", result_bytes: String(result.length), elapsed_ns: "0" }));
    response.setHeader("X-ClickHouse-Query-Id", url.searchParams.get("query_id") ?? "none");
    if (/gzip/.test(request.headers["accept-encoding"] ?? "") && url.searchParams.get("enable_http_compression") === "1") {
      response.setHeader("Content-Encoding", "gzip");
      result = gzipSync(result, { level: 1 });
    }
    response.end(result);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const code = /Code: (\d+)/.exec(text)?.[1] ?? "1000";
    response.writeHead(code === "60" || code === "81" ? 404 : 500, { "X-ClickHouse-Exception-Code": code });
    response.end(text);
  }
}

const server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
process.stdin.resume();
process.stdin.on("end", () => {
  server.close();
  server.closeAllConnections();
  session.close();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(0);
});
