/** `whysaid keys add`, `list` and `revoke` for the pages: an admin's own project, audited before it is done, each key shown once. */
import { WhysaidError } from "@whysaid/recorder/format";
import { z } from "zod";
import { AuditLog, type AuditedAction } from "../../redaction/audit.ts";
import { redactedReason } from "../../redaction/reveal.ts";
import { roles } from "../access/rights.ts";
import { apiRoute, type ApiCall, type ApiRoute } from "../route.ts";

const key = z.object({ id: z.string(), role: z.enum(roles), project: z.string(), name: z.string(), createdAtMs: z.number(), expiresAtMs: z.number().nullable(), revokedAtMs: z.number().nullable() });
const DAY_MS = 86_400_000;

function audit({ room: { workspace }, identity, settings }: Pick<ApiCall<unknown, unknown, unknown>, "room" | "identity" | "settings">, action: AuditedAction, about: string, reason: string): void {
  const { directory } = workspace;
  new AuditLog(directory).append({ atMs: settings.now(), actor: identity.actor, action, about, reason: redactedReason(reason, directory, {}), details: {} });
}

export const keyRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/keys",
    right: "admin",
    about: "the access keys of the caller's project; no key can be seen again",
    response: z.object({ keys: z.array(key) }),
    answer: async ({ identity: { project }, settings: { keys } }) => ({ keys: keys.list().filter((one) => one.project === project) }),
  }),
  apiRoute({
    method: "post",
    path: "/api/keys",
    right: "admin",
    about: "make an access key for the caller's project: `key` is the only time it is shown",
    body: z.strictObject({ role: z.enum(roles), name: z.string().trim().min(1).max(100), expiresInDays: z.number().int().min(1).max(3650).nullable() }),
    response: key.extend({ key: z.string() }),
    answer: async (call) => {
      const { body, identity, settings } = call;
      const { project } = identity;
      // In the log before the key exists: one that can't be audited is not made.
      audit(call, "key-add", `${body.role} in ${project}`, body.name);
      const nowMs = settings.now();
      const made = settings.keys.add({ role: body.role, project, name: body.name, expiresAtMs: body.expiresInDays === null ? null : nowMs + body.expiresInDays * DAY_MS }, nowMs);
      return { ...made.key, key: made.secret };
    },
  }),
  apiRoute({
    method: "post",
    path: "/api/keys/:id/revoke",
    right: "admin",
    about: "end a key of the caller's project, at once and for good",
    params: z.object({ id: z.string().max(64) }),
    response: z.object({ revoked: z.string() }),
    answer: async (call) => {
      const { params: { id }, identity, settings } = call;
      const known = settings.keys.list().find((one) => one.id === id && one.project === identity.project);
      if (known === undefined) throw new WhysaidError("NOT_FOUND", "there is no such access key in this project", { fix: "GET /api/keys lists them." });
      audit(call, "key-revoke", id, known.name);
      settings.keys.revoke(id, settings.now());
      return { revoked: id };
    },
  }),
];
