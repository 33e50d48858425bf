/** What the trace page and the comparison of two traces read: the story condensed, its causes beside it, and any text in whole when it is opened. */
import { z } from "zod";
import { Explainer } from "../../cli/explained.ts";
import { readNamed } from "../../cli/trace-id.ts";
import { differences } from "../../reconstruct/differences.ts";
import { apiRoute, json, type ApiRoute } from "../route.ts";

const id = z.string().max(64);
const params = z.object({ id });

export const storyRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/traces/:id/page",
    right: "read",
    about: "one trace rebuilt without findings and provenance, condensed for the page: what repeats stands once, long texts are cut",
    params,
    response: z.object({ story: z.looseObject({}), texts: z.array(z.unknown()), messages: z.array(z.unknown()) }),
    answer: async ({ params: { id: named }, room: { store, project }, reading }) => json(await readNamed(store, named, (traceId) => reading.ask(project, { kind: "page", traceId }))),
  }),
  apiRoute({
    method: "get",
    path: "/api/traces/:id/why",
    right: "read",
    about: "likely causes of one trace's answer and where its values came from: `whysaid why --json`",
    params,
    response: z.object({ traceId: z.string(), findings: z.array(z.looseObject({})), provenance: z.array(z.looseObject({})) }),
    answer: async ({ params: { id: named }, room: { store, project }, reading }) => json(await readNamed(store, named, (traceId) => reading.ask(project, { kind: "why", traceId }))),
  }),
  apiRoute({
    method: "get",
    path: "/api/traces/:id/text",
    right: "read",
    about: "one text of a trace in whole, by its pointer into `GET /api/traces/:id`",
    params,
    query: z.strictObject({ at: z.string().max(2000) }),
    response: z.object({ text: z.string() }),
    answer: async ({ params: { id: named }, query: { at }, room: { store, project }, reading }) => {
      const text = await readNamed(store, named, (traceId) => reading.ask(project, { kind: "text", traceId, at }));
      return text === "null" ? null : json(text);
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/diff/:a/:b",
    right: "read",
    about: "two traces field by field: `whysaid diff --json`",
    params: z.object({ a: id, b: id }),
    response: z.object({ a: z.string(), b: z.string(), differences: z.array(z.looseObject({})) }),
    answer: async ({ params: { a: first, b: second }, room: { store } }) => {
      const explainer = new Explainer(store);
      const a = await readNamed(store, first, (traceId) => explainer.rebuild(traceId));
      const b = await readNamed(store, second, (traceId) => explainer.rebuild(traceId));
      return { a: a.traceId, b: b.traceId, differences: differences(a, b) };
    },
  }),
];
