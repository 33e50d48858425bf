/** The cases of a suite, ready to be run: from a directory of recordings, in step with its actions, revealed where the suite asks for it. Between the store and a test runner. */
import { userInfo } from "node:os";
import { WhysaidError } from "@whysaid/recorder/format";
import { withFreshStore, workspaceAt } from "../../ingest/workspace.ts";
import { casesOf, currentVersion } from "../datasets.ts";
import { listCases, withStory } from "../case-store.ts";
import type { Case } from "../case.ts";
import { syncCases } from "../sync.ts";
import { asKept, revealed, type OpenCase } from "./originals.ts";
import { keepRun, type CaseRun } from "./runs.ts";
import type { CaseResult } from "./run-case.ts";
import type { CaseSuite } from "./suite.ts";

export interface Place {
  /** `.whysaid`. */
  readonly directory: string;
  /** Path or URL; left out: the directory's own. */
  readonly store?: string;
}
export interface LoadedCases {
  readonly open: readonly OpenCase[];
  readonly dataset: number;
  /** Why originals were asked for and are not served; null when they are, or were not asked for. */
  readonly notRevealed: string | null;
}

export async function loadCases(suite: Pick<CaseSuite, "feature" | "cases" | "reveal">, { directory, store: name }: Place): Promise<LoadedCases> {
  return withFreshStore(
    workspaceAt(directory),
    async (store) => {
      await syncCases(store);
      const version = await currentVersion(store, suite.feature, Date.now());
      const waiting = suite.cases === "all" ? await Promise.all((await listCases(store, { feature: suite.feature, status: "new" })).map((head) => withStory(store, head))) : [];
      const cases = [...(await casesOf(store, version)), ...waiting];
      return { ...opened(cases, suite.reveal, directory), dataset: version.version };
    },
    name === undefined ? {} : { store: name },
  );
}

function opened(cases: readonly Case[], reason: string | undefined, directory: string): Pick<LoadedCases, "open" | "notRevealed"> {
  if (reason === undefined) return { open: cases.map((one) => asKept(one, directory)), notRevealed: null };
  try {
    return { open: cases.map((one) => revealed(one, { directory, reason, actor: actor() })), notRevealed: null };
  } catch (cause) {
    // On a machine without the vault or its key (a CI runner) pseudonyms are served, consistently.
    if (!(cause instanceof WhysaidError && ["NOT_ALLOWED", "VAULT_MISSING"].includes(cause.code))) throw cause;
    return { open: cases.map((one) => asKept(one, directory)), notRevealed: cause.message };
  }
}
function actor(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

export async function storeRun({ directory, store: name }: Place, run: { readonly suite: CaseSuite; readonly dataset: number; readonly runner: string; readonly results: readonly CaseResult[] }): Promise<CaseRun> {
  const { suite, dataset, runner, results } = run;
  return withFreshStore(workspaceAt(directory), (store) => keepRun(store, { atMs: Date.now(), feature: suite.feature, dataset, release: suite.release ?? null, runner, results }), name === undefined ? {} : { store: name });
}
