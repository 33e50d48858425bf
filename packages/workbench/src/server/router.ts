/** Routes' declarations → handlers: who asks, what came in, the answer as JSON. */
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { WhysaidError } from "@whysaid/recorder/format";
import type { z } from "zod";
import type { Access } from "./access/access.ts";
import type { Env } from "./env.ts";
import type { Intake } from "./intake/intake.ts";
import { openApi } from "./openapi.ts";
import { refusal, refusalOf } from "./refusal.ts";
import type { Reading } from "./reading/reading.ts";
import type { Rooms } from "./rooms.ts";
import type { ApiRoute } from "./route.ts";
import type { ServerSettings } from "./settings.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export interface RouterOptions {
  readonly routes: readonly ApiRoute[];
  readonly access: Access;
  readonly rooms: Rooms;
  readonly reading: Reading;
  readonly settings: ServerSettings;
  readonly intake: Intake;
  readonly onDefect: (error: unknown) => void;
}

export function apiRouter({ routes, access, rooms, reading, settings, intake, onDefect }: RouterOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use("/api/*", bodyLimit({ maxSize: MAX_BODY_BYTES, onError: () => refusal(413, "REQUEST_TOO_LARGE", "the request is larger than 1 MiB", "Send less at once.") }));
  app.get("/api/openapi.json", (context) => context.json(openApi(routes)));
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path, async (context) => {
      context.set("route", route.path);
      try {
        const identity = await access.require(context, route.right);
        if (identity instanceof Response) return identity;
        const call = { params: checked(route.params, context.req.param(), "path"), query: checked(route.query, queryOf(context), "query"), body: await bodyOf(route.body, context) };
        const answer = await route.answer({ ...call, reading, identity, settings, arrivals: intake.arrivals, room: await rooms.room(identity.project), signal: context.req.raw.signal });
        if (answer instanceof Response) return answer;
        return answer === null || answer === undefined ? refusal(404, "NOT_FOUND", "there is no such thing here", "Look it up in the list it belongs to.") : context.json(answer);
      } catch (error) {
        if (!(error instanceof WhysaidError)) onDefect(error);
        return refusalOf(error);
      }
    });
  }
  app.all("/api/*", () => refusal(404, "NOT_FOUND", "there is no such route", "GET /api/openapi.json lists them."));
  return app;
}

/** A name given twice is no value: refused, not guessed at. */
function queryOf(context: Context): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(context.req.queries()).map(([name, values]) => {
    if (values.length > 1) throw invalid(`query: ${shown(name)} is given twice`);
    return [name, values[0] ?? ""];
  }));
}

async function bodyOf(schema: z.ZodType | undefined, context: Context): Promise<unknown> {
  if (schema === undefined) return undefined;
  let body: unknown;
  try {
    body = await context.req.json();
  } catch {
    throw invalid("the body is no JSON");
  }
  return checked(schema, body, "body");
}

function checked(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (schema === undefined) {
    if (typeof value === "object" && value !== null && place === "query" && Object.keys(value).length > 0) throw invalid(`query: this route takes none`);
    return undefined;
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const faults = error.issues.slice(0, 5).map(({ path, message }) => `${[place, ...path.map((part) => shown(String(part)))].join(".")}: ${message}`);
  throw invalid(faults.join("; "));
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 40)).slice(1, -1);
const invalid = (sentence: string): WhysaidError => new WhysaidError("REQUEST_INVALID", sentence, { fix: "GET /api/openapi.json says what each route takes." });
