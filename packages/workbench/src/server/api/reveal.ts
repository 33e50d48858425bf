/** `POST /api/traces/:id/reveal`: one trace with its true names, for the right `reveal`, with a reason; in the audit log before anything is answered. */
import { pseudonymsIn } from "@whysaid/recorder/format";
import { z } from "zod";
import { Explainer } from "../../cli/explained.ts";
import { readNamed } from "../../cli/trace-id.ts";
import { reveal } from "../../redaction/reveal.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

const reason = z.string().min(3).max(1000);
const id = z.string().max(64);

export const revealRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "post",
    path: "/api/traces/:id/reveal",
    right: "reveal",
    about: "one trace with its originals; the reason stands in the audit log",
    params: z.object({ id }),
    body: z.strictObject({ reason }),
    response: z.object({ value: z.looseObject({ traceId: z.string() }), revealed: z.number(), left: z.number() }),
    answer: async ({ params, body, room: { store, workspace }, identity }) => {
      const story = await readNamed(store, params.id, (traceId) => new Explainer(store).explain(traceId));
      return reveal(story, { directory: workspace.directory, traceId: story.traceId, reason: body.reason, actor: identity.actor, atMs: Date.now() });
    },
  }),
  apiRoute({
    method: "post",
    path: "/api/traces/:id/originals",
    right: "reveal",
    about: "what each pseudonym of one trace stands for, to be shown in its place until it is closed; the reason stands in the audit log",
    params: z.object({ id }),
    body: z.strictObject({ reason }),
    response: z.object({ originals: z.array(z.tuple([z.string(), z.string()])), left: z.number() }),
    answer: async ({ params, body, room: { store, workspace }, identity, settings: { now } }) => {
      const story = await readNamed(store, params.id, (traceId) => new Explainer(store).explain(traceId));
      const pseudonyms = [...new Set([...pseudonymsIn(JSON.stringify(story))].map(({ text }) => text))];
      const { value, left } = reveal(pseudonyms, { directory: workspace.directory, traceId: story.traceId, reason: body.reason, actor: identity.actor, atMs: now() });
      return { originals: pseudonyms.flatMap((text, index) => (value[index] === undefined || value[index] === text ? [] : [[text, value[index]]])), left };
    },
  }),
];
