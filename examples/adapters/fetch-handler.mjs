/** A handler that takes a `Request`: Next.js route handlers, Workers, Deno. Here served by Node through Hono's adapter. */
import { serve } from "@hono/node-server";
import { traced } from "@whysaid/recorder/adapters";
import { askOnce, dose, featureOf, recorder } from "./assistant.mjs";

// app/dose/route.ts of a Next.js app: export const GET = traced(recorder, { … }, handler)
const GET = traced(recorder, { feature: ({ url }) => featureOf(new URL(url).pathname) }, async (request) => {
  const answer = await dose(new URL(request.url).searchParams.get("q") ?? "");
  return new Response(answer, { headers: { "x-trace-id": recorder.current().id } });
});
const fetch = (request) => (new URL(request.url).pathname === "/health" ? new Response("ok") : GET(request));

const server = serve({ fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => askOnce(port, () => new Promise((resolve) => server.close(resolve))));
