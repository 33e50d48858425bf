/**
 * What other tools' clients send by default, at the paths they append to their base URL: LangSmith's runs, Langfuse's batches of events. Answered as those servers do once everything
 * is stored.
 */
import { version } from "../../version.ts";
import type { ClientProtocol } from "../../ingest/otlp/clients/index.ts";
import { refusal } from "../refusal.ts";
import { answerOf, type IngestCall, type IngestRoute } from "./route.ts";

const MAX_BYTES = 32 * 1024 * 1024;
/** Of one request, as LangSmith's client asks for it; a run may be larger than what is left to the limit. */
const ASKED_BYTES = 16 * 1024 * 1024;
const ASKED_RUNS = 100;

export const clientRoutes: readonly IngestRoute[] = [
  { path: "/runs/multipart", maxBytes: MAX_BYTES, take: (call) => take(call, "langsmith-multipart", "multipart/form-data") },
  { path: "/runs/batch", maxBytes: MAX_BYTES, take: (call) => take(call, "langsmith-batch", "application/json") },
  { path: "/api/public/ingestion", maxBytes: MAX_BYTES, take: (call) => take(call, "langfuse", "application/json") },
  // LangSmith's client asks before it sends; without an answer it warns at each batch.
  {
    method: "GET",
    path: "/info",
    maxBytes: 0,
    take: async () => Response.json({ version: `whysaid ${version}`, instance_flags: { gzip_body_enabled: true }, batch_ingest_config: { use_multipart_endpoint: true, size_limit: ASKED_RUNS, size_limit_bytes: ASKED_BYTES } }),
  },
];

async function take({ context, body, identity, intake }: IngestCall, protocol: ClientProtocol, type: string): Promise<Response> {
  const contentType = context.req.header("content-type") ?? "";
  if (contentType.split(";")[0]?.trim().toLowerCase() !== type) return refusal(415, "REQUEST_INVALID", `this comes as ${type}`, "See docs/otlp.md for the clients this is for.");
  const done = await intake.do({ kind: "client", project: identity.project, body, protocol, contentType });
  if (done.outcome !== "stored") return answerOf(done);
  const { events } = done;
  if (events === undefined) return Response.json({ refused: done.refused }, { status: 202 });
  return Response.json({ successes: events.taken.map((id) => ({ id, status: 201 })), errors: events.refused.map((id) => ({ id, status: 400, message: "names no trace, or is of no kind that is known" })) }, { status: 207 });
}
