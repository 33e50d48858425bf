/** `POST /v1/journal`: parts of segments, as `recorder/src/journal/shipping` sends them, or whole segments. `POST /v1/journal/cursors`: how far each segment is stored. */
import { wireHashKey } from "@whysaid/recorder/format";
import { z } from "zod";
import { keyIn } from "../access/access.ts";
import { refusal } from "../refusal.ts";
import { answerOf, type IngestRoute } from "./route.ts";

/** One frame may be 64 MiB. */
const PART_BYTES = 72 * 1024 * 1024;
const wanted = z.object({ segments: z.array(z.string().regex(/^[0-9a-f]{16}-\d{1,9}$/)).max(10_000) });

export const journalRoutes: readonly IngestRoute[] = [
  {
    path: "/v1/journal",
    maxBytes: PART_BYTES,
    take: async ({ context, body, identity, intake }) => answerOf(await intake.do({ kind: "part", project: identity.project, body, sender: identity.actor, hashKey: wireHashKey(keyIn(context)) })),
  },
  {
    path: "/v1/journal/cursors",
    maxBytes: 1024 * 1024,
    take: async ({ body, identity, intake }) => {
      const { success, data } = wanted.safeParse(jsonOf(body));
      if (!success) return refusal(400, "REQUEST_INVALID", "the body is `{segments: [\"<writer>-<number>\", …]}`", "See docs/server.md.");
      return answerOf(await intake.do({ kind: "cursors", project: identity.project, segments: data.segments }));
    },
  },
];

export function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
