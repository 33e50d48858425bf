/** `GET /api/openapi.json`, made from the routes' own declarations. */
import { z } from "zod";
import { version } from "../version.ts";
import type { ApiRoute } from "./route.ts";

type Schema = Readonly<Record<string, unknown>>;
const error = { type: "object", properties: { error: { type: "object", properties: { code: { type: "string" }, sentence: { type: "string" }, fix: { type: "string" } }, required: ["code", "sentence", "fix"] } }, required: ["error"] };

export function openApi(routes: readonly ApiRoute[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}");
    (paths[path] ??= {})[route.method] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Whysaid", version, description: "What the pages read. `x-right` is the right a caller must have." },
    components: { securitySchemes: { key: { type: "http", scheme: "bearer", description: "made with `whysaid keys add`" } }, schemas: { Error: error } },
    security: [{ key: [] }],
    paths,
  };
}

function operationOf({ about, right, params, query, body, response }: ApiRoute): object {
  const failed = { description: "refused; `error.code` says why", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };
  return {
    summary: about,
    "x-right": right,
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } }),
    responses: { 200: { description: "found, done", ...(response === undefined ? {} : { content: { "application/json": { schema: schemaOf(response, "output") } } }) }, default: failed },
  };
}

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Schema => z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): readonly object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, "input") as { readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[] };
  return Object.entries(properties).map(([name, one]) => ({ name, in: place, required: place === "path" || required.includes(name), schema: one }));
}
