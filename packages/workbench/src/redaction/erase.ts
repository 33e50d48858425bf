/**
 * Erase a person: their pseudonyms out of every text, row and segment, their keys out of the vault, a tombstone in their place, and the proof: a search of all bytes.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError, type TextRef } from "@whysaid/recorder/format";
import { openVault, trailOf, type DeclaredPerson, type Vault } from "@whysaid/recorder/redact";
import { changeStoreAt } from "../ingest/change-store.ts";
import { openStore, storeLocation } from "../ingest/open-store.ts";
import { Holds } from "../store/holds.ts";
import { refsOf } from "../store/packing/entry-refs.ts";
import type { Change, Changed } from "../store/sqlite/erasing.ts";
import type { StoredTrace } from "../store/store.ts";
import { AuditLog } from "./audit.ts";
import { eraseFromJournal } from "./erase-journal.ts";
import { erased, erasedBytes, tracesOf, type Traces } from "./erase-texts.ts";
import { pseudonymsKey, vaultKeys, type HeldKeys } from "./keys.ts";
import { redactedReason } from "./reveal.ts";

export interface EraseRequest {
  /** `.whysaid`. */
  readonly directory: string;
  readonly storePath: string;
  /** As the app declares a subject: `{mrn: "01791786"}`. */
  readonly person: DeclaredPerson;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
  readonly keys?: HeldKeys;
}

/** Whom an erasure would concern. Looks, changes nothing, and is not audited. */
export interface Found {
  readonly subjects: readonly string[];
  readonly pseudonyms: readonly string[];
}

/** @throws WhysaidError `NOT_ALLOWED`, `VAULT_MISSING`, `SUBJECT_NOT_FOUND`, `SUBJECT_AMBIGUOUS` */
export function findSubject(request: Pick<EraseRequest, "directory" | "person" | "keys">): Found {
  const { directory, keys = {} } = request;
  const vault = openVault({ dir: join(directory, "vault"), keys: vaultKeys(directory, keys) });
  const trail = trailOf(request.person, { key: pseudonymsKey(directory, keys) });
  const known = subjectsOf(trail, vault);
  const pseudonyms = [...new Set([...trail.values, ...known.flatMap((subject) => vault.pseudonymsOf(subject))])];
  // The same name or id where nobody had declared it.
  const undeclared = [...tracesOf(pseudonyms).own].map(trail.subjectOf).filter((subject) => vault.pseudonymsOf(subject).length > 0);
  return { subjects: [...new Set([...known, ...undeclared])], pseudonyms };
}

export interface EraseOutcome {
  /** The vault's references of what was erased; the tombstones name them. */
  readonly subjects: readonly string[];
  readonly pseudonyms: number;
  readonly vaultKeys: number;
  readonly journal: { readonly frames: number; readonly segments: number };
  readonly store: Changed | null;
  /** What a search of every byte under the directory found afterwards. */
  readonly proof: { readonly files: number; readonly bytes: number; readonly hits: readonly string[] };
}

/**
 * @throws WhysaidError `NOT_ALLOWED`, `SUBJECT_NOT_FOUND`, `SUBJECT_AMBIGUOUS`, `HELD`, `AUDIT_UNWRITABLE`, `STORE_LOCKED`
 */
export async function erase(request: EraseRequest): Promise<EraseOutcome> {
  const { directory, keys = {} } = request;
  const { subjects, pseudonyms } = findSubject(request);
  const traces = tracesOf(pseudonyms);
  await refuseWhatIsHeld(request, traces);

  new AuditLog(directory).append({ atMs: request.atMs, actor: request.actor, action: "erase", about: subjects.join(" "), reason: redactedReason(request.reason, directory, keys), details: { pseudonyms: pseudonyms.length } });
  // Journal before store: what is ingested from it later is erased already.
  const journal = eraseFromJournal(join(directory, "journal"), traces);
  const store = await changeStoreAt(request.storePath, changeOf(traces), join(directory, "keys"));
  const destroyed = openVault({ dir: join(directory, "vault"), keys: vaultKeys(directory, keys) }).erase(subjects, request.atMs);
  const proof = proofOf(directory, request.storePath, traces);
  return { subjects, pseudonyms: pseudonyms.length, vaultKeys: destroyed.keys, journal, store, proof: { ...proof, hits: [...proof.hits, ...(store?.left ?? [])] } };
}

/**
 * A hold keeps what it names as it is: nobody is erased out of it, and whom it is about keeps their originals. Nothing is erased by half.
 *
 * @throws WhysaidError `HELD`
 */
export async function refuseWhatIsHeld({ directory, storePath }: Pick<EraseRequest, "directory" | "storePath">, traces: Traces): Promise<void> {
  const location = storeLocation(storePath);
  if (location.kind === "file" && !existsSync(location.path)) return;
  const store = await openStore(storePath, { keysDir: join(directory, "keys") });
  const hit = new Map<string, number>();
  try {
    const holds = await Holds.of(store);
    for (const { id, target } of holds.all) if (target.by === "subject" && target.pseudonyms.some((value) => traces.own.has(value))) hit.set(id, 0);
    for await (const page of holds.traces(store)) {
      const stored = await store.traces(page.map(([traceId]) => traceId));
      for (const [traceId, { id }] of page) if (shows(stored.get(traceId), traces)) hit.set(id, (hit.get(id) ?? 0) + 1);
    }
  } finally {
    await store.close();
  }
  if (hit.size === 0) return;
  const named = [...hit].map(([id, count]) => (count === 0 ? id : `${id} (${count} trace${count === 1 ? "" : "s"})`)).join(", ");
  throw new WhysaidError("HELD", `a legal hold keeps what shows this person: ${named}`, { fix: "`whysaid hold list` says why. When the hold has ended: `whysaid hold remove ID --reason …`, then erase." });
}

/** Would erasing change anything of it? */
function shows(trace: StoredTrace | undefined, traces: Traces): boolean {
  const isChanged = (text: string): boolean => erased(text, traces) !== text;
  return trace !== undefined && trace.entries.some(({ entry }) => isChanged(JSON.stringify(entry)) || refsOf(entry).some((ref) => isChanged(textOrNone(trace, ref))));
}
function textOrNone(trace: StoredTrace, ref: TextRef): string {
  try {
    return trace.textOf(ref);
  } catch {
    return "";
  }
}

/** Whose the identifiers are. An id leads to its person; a name alone may lead to several. */
function subjectsOf(trail: ReturnType<typeof trailOf>, vault: Vault): readonly string[] {
  const [first] = trail.values;
  const found = new Set(trail.values.filter((value) => !/^(?:DATE|LOCATION):/.test(value)).flatMap((value) => vault.subjectsWith(value)));
  const isKnown = vault.pseudonymsOf(trail.subject).length > 0;
  if (!isKnown && found.size === 0) throw new WhysaidError("SUBJECT_NOT_FOUND", "nothing is sealed for that person here", { fix: "Name the identifier the app declares, e.g. --subject mrn=01791786; `whysaid audit` shows who was erased before." });
  if (!isKnown && found.size > 2 && first?.startsWith("PERSON:") === true && trail.values.length === 1) {
    throw new WhysaidError("SUBJECT_AMBIGUOUS", "several people have that name", { fix: "Add an identifier that is one person's: --subject mrn=…." });
  }
  return [...new Set(isKnown ? [trail.subject, ...found] : found)];
}

const changeOf = (traces: Traces): Change => ({
  text: (text, filler) => erased(text, traces, filler),
  bytes: (bytes) => erasedBytes(bytes, traces),
  needles: needles(traces),
  stands: (bytes) => needles(traces).some((needle) => bytes.includes(needle)),
});

/** The keyed parts of what is the person's alone, as they would stand in any file. */
const needles = (traces: Traces): string[] => [...traces.own].map((value) => value.slice(value.indexOf(":") + 1));

/** Search every file for them. The audit log names subjects, not pseudonyms, and the vault's tombstones neither. */
function proofOf(directory: string, storePath: string, traces: Traces): EraseOutcome["proof"] {
  const ofStore = storeLocation(storePath).kind === "file" ? [storePath, `${storePath}-wal`].filter((path) => existsSync(path)) : [];
  const files = [...new Set([...filesUnder(directory), ...ofStore])];
  const searched = needles(traces).flatMap((needle) => [Buffer.from(needle, "utf8"), Buffer.from(needle, "utf16le")]);
  const hits: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const content = readFileSync(file);
    bytes += content.length;
    if (searched.some((needle) => content.includes(needle))) hits.push(file);
  }
  return { files: files.length, bytes, hits };
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => join(directory, name)).filter((path) => statSync(path).isFile());
}
