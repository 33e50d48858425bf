/** The built pages: files of `dist-web/` as they are, and its `index.html` for every other address of the pages, with this answer's nonce put in. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { pathOf } from "../places.ts";
import type { Env } from "./env.ts";
import { NONCE_PLACEHOLDER } from "./guard/headers.ts";
import { refusal } from "./refusal.ts";

/** Beside `src/` and `dist/` of this package. */
export const webRoot: string = pathOf("../dist-web");

const NOT_BUILT = "whysaid is up. The pages are not built: run `npm run build -w packages/web`, or use the command line and /api.\n";

export function pages(root: string = webRoot): Hono<Env> {
  const app = new Hono<Env>();
  const index = join(root, "index.html");
  if (!existsSync(root)) return app.get("*", (context) => context.text(NOT_BUILT));
  app.get("/assets/*", serveStatic({ root, precompressed: true, onFound: (_path, context) => context.header("cache-control", "public, max-age=31536000, immutable") }));
  app.get("/assets/*", () => refusal(404, "NOT_FOUND", "there is no such file", "Reload the page."));
  app.get("/:file{[\\w.-]+\\.(?:svg|png|ico|txt|webmanifest)}", serveStatic({ root }));
  app.get("*", (context) => context.html(htmlOf(index).replaceAll(NONCE_PLACEHOLDER, context.get("nonce"))));
  return app;
}

let read = { path: "", version: 0, html: "" };
/** Read again when it was built anew. */
function htmlOf(path: string): string {
  const { mtimeMs } = statSync(path);
  if (read.path !== path || read.version !== mtimeMs) read = { path, version: mtimeMs, html: readFileSync(path, "utf8") };
  return read.html;
}
