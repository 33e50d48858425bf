/** `whysaid up` in a process of its own: what is shipped to it, sent to it as OTLP and as actions, and asked of it, with everything it answers and prints kept for the search. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AccessKeys } from "../../packages/workbench/src/server/access/keys.ts";
import { foundProse } from "./values.ts";

const root = dirname(dirname(import.meta.dirname));

export class CanaryServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #printed: string;
  readonly #said: { readonly out: Buffer[]; readonly err: Buffer[] };
  #answers = "";

  private constructor(url: string, child: ChildProcess, directory: string, printed: string, said: { out: Buffer[]; err: Buffer[] }) {
    this.url = url;
    this.#child = child;
    this.#directory = directory;
    this.#printed = printed;
    this.#said = said;
  }

  /** @param temporary  the server's TMPDIR; without the compiler's cache, whose words of our own sources are no leak */
  static async start(directory: string, temporary: string, printed: string): Promise<CanaryServer> {
    mkdirSync(printed, { recursive: true });
    const { NODE_OPTIONS: _, ...env } = process.env;
    const command = ["--conditions=whysaid-source", "--import", import.meta.resolve("tsx"), join(root, "packages/workbench/src/cli/start.ts"), "up", "--port", "0", "--dir", directory, "--json", "--log", "debug"];
    const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...env, TMPDIR: temporary, TSX_DISABLE_CACHE: "1" } });
    const said: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
    child.stdout.on("data", (bytes: Buffer) => said.out.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => said.err.push(bytes));
    const ended = once(child, "exit").then(() => {
      throw new Error(`the server ended: ${Buffer.concat(said.err).toString().slice(-400)}`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(child.stdout, "data"), ended]);
    const { url } = JSON.parse(Buffer.concat(said.out).toString()) as { url: string };
    return new CanaryServer(url, child, directory, printed, said);
  }

  key(role: "ingest" | "read"): string {
    return new AccessKeys(this.#directory).add({ role, project: "default", name: "canary", expiresAtMs: null }, Date.now()).secret;
  }

  /** Spans of a service that knows nothing of us, an action, a search and a page of it. Nobody declares anything here. @returns statuses, in order */
  async use(): Promise<readonly number[]> {
    const text = foundProse();
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const messages = (role: string): string => JSON.stringify([{ role, parts: [{ type: "text", content: text }] }]);
    const attributes = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o", "gen_ai.input.messages": messages("user"), "gen_ai.output.messages": messages("assistant"), "gen_ai.system_instructions": text, "app.note": text };
    const span = { traceId, spanId: "b7ad6b7169203331", name: `chat ${text}`, startTimeUnixNano: "1764000000000000000", endTimeUnixNano: "1764000001000000000", status: { code: 2, message: text }, events: [{ name: "exception", timeUnixNano: "1764000000500000000", attributes: [{ key: "exception.message", value: { stringValue: text } }] }], attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })) };
    const otlp = { resourceSpans: [{ resource: { attributes: [{ key: "service.name", value: { stringValue: "other" } }, { key: "host.note", value: { stringValue: text } }] }, scopeSpans: [{ scope: { name: "other" }, spans: [span] }] }] };
    const [ingest, read] = [this.key("ingest"), this.key("read")];
    return [
      await this.#ask("/v1/traces", ingest, otlp),
      await this.#ask("/v1/traces", ingest, `not JSON ${text}`),
      await this.#ask("/v1/actions", ingest, { traceId, action: "edit", before: text, after: text, note: text, user: "nurse" }),
      await this.#ask("/v1/actions", ingest, { traceId, action: text }),
      await this.#ask("/api/find", read, { text: text.slice(0, 600) }),
      await this.#ask("/api/traces?limit=50", read),
      await this.#ask(`/api/traces/${traceId}`, read),
    ];
  }

  async #ask(path: string, key: string, body?: object | string): Promise<number> {
    const given = body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, { ...given, headers: { authorization: `Bearer ${key}`, "content-type": "application/json" } });
    this.#answers += `${await answer.text()}\n`;
    return answer.status;
  }

  async stop(): Promise<void> {
    const exited = this.#child.exitCode === null ? once(this.#child, "exit") : undefined;
    this.#child.kill("SIGTERM");
    await exited;
    writeFileSync(join(this.#printed, "server.out"), Buffer.concat(this.#said.out));
    writeFileSync(join(this.#printed, "server.err"), Buffer.concat(this.#said.err));
    writeFileSync(join(this.#printed, "server-answers.txt"), this.#answers);
  }
}
