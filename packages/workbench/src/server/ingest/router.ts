/** The ingest routes on the port: who may, the body within its limit, then the intake thread. */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import type { Access } from "../access/access.ts";
import type { Intake } from "../intake/intake.ts";
import { refusal } from "../refusal.ts";
import { ACTIONS_PATH, MAX_ACTION_BYTES, openToBrowsers, takeAction } from "./actions.ts";
import { bodyOf } from "./body.ts";
import { clientRoutes } from "./clients.ts";
import { journalRoutes } from "./journal.ts";
import { otlpRoutes } from "./otlp.ts";
import type { IngestRoute } from "./route.ts";

export const ingestRoutes: readonly IngestRoute[] = [...journalRoutes, ...otlpRoutes, ...clientRoutes];

export function ingestRouter(access: Access, intake: Intake, now: () => number): Hono<Env> {
  const app = new Hono<Env>();
  for (const { method = "POST", path, maxBytes, take } of ingestRoutes)
    app.on(method, path, async (context) => {
      context.set("route", path);
      const identity = await access.require(context, "ingest");
      if (identity instanceof Response) return identity;
      const body = await bodyOf(context, maxBytes);
      return body instanceof Response ? body : take({ context, body, identity, intake, now });
    });
  app.options(ACTIONS_PATH, () => new Response(null, { status: 204, headers: openToBrowsers }));
  app.post(ACTIONS_PATH, async (context) => {
    context.set("route", ACTIONS_PATH);
    const body = await bodyOf(context, MAX_ACTION_BYTES);
    const answer = body instanceof Response ? body : await takeAction(context, body, access, intake, now);
    for (const [name, value] of Object.entries(openToBrowsers)) answer.headers.set(name, value);
    return answer;
  });
  for (const { path, method = "POST" } of [...ingestRoutes, { path: ACTIONS_PATH, method: undefined }]) app.all(path, () => refusal(405, "REQUEST_INVALID", `this takes ${method} only`, "See docs/server.md.", { allow: method }));
  app.all("/v1/*", () => refusal(404, "NOT_FOUND", "there is no such route", "docs/server.md lists them."));
  return app;
}
