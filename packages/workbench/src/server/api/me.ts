/** `GET /api/me`: who the pages are talking as. */
import { z } from "zod";
import { roles } from "../access/rights.ts";
import { apiRoute, type ApiRoute } from "../route.ts";
import { version } from "../../version.ts";

export const meRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/me",
    right: "read",
    about: "who is asking, with which role, in which project",
    response: z.object({ actor: z.string(), role: z.enum(roles), project: z.string(), version: z.string() }),
    answer: async ({ identity: { actor, role, project } }) => ({ actor, role, project, version }),
  }),
];
