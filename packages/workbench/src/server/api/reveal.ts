/** `POST /api/traces/:id/reveal`: one trace with its true names, for the right `reveal`, with a reason; in the audit log before anything is answered. */
import { z } from "zod";
import { Explainer } from "../../cli/explained.ts";
import { readNamed } from "../../cli/trace-id.ts";
import { reveal } from "../../redaction/reveal.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

export const revealRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "post",
    path: "/api/traces/:id/reveal",
    right: "reveal",
    about: "one trace with its originals; the reason stands in the audit log",
    params: z.object({ id: z.string().max(64) }),
    body: z.strictObject({ reason: z.string().min(3).max(1000) }),
    response: z.object({ value: z.looseObject({ traceId: z.string() }), revealed: z.number(), left: z.number() }),
    answer: async ({ params, body, room: { store, workspace }, identity }) => {
      const story = await readNamed(store, params.id, (traceId) => new Explainer(store).explain(traceId));
      return reveal(story, { directory: workspace.directory, traceId: story.traceId, reason: body.reason, actor: identity.actor, atMs: Date.now() });
    },
  }),
];
