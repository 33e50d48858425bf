/** `GET /api/traces/:id/bundle.html` and `.md`: one trace as a file for a ticket, in the audit log before it is sent. A download: opened here it would be a page of ours. */
import { z } from "zod";
import { bundle, bundleName, type BundleFormat } from "../../bundle/bundle.ts";
import { Explainer } from "../../cli/explained.ts";
import { readNamed } from "../../cli/trace-id.ts";
import { auditExport } from "../../redaction/audit-export.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

const types: Readonly<Record<BundleFormat, string>> = { html: "text/html; charset=utf-8", md: "text/markdown; charset=utf-8" };

const bundleRoute = (format: BundleFormat): ApiRoute =>
  apiRoute({
    method: "get",
    path: `/api/traces/:id/bundle.${format}`,
    right: "read",
    about: `one trace as one redacted file for a ticket: \`whysaid bundle --format ${format}\`. Stands in the audit log as an export`,
    params: z.object({ id: z.string().max(64) }),
    answer: async ({ params: { id }, room: { store, workspace }, identity }) => {
      const explainer = new Explainer(store);
      const story = await readNamed(store, id, (traceId) => explainer.explain(traceId));
      const atMs = Date.now();
      const text = bundle(story, { format, atMs });
      auditExport({ directory: workspace.directory, about: story.traceId, actor: identity.actor, form: `bundle ${format}`, atMs, details: { bytes: Buffer.byteLength(text) } });
      return new Response(text, { headers: { "content-type": types[format], "content-disposition": `attachment; filename="${bundleName(story, format)}"` } });
    },
  });

export const bundleRoutes: readonly ApiRoute[] = [bundleRoute("html"), bundleRoute("md")];
