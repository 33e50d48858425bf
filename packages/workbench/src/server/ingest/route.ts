/** What an ingest route is. Unlike `/api` it is validated by hand: what comes is large, and often not JSON. */
import type { Context } from "hono";
import type { Identity } from "../access/identity.ts";
import type { Intake } from "../intake/intake.ts";
import type { Done } from "../intake/messages.ts";
import { refusal } from "../refusal.ts";

export interface IngestRoute {
  /** POST where it is left out. */
  readonly method?: "GET";
  readonly path: string;
  readonly maxBytes: number;
  readonly take: (call: IngestCall) => Promise<Response>;
}
export interface IngestCall {
  readonly context: Context;
  readonly body: Uint8Array;
  readonly identity: Identity;
  readonly intake: Intake;
  readonly now: () => number;
}

/** The answers every ingest route shares: stored only when it is committed, 503 when it can't be, 400 when it never could. */
export function answerOf(done: Done): Response {
  switch (done.outcome) {
    case "stored":
      return Response.json({ entries: done.entries, refused: done.refused });
    case "cursors":
      return Response.json({ cursors: done.cursors });
    case "missing":
      return Response.json({ missing: done.refs }, { status: 409 });
    case "done":
      return Response.json({});
    case "unreadable":
      return refusal(400, "REQUEST_INVALID", `the body cannot be read: ${done.why}`, "See docs/server.md.");
    case "later":
      return refusal(503, done.code, done.why, "Send it again: nothing of it is stored.", { "retry-after": "1" });
    default:
      return done satisfies never;
  }
}
