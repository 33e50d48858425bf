/** Express: one trace a request that has a feature. */
import express from "express";
import { expressTraces } from "@whysaid/recorder/adapters";
import { askOnce, dose, featureOf, recorder } from "./assistant.mjs";

const app = express();
app.use(expressTraces(recorder, { feature: ({ url }) => featureOf(url), responseHeader: "x-trace-id" }));
app.get("/dose", async (request, response) => response.send(await dose(String(request.query.q))));
app.get("/health", (_request, response) => response.send("ok"));

const server = app.listen(0, "127.0.0.1", () => askOnce(server.address().port, () => new Promise((resolve) => server.close(resolve))));
