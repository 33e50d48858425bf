/** Fastify: one trace a request that has a feature. */
import Fastify from "fastify";
import { fastifyTraces } from "@whysaid/recorder/adapters";
import { askOnce, dose, featureOf, recorder } from "./assistant.mjs";

const app = Fastify();
app.addHook("onRequest", fastifyTraces(recorder, { feature: ({ url }) => featureOf(url), responseHeader: "x-trace-id" }));
app.get("/dose", async (request) => dose(request.query.q));
app.get("/health", async () => "ok");

await app.listen({ host: "127.0.0.1", port: 0 });
await askOnce(app.server.address().port, () => app.close());
