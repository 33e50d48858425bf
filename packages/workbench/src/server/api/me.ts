/** `GET /api/me`: who the pages are talking as. */
import { z } from "zod";
import { rightsOfRole, roles } from "../access/rights.ts";
import { apiRoute, type ApiRoute } from "../route.ts";
import { version } from "../../version.ts";

export const meRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/me",
    right: "read",
    about: "who is asking, with which role, in which project, and what this server lets them do",
    response: z.object({ actor: z.string(), role: z.enum(roles), project: z.string(), version: z.string(), rights: z.array(z.enum(roles)), replay: z.object({ target: z.string().nullable(), maxCalls: z.number(), maxTokens: z.number() }).nullable() }),
    answer: async ({ identity: { actor, role, project }, settings: { replay } }) => ({ actor, role, project, version, rights: rightsOfRole(role), replay: replay === null ? null : { target: replay.base, ...replay.caps } }),
  }),
];
