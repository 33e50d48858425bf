/** `GET /open?once=…`: the one-time link of `whysaid up` becomes a session, and the address bar is clean again. */
import type { Context } from "hono";
import type { Access } from "./access.ts";
import { DEFAULT_PROJECT } from "../rooms.ts";
import { refusal } from "../refusal.ts";

export async function requestOpening(context: Context, access: Access, nowMs: number): Promise<Response> {
  const token = context.req.query("once") ?? "";
  if (token === "" || !access.links.take(token, nowMs)) return refusal(403, "NOT_SIGNED_IN", "this link was used already, or is too old", "Run `whysaid up` again here: it prints a new one, also while the server runs.");
  await access.sessions.begin(context, { actor: "whoever started the server", role: "admin", project: DEFAULT_PROJECT }, nowMs);
  return context.redirect("/", 303);
}
