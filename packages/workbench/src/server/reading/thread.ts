/** A reading thread: rebuilds traces and says why, one question after the other, over connections of its own to the stores. */
import { parentPort, workerData } from "node:worker_threads";
import { WhysaidError } from "@whysaid/recorder/format";
import { Explainer } from "../../diagnose/explainer.ts";
import { issues } from "../../issues/issues.ts";
import { condense, textAt } from "../../reconstruct/condense.ts";
import type { Store } from "../../store/store.ts";
import { problemOf } from "../intake/problem.ts";
import { Rooms } from "../rooms.ts";
import type { FromReading, Question, ReadingStart, ToReading } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("this is a thread of the server");

const { directory, store } = workerData as ReadingStart;
const rooms = new Rooms({ directory, ...(store === null ? {} : { store }) });
let last: Promise<void> = Promise.resolve();

port.on("message", (message: ToReading) => {
  last = last.then(async () => {
    if (message === "close") {
      await rooms.close();
      port.close();
      return;
    }
    const { id, project, question } = message;
    let said: FromReading;
    try {
      said = { id, json: await answer((await rooms.room(project)).store, question) };
    } catch (error) {
      said = { id, problem: { ...problemOf(error), ...(error instanceof WhysaidError ? { fix: error.fix } : {}) } };
    }
    port.postMessage(said);
  });
});

const ISSUE_TRACES = 1000;

/** A trace may have changed since it was last asked for, so each question reads it anew. */
async function answer(from: Store, question: Question): Promise<string | null> {
  const explainer = new Explainer(from);
  switch (question.kind) {
    case "page": {
      const story = await explainer.rebuild(question.traceId);
      return story === null ? null : JSON.stringify(condense(story));
    }
    case "why": {
      const story = await explainer.explain(question.traceId);
      return story === null ? null : JSON.stringify({ traceId: story.traceId, findings: story.findings, provenance: story.provenance });
    }
    case "whole": {
      const story = await explainer.explain(question.traceId);
      return story === null ? null : JSON.stringify(story);
    }
    case "text": {
      const story = await explainer.rebuild(question.traceId);
      if (story === null) return null;
      const text = textAt(story, question.at);
      return text === undefined ? "null" : JSON.stringify({ text });
    }
    case "issues": {
      // The first look diagnoses each trace; nobody waits for a hundred thousand.
      const oldest = (await from.list({ limit: ISSUE_TRACES })).at(-1)?.startedAtMs ?? 0;
      return JSON.stringify(await issues(from, { ...(question.feature === undefined ? {} : { feature: question.feature }), sinceMs: Math.max(oldest, question.sinceMs ?? 0) }));
    }
    default:
      return question satisfies never;
  }
}
