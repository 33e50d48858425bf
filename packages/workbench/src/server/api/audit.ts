/** `GET /api/audit` is `whysaid audit --json`; `GET /api/traces/:id/runs` is `whysaid replay --runs --json`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readNamed } from "../../cli/trace-id.ts";
import { AuditLog } from "../../redaction/audit.ts";
import { runsOf } from "../../reconstruct/replay/runs.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

export const auditRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/audit",
    right: "admin",
    about: "who revealed, erased or changed keys, when and why; and whether the log is as it was written",
    response: z.object({ entries: z.array(z.looseObject({})), tampered: z.array(z.looseObject({})) }),
    answer: async ({ room: { workspace } }) => {
      const { directory } = workspace;
      return existsSync(join(directory, "audit.log")) || existsSync(join(directory, "audit.head")) ? new AuditLog(directory).read() : { entries: [], tampered: [] };
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/traces/:id/runs",
    right: "read",
    about: "what replaying one trace gave: each run's answer and how its values moved",
    params: z.object({ id: z.string().max(64) }),
    response: z.object({ traceId: z.string(), runs: z.array(z.looseObject({})) }),
    answer: async ({ params, room: { store, workspace } }) => {
      const traceId = await readNamed(store, params.id, async (id) => ((await store.trace(id)) === null ? null : id));
      return { traceId, runs: runsOf(workspace.directory, traceId) };
    },
  }),
];
