/** What `whysaid reparse` found, as it was kept. A parser is code: it is run where the recordings lie, and never taken from a browser. */
import { z } from "zod";
import { listReparses } from "../../replay/reparse-feature.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

const cell = z.object({ before: z.string(), after: z.string(), count: z.number(), traces: z.array(z.string()) });
const LIMIT = 50;

export const reparseRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/reparses",
    right: "read",
    about: "runs of `whysaid reparse`, newest first: how each stored completion fared before and after, with the traces of each cell",
    query: z.strictObject({ feature: z.string().min(1).max(500).optional() }),
    response: z.object({ reparses: z.array(z.looseObject({ id: z.string(), feature: z.string(), completions: z.number(), fixed: z.number(), broken: z.number(), unchanged: z.number(), parsed: z.array(cell) })) }),
    answer: async ({ query: { feature }, room: { store } }) => ({ reparses: await listReparses(store, { ...(feature === undefined ? {} : { feature }), limit: LIMIT }) }),
  }),
];
