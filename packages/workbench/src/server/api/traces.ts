/** `GET /api/traces` is `whysaid list --json`, `GET /api/traces/:id` is `whysaid show --json`. */
import type { UserAction } from "@whysaid/recorder/format";
import { z } from "zod";
import { readNamed } from "../../cli/trace-id.ts";
import type { TraceFilter } from "../../store/store.ts";
import { apiRoute, json, type ApiRoute } from "../route.ts";

const LIMIT = 50;
const LONGEST = 500;
const word = z.string().min(1).max(500);

type Word = string | undefined;
export interface TraceQuery {
  readonly feature?: Word;
  readonly model?: Word;
  readonly prompt?: Word;
  readonly rule?: Word;
  readonly action?: UserAction | undefined;
  readonly state?: Word;
  readonly tag?: Word;
  readonly conversation?: Word;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly after?: Word;
  readonly limit: number;
}

/** The filters of `whysaid list`, for every route that lists traces. Times are Unix milliseconds. */
export const traceFilterQuery: z.ZodType<TraceQuery> = z.strictObject({
  feature: word.optional(),
  model: word.optional(),
  prompt: word.optional(),
  rule: word.optional(),
  action: z.enum(["accept", "edit", "retry", "abandon"]).optional(),
  state: z.enum(["complete", "cancelled", "aborted", "cut", "unread", "failed", "open"]).optional(),
  tag: word.regex(/^[^=]+=/, "is KEY=VALUE").optional(),
  conversation: word.optional(),
  sinceMs: z.coerce.number().int().min(0).optional(),
  untilMs: z.coerce.number().int().min(0).optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LONGEST).default(LIMIT),
});

export function filterOfQuery({ prompt, tag, ...query }: TraceQuery): TraceFilter {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as unknown as TraceFilter;
  const equals = tag?.indexOf("=") ?? -1;
  return {
    ...given,
    ...(prompt === undefined ? {} : { promptVersion: prompt }),
    ...(tag === undefined ? {} : { tag: { key: tag.slice(0, equals), value: tag.slice(equals + 1) } }),
  };
}

const traceRow = z.looseObject({ key: z.string(), traceId: z.string(), feature: z.string().nullable(), startedAtMs: z.number(), state: z.string(), failedRules: z.array(z.string()), answer: z.string().nullable() });

export const traceRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/traces",
    right: "read",
    about: "traces, newest first; `next` goes into `after`",
    query: traceFilterQuery,
    response: z.object({ traces: z.array(traceRow), next: z.string().nullable() }),
    answer: async ({ query, room: { store } }) => {
      const found = await store.list({ ...filterOfQuery(query), limit: query.limit + 1 });
      const traces = found.slice(0, query.limit);
      return { traces, next: found.length > query.limit ? (traces.at(-1)?.key ?? null) : null };
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/traces/:id",
    right: "read",
    about: "one trace rebuilt, with findings and where each value came from; the id may be its first 6 digits or more",
    params: z.object({ id: z.string().max(64) }),
    response: z.looseObject({ traceId: z.string(), feature: z.string().nullable(), complete: z.boolean(), generations: z.array(z.looseObject({})), findings: z.array(z.looseObject({})) }),
    answer: async ({ params, room: { store, project }, reading }) => json(await readNamed(store, params.id, (traceId) => reading.ask(project, { kind: "whole", traceId }))),
  }),
];
