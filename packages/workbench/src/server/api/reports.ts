/** What recurs, what changed and what a feature fails to record: `whysaid issues`, `drift` and `gate` as the pages read them. */
import { z } from "zod";
import { drift } from "../../gate/drift.ts";
import { gate } from "../../gate/gate.ts";
import { reopenIssue, resolveIssue } from "../../issues/issues.ts";
import { apiRoute, json, type ApiRoute } from "../route.ts";

const feature = z.string().min(1).max(500);
const moment = z.coerce.number().int().min(0);
const between = ({ sinceMs, untilMs }: { readonly sinceMs?: number | undefined; readonly untilMs?: number | undefined }) => ({ ...(sinceMs === undefined ? {} : { sinceMs }), ...(untilMs === undefined ? {} : { untilMs }) });
const GATE_TRACES = 1000;

export const reportRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/features",
    right: "read",
    about: "the features of the newest traces, with how many of those each has",
    response: z.object({ features: z.array(z.object({ feature: z.string(), traces: z.number() })) }),
    answer: async ({ room: { store } }) => {
      const counts = new Map<string, number>();
      for (const { feature: name } of await store.list({ limit: 2000 })) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
      return { features: [...counts].sort((a, b) => b[1] - a[1]).map(([name, traces]) => ({ feature: name, traces })) };
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/gate",
    right: "read",
    about: "how many of a feature's generations have each of the nine signals, and what to change in the app: `whysaid gate --json`",
    query: z.strictObject({ feature, min: z.coerce.number().min(0).max(1).default(0.95), limit: z.coerce.number().int().min(1).max(GATE_TRACES).default(GATE_TRACES), sinceMs: moment.optional(), untilMs: moment.optional() }),
    response: z.looseObject({ feature: z.string(), passes: z.boolean(), signals: z.array(z.looseObject({})) }),
    answer: async ({ query, room: { store } }) => gate(store, { feature: query.feature, min: query.min, limit: query.limit, ...between(query) }),
  }),
  apiRoute({
    method: "get",
    path: "/api/drift",
    right: "read",
    about: "what changed in a feature, since which model, prompt or release, and how sure that is: `whysaid drift --json`",
    query: z.strictObject({ feature, sinceMs: moment.optional(), untilMs: moment.optional() }),
    response: z.looseObject({ feature: z.string(), traces: z.number(), changes: z.array(z.looseObject({})), measures: z.array(z.looseObject({})) }),
    answer: async ({ query, room: { store } }) => drift(store, { feature: query.feature, ...between(query) }),
  }),
  apiRoute({
    method: "get",
    path: "/api/issues",
    right: "read",
    about: "failures that recur among the newest traces, grouped: `whysaid issues --json`",
    query: z.strictObject({ feature: feature.optional(), sinceMs: moment.optional() }),
    response: z.looseObject({ issues: z.array(z.looseObject({ id: z.string(), title: z.string(), count: z.number() })), traces: z.number() }),
    answer: async ({ query, room: { project }, reading }) => json((await reading.ask(project, { kind: "issues", ...(query.feature === undefined ? {} : { feature: query.feature }), ...(query.sinceMs === undefined ? {} : { sinceMs: query.sinceMs }) })) ?? "null"),
  }),
  apiRoute({
    method: "post",
    path: "/api/issues/:id/state",
    right: "reveal",
    about: "resolve an issue, or open it again",
    params: z.object({ id: z.string().min(4).max(64) }),
    body: z.strictObject({ state: z.enum(["resolved", "open"]) }),
    response: z.object({ id: z.string(), state: z.string() }),
    answer: async ({ params: { id }, body: { state }, room: { store } }) => {
      await (state === "resolved" ? resolveIssue(store, id, Date.now()) : reopenIssue(store, id));
      return { id, state };
    },
  }),
];
