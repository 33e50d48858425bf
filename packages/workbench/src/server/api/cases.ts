/** Cases for the pages: the list with what waits for review, one with its edit, a case made from a trace, a reviewer's word, exports. What people type is redacted before it is kept. */
import { WhysaidError } from "@whysaid/recorder/format";
import { z } from "zod";
import type { CaseFilter } from "../../cases/case-store.ts";
import { caseNamed, headNamed, listCases, withStory } from "../../cases/case-store.ts";
import { currentVersion, versionsOf } from "../../cases/datasets.ts";
import { editBetween } from "../../cases/edits.ts";
import { formatNames, formats, questionOf } from "../../cases/formats/formats.ts";
import { handMade } from "../../cases/hand-made.ts";
import { reviewCase, type Verdict } from "../../cases/review.ts";
import { textRedactor } from "../../cases/run/originals.ts";
import { syncCases } from "../../cases/sync.ts";
import { readNamed } from "../../cli/trace-id.ts";
import type { Store } from "../../store/store.ts";
import { auditExport } from "../../redaction/audit-export.ts";
import { apiRoute, type ApiRoute } from "../route.ts";

const word = z.string().min(1).max(500);
const text = z.string().max(200_000);
const labels = z.array(word).max(20).default([]);
const status = z.enum(["new", "confirmed", "rejected"]);
const head = z.looseObject({ id: z.string(), feature: z.string(), status, origin: z.string(), traceIds: z.array(z.string()), said: z.string(), revision: z.number() });
const filters = { feature: word.optional(), status: status.optional(), label: word.optional(), trace: z.string().max(64).optional() };
const LIMIT = 500;

type Given = { readonly [Name in "feature" | "label" | "trace"]?: string | undefined } & { readonly status?: z.output<typeof status> | undefined };
const filterOf = ({ trace, ...given }: Given): CaseFilter => ({ ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as CaseFilter), ...(trace === undefined ? {} : { traceId: trace }) });

/** A store's actions are read once at a time, whoever asks. */
const syncing = new WeakMap<Store, Promise<unknown>>();
const WAIT_MS = 3_000;
/** Cases in step with the actions; false when there is so much to read that a page should not wait for it. */
async function inStep(store: Store): Promise<boolean> {
  let running = syncing.get(store);
  if (running === undefined) {
    running = syncCases(store).finally(() => syncing.delete(store));
    syncing.set(store, running);
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), WAIT_MS)));
  try {
    return await Promise.race([running.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

const datasetOf = async (store: Store, feature: string, atMs: number): Promise<{ readonly feature: string; readonly version: number; readonly cases: number }> => {
  const { version, cases } = await currentVersion(store, feature, atMs);
  return { feature, version, cases: cases.length };
};

export const caseRoutes: readonly ApiRoute[] = [
  apiRoute({
    method: "get",
    path: "/api/cases",
    right: "read",
    about: "cases, newest first, and how many there are of each status: `whysaid cases list --json`",
    query: z.strictObject(filters),
    response: z.object({ cases: z.array(head), counts: z.looseObject({}), features: z.array(z.string()), isCurrent: z.boolean() }),
    answer: async ({ query, room: { store } }) => {
      const isCurrent = await inStep(store);
      const { status: wanted, ...others } = filterOf(query);
      const all = await listCases(store, others);
      const counts = { new: 0, confirmed: 0, rejected: 0 };
      for (const one of all) counts[one.status] += 1;
      const features = [...new Set((query.feature === undefined ? all : await listCases(store)).map(({ feature }) => feature))].sort();
      return { cases: all.filter((one) => wanted === undefined || one.status === wanted).slice(0, LIMIT), counts, features, isCurrent };
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/cases/export",
    right: "reveal",
    about: "the confirmed cases in a format other tools read: `whysaid cases export`; redacted, and in the audit log",
    query: z.strictObject({ format: z.enum(formatNames).default("whysaid"), feature: word.optional(), status: status.optional(), label: word.optional() }),
    answer: async ({ query: { format, ...given }, room: { store, workspace }, identity, settings: { now } }) => {
      const chosen = await listCases(store, { status: "confirmed", ...filterOf(given) });
      const cases = await Promise.all(chosen.map((one) => withStory(store, one)));
      auditExport({ directory: workspace.directory, about: "cases", actor: identity.actor, form: format, atMs: now(), details: { cases: cases.length } });
      return new Response(formats[format](cases), { headers: { "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8", "content-disposition": `attachment; filename="cases.${format === "csv" ? "csv" : format === "promptfoo" ? "json" : "jsonl"}"`, "cache-control": "no-store" } });
    },
  }),
  apiRoute({
    method: "get",
    path: "/api/cases/:id",
    right: "read",
    about: "one case: what was asked, said and expected, what the edit changed, each review. Its story is its trace's",
    params: z.object({ id: z.string().max(64) }),
    response: head.extend({ asked: z.string(), edit: z.looseObject({}).nullable(), datasetVersions: z.array(z.number()) }),
    answer: async ({ params: { id }, room: { store } }) => {
      const one = await caseNamed(store, id);
      const { story: _, ...rest } = one;
      const versions = (await versionsOf(store, one.feature)).filter(({ cases }) => cases.some((held) => held.id === one.id));
      return { ...rest, asked: questionOf(one), edit: one.expected === null ? null : editBetween(one.said, one.expected.text), datasetVersions: versions.map(({ version }) => version) };
    },
  }),
  apiRoute({
    method: "post",
    path: "/api/cases",
    right: "reveal",
    about: "keep a trace as a confirmed case of its feature: `whysaid cases add`",
    body: z.strictObject({ traceId: z.string().max(64), expected: text.optional(), note: z.string().max(2_000).optional(), labels }),
    response: z.object({ case: head, isNew: z.boolean(), dataset: z.looseObject({ version: z.number(), cases: z.number() }) }),
    answer: async ({ body, room: { store, workspace }, identity, settings: { now } }) => {
      const redacted = textRedactor(workspace.directory);
      const orNull = (given: string | undefined): string | null => (given === undefined || given.trim() === "" ? null : redacted(given));
      const made = await readNamed(store, body.traceId, (traceId) => handMade(store, traceId, { expected: orNull(body.expected), note: orNull(body.note), labels: body.labels.map(redacted), actor: identity.actor, atMs: now() }));
      return { case: made.head, isNew: made.isNew, dataset: await datasetOf(store, made.head.feature, now()) };
    },
  }),
  apiRoute({
    method: "post",
    path: "/api/cases/:id/review",
    right: "reveal",
    about: "what a person says of a case: it is right as it is, it should have been `expected`, it is none. `revision` is the one they looked at: refused when somebody was faster",
    params: z.object({ id: z.string().max(64) }),
    body: z.strictObject({ verdict: z.enum(["confirm", "fix", "reject"]), expected: text.min(1).optional(), note: z.string().max(2_000).optional(), labels, revision: z.number().int().min(1) }),
    response: z.object({ case: head, dataset: z.looseObject({ version: z.number(), cases: z.number() }) }),
    answer: async ({ params: { id }, body, room: { store, workspace }, identity, settings: { now } }) => {
      const redacted = textRedactor(workspace.directory);
      const kept = await headNamed(store, id);
      if (kept.head.revision !== body.revision) throw new WhysaidError("CASE_CHANGED", "somebody has reviewed this case since you opened it", { fix: "Look at it as it is now, then say what you think." });
      const verdict = verdictOf(body, redacted);
      const changed = await reviewCase(store, kept.head.id, verdict, { actor: identity.actor, atMs: now(), ...(body.note === undefined || body.note.trim() === "" ? {} : { note: redacted(body.note) }), labels: body.labels.map(redacted) });
      return { case: changed, dataset: await datasetOf(store, changed.feature, now()) };
    },
  }),
];

function verdictOf({ verdict, expected }: { readonly verdict: Verdict["verdict"]; readonly expected?: string | undefined }, redacted: (text: string) => string): Verdict {
  if (verdict !== "fix") return { verdict };
  if (expected === undefined) throw new WhysaidError("USAGE", "a fix says what the answer should have been", { fix: "Give `expected`." });
  return { verdict, expected: redacted(expected) };
}
