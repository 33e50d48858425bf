/** Hono: one trace a request that has a feature. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { honoTraces } from "@whysaid/recorder/adapters";
import { askOnce, dose, featureOf, recorder } from "./assistant.mjs";

const app = new Hono();
app.use(honoTraces(recorder, { feature: ({ req }) => featureOf(req.path), responseHeader: "x-trace-id" }));
app.get("/dose", async (c) => c.text(await dose(c.req.query("q"))));
app.get("/health", (c) => c.text("ok"));

const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => askOnce(port, () => new Promise((resolve) => server.close(resolve))));
