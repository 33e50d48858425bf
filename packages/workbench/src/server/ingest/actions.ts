/**
 * `POST /v1/actions`: what a user did with an answer. From a program with a key, or from a browser of another origin with a ticket for that one trace (docs/server.md).
 */
import type { Context } from "hono";
import { isSignedBy, isTraceId, readTicket, type TraceId } from "@whysaid/recorder/format";
import { z } from "zod";
import type { Access } from "../access/access.ts";
import type { Identity } from "../access/identity.ts";
import type { Intake } from "../intake/intake.ts";
import { refusal } from "../refusal.ts";
import { jsonOf } from "./journal.ts";
import { answerOf } from "./route.ts";

export const ACTIONS_PATH = "/v1/actions";
export const MAX_ACTION_BYTES: number = 2 * 1024 * 1024;

/** Any origin may send, none may read more than the outcome; cookies are never asked for. */
export const openToBrowsers: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "content-type, authorization",
  "access-control-max-age": "86400",
  "cross-origin-resource-policy": "cross-origin",
};

const text = z.string().max(1_000_000).optional();
const given = z.strictObject({
  ticket: z.string().max(200).optional(),
  traceId: z.string().optional(),
  action: z.enum(["accept", "edit", "retry", "abandon"]),
  id: z.string().min(1).max(200).optional(),
  atMs: z.number().int().min(0).max(4e12).optional(),
  before: text,
  after: text,
  user: z.string().max(1000).optional(),
  note: z.string().max(20_000).optional(),
});
type Given = z.infer<typeof given>;

export async function takeAction(context: Context, body: Uint8Array, access: Access, intake: Intake, now: () => number): Promise<Response> {
  const json = jsonOf(body);
  const hasTicket = typeof json === "object" && json !== null && "ticket" in json && typeof json.ticket === "string";
  // Who may is asked before what came is looked at closer.
  const sender = hasTicket ? null : await byKey(context, access);
  if (sender instanceof Response) return sender;
  const { success, data, error } = given.safeParse(json);
  if (!success) return refusal(400, "REQUEST_INVALID", `the action is not as it should be: ${error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".").slice(0, 60)} ${message.slice(0, 80)}`).join("; ")}`, "Send {action, traceId or ticket, before?, after?, note?, id?}; see docs/server.md.");
  const { ticket, traceId: named, ...action } = data;
  const sent = sender === null ? byTicket(ticket ?? "", named, access, now()) : traceNamed(named, sender);
  if (sent instanceof Response) return sent;
  return answerOf(await intake.do({ kind: "action", project: sent.project, action: { ...action, traceId: sent.trace, atMs: action.atMs ?? now() } }));
}

type Allowed = { readonly trace: TraceId; readonly project: string };

async function byKey(context: Context, access: Access): Promise<Identity | Response> {
  const origin = context.req.header("origin");
  const host = context.req.header("host");
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return refusal(403, "NOT_SIGNED_IN", "a page of another origin needs a ticket", "Mint one with `recorder.ticket(traceId)` and hand it to the page.");
  return access.require(context, "ingest");
}

function traceNamed(named: Given["traceId"], { project }: Identity): Allowed | Response {
  const trace = named?.toLowerCase() ?? "";
  return isTraceId(trace) ? { trace, project } : refusal(400, "REQUEST_INVALID", "traceId is 32 digits 0–9 and a–f", "Send the id that `trace.id` gave.");
}

function byTicket(ticket: string, named: Given["traceId"], access: Access, nowMs: number): Allowed | Response {
  const said = readTicket(ticket);
  const key = said === null ? null : access.ticketKey(said.keyId, nowMs);
  if (said === null || key === null || !isSignedBy(ticket, key.signingKey)) return refusal(401, "NOT_SIGNED_IN", "the ticket is none of ours", "Mint one with `recorder.ticket(traceId)`, with the key the server knows.");
  if (said.untilMs < nowMs) return refusal(401, "NOT_SIGNED_IN", "the ticket has run out", "Mint a new one when the page is made.");
  if (named !== undefined && named.toLowerCase() !== said.trace) return refusal(403, "NOT_ALLOWED", "the ticket is for another trace", "Leave traceId away: the ticket names it.");
  return { trace: said.trace, project: key.project };
}
