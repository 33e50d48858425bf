/** `POST /api/find`: what somebody saw → the traces that said it. The text comes in a body, so that it stands in no log; it is redacted before it is searched for. */
import { z } from "zod";
import { find } from "../../find/find.ts";
import { queryRedactor } from "../../find/redact-query.ts";
import { findRegions } from "../../find/regions.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

const text = z.string().min(1).max(200_000);
const offset = z.number().int().min(0);
const side = z.number().min(0).max(100_000);
const region = z.strictObject({ text, doubtful: z.array(z.strictObject({ start: offset, end: offset })).max(5000), box: z.strictObject({ x: z.number(), y: z.number(), width: side, height: side }) });
const found = z.looseObject({ query: z.string(), answer: z.looseObject({ kind: z.string(), sentence: z.string() }), matches: z.array(z.looseObject({ traceId: z.string(), score: z.number(), certain: z.boolean(), excerpt: z.string(), where: z.string() })) });
const LIMIT = 20;

export const findRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "post",
    path: "/api/find",
    right: "read",
    about: "the traces that said a text, and how sure that is: `whysaid find --json`",
    body: z.strictObject({ text }),
    response: found,
    answer: async ({ body, room: { store, workspace } }) => find(store, body, queryRedactor(workspace.keysDir), { limit: LIMIT }),
  }),
  apiRoute({
    method: "post",
    path: "/api/find/regions",
    right: "read",
    about: "the same for what was read from an image, region by region; the image itself stays where it was read",
    body: z.strictObject({ regions: z.array(region).max(12) }),
    response: found,
    answer: async ({ body, room: { store, workspace } }) => findRegions(store, body.regions, queryRedactor(workspace.keysDir), { limit: LIMIT }),
  }),
];
