/** Make a redactor: the door every text of the app goes through on its way to the journal. */
import { performance } from "node:perf_hooks";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { WhysaidError } from "../format/errors.ts";
import type { PseudonymForm } from "../format/pseudonym.ts";
import { TextCache } from "./cache.ts";
import type { Knowledge } from "./declared/knowledge.ts";
import { createDetectors } from "./detect/detectors.ts";
import { installedNames } from "./detect/installed-names.ts";
import type { Level, NameLists } from "./detect/span.ts";
import { derivedKey, keyIdOf, readKey, type KeySource } from "./keys.ts";
import { OwnDetectors, type OwnDetector } from "./own.ts";
import { Pseudonyms, type Linkability } from "./pseudonyms.ts";
import type { Declared, Redactor } from "./redactor.ts";
import { Scope, type Shared } from "./scope.ts";
import { compilePolicy, type Policy } from "./structure/policy.ts";
import { presets, type PresetName } from "./structure/presets.ts";
import { VaultAppender } from "./vault/append.ts";
import { wordsOf } from "./words.ts";
import type { VaultWriter } from "./vault/writer.ts";

export interface RedactorOptions {
  /** Where `keys/` lies when `key` is not given: `.whysaid` or `WHYSAID_DIR`. */
  readonly dir?: string;
  /** What pseudonyms are made with. Default: `<dir>/keys/pseudonyms.key`, made on first use. */
  readonly key?: KeySource;
  /** Default `healthcare`. */
  readonly policy?: PresetName | Policy;
  readonly detectors?: readonly OwnDetector[];
  /** Default `balanced`. */
  readonly level?: Level;
  /** Persons and identifiers known to the whole app: staff, sites, test accounts. */
  readonly declared?: Declared;
  /** Default `part`. */
  readonly linkability?: Linkability;
  /** Default `unicode`. */
  readonly form?: PseudonymForm;
  /** Parts of one tenant never join with another's. */
  readonly tenant?: string;
  /** Of one text, per MB begun; what takes longer is dropped. Default 1,000. */
  readonly budgetMs?: number;
  /** Of one own detector on one text of up to 64 KB. Default 50. */
  readonly detectorBudgetMs?: number;
  /** UTF-16 units; longer texts are dropped whole. Default 64 Mi. */
  readonly maxTextBytes?: number;
  /** Default 32 MB of redacted texts. */
  readonly cacheBytes?: number;
  /** Word lists for names and places. Default: those of `@whysaid/names` where it is installed. */
  readonly names?: NameLists;
  /** Called once per kind of problem, without content. */
  readonly onProblem?: (problem: WhysaidError) => void;
  /**
   * Where originals are sealed, so that who holds the vault's key can reveal them. Default: `<dir>/vault`, with `<dir>/keys/vault.key` made on first use; `none` keeps no originals.
   */
  readonly vault?: { readonly dir?: string; readonly key?: KeySource; readonly sync?: boolean } | "none";
}

/** A redactor whose scopes can also say what they would take, and why. */
export interface ExplainingRedactor extends Redactor {
  readonly root: Scope;
}

/**
 * Never throws because of what is recorded.
 *
 * @throws WhysaidError `OPTIONS_INVALID` for options that make no sense
 */
export function createRedactor(options: RedactorOptions = {}): ExplainingRedactor {
  const policy = typeof options.policy === "object" ? options.policy : presets[options.policy ?? "healthcare"];
  if (policy === undefined) throw new WhysaidError("OPTIONS_INVALID", "there is no such redaction policy", { fix: `Use one of ${Object.keys(presets).join(", ")}, or a policy of your own.` });
  const reported = new Set<string>();
  const problem = (error: WhysaidError): void => {
    if (reported.has(error.code)) return;
    reported.add(error.code);
    try {
      options.onProblem?.(error);
    } catch {
      // The app's own handler failed; the app must not.
    }
  };
  const key = keyOr(options, problem);
  const vault = options.vault === "none" ? undefined : vaultOr(options, options.vault ?? {}, problem);
  const names = options.names ?? installedNames();
  const detect = createDetectors({ level: options.level ?? "balanced", ...(policy.secretsOnly === true ? { secretsOnly: true } : {}), ...(names === undefined ? {} : { names }) });
  const shared: Shared = {
    composition: {
      policy: compilePolicy(policy),
      match: wordsOf(names),
      detect,
      own: new OwnDetectors(options.detectors ?? [], { budgetMs: options.detectorBudgetMs ?? 50, nowMs: () => performance.now() }),
    },
    form: options.form ?? "unicode",
    linkability: options.linkability ?? "part",
    maxTextBytes: options.maxTextBytes ?? 64 * 1024 * 1024,
    budgetMs: options.budgetMs ?? 1_000,
    cache: new TextCache(options.cacheBytes ?? 32 * 1024 * 1024),
    knowledges: new Map<string, Knowledge>(),
    found: new WeakMap(),
    report: (why, sentence) =>
      problem(
        why === "over-budget"
          ? new WhysaidError("REDACTION_OVER_BUDGET", `${sentence}; the text was dropped`, { fix: "Make the detector faster, or raise `redaction.detectorBudgetMs`." })
          : new WhysaidError("REDACTION_FAILED", `${sentence}; the text was dropped`, { fix: "Run the detector on its own over the same kind of text; the entry is recorded with a marker." }),
      ),
  };
  const pseudonyms = new Pseudonyms({ key: derivedKey(key, "pseudonyms"), tenant: options.tenant ?? "", linkability: options.linkability ?? "part", form: shared.form, vault });
  return { policy: policy.name, keyId: keyIdOf(key), root: new Scope(shared, pseudonyms, options.declared === undefined ? [] : [options.declared]) };
}

const dirOf = (options: RedactorOptions): string => options.dir ?? process.env["WHYSAID_DIR"] ?? ".whysaid";

/** Without the vault's key recording goes on: pseudonyms join, and nobody can reveal those made now. */
function vaultOr(options: RedactorOptions, vault: Exclude<RedactorOptions["vault"], "none" | undefined>, problem: (error: WhysaidError) => void): VaultWriter | undefined {
  try {
    const key = readKey(vault.key ?? { file: join(dirOf(options), "keys", "vault.key") });
    return new VaultAppender({ dir: vault.dir ?? join(dirOf(options), "vault"), key: derivedKey(key, "vault"), sync: vault.sync ?? false, onProblem: problem });
  } catch (cause) {
    problem(cause instanceof WhysaidError ? cause : new WhysaidError("KEY_UNREADABLE", "cannot read the vault's key", { fix: "Check `redaction.vault.key`.", cause }));
    return undefined;
  }
}

/** Without a readable key recording goes on with one that lives as long as the process: nothing joins beyond it and nothing can be revealed. */
function keyOr(options: RedactorOptions, problem: (error: WhysaidError) => void): Buffer {
  try {
    return readKey(options.key ?? { file: join(dirOf(options), "keys", "pseudonyms.key") });
  } catch (cause) {
    problem(cause instanceof WhysaidError ? cause : new WhysaidError("KEY_UNREADABLE", "cannot read the redaction key", { fix: "Check `redaction.key`.", cause }));
    return randomBytes(32);
  }
}
