/** `/mcp`: the tools for coding agents over HTTP (the official SDK's streamable transport), each request on its own. A key of the role `read` reads; making cases takes `admin`; nothing is replayed from here. */
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Hono } from "hono";
import { textRedactor } from "../cases/run/originals.ts";
import { queryRedactor } from "../find/redact-query.ts";
import { createMcpServer } from "../mcp/mcp-server.ts";
import type { Access } from "./access/access.ts";
import { mayDo } from "./access/rights.ts";
import type { Env } from "./env.ts";
import { refusal } from "./refusal.ts";
import type { Rooms } from "./rooms.ts";

export const MCP_PATH = "/mcp";
const MAX_BODY_BYTES = 1024 * 1024;

export function mcpRouter(access: Access, rooms: Rooms, now: () => number): Hono<Env> {
  const app = new Hono<Env>();
  app.post(MCP_PATH, async (context) => {
    context.set("route", MCP_PATH);
    const identity = await access.require(context, "read");
    if (identity instanceof Response) return identity;
    const { store, workspace } = await rooms.room(identity.project);
    const server = createMcpServer({
      withStore: (use) => use(store),
      redacted: (text) => textRedactor(workspace.directory)(text),
      redactQuery: (text) => queryRedactor(workspace.keysDir)(text),
      now,
      isReadOnly: !mayDo(identity.role, "admin"),
    });
    // No session: nothing of one request is kept for the next. The answer is whole when the call has returned.
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true, maxRequestBodySize: MAX_BODY_BYTES });
    await server.connect(transport);
    try {
      return await transport.handleRequest(context.req.raw);
    } finally {
      await server.close();
    }
  });
  app.all(MCP_PATH, () => refusal(405, "REQUEST_INVALID", "this takes POST only: there are no sessions and no stream of its own", "See docs/mcp.md.", { allow: "POST" }));
  return app;
}
