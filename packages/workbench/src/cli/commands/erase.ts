/** `whysaid erase` */
import { WhysaidError } from "@whysaid/recorder/format";
import type { DeclaredPerson } from "@whysaid/recorder/redact";
import { erase, findSubject, refuseWhatIsHeld } from "../../redaction/erase.ts";
import { tracesOf } from "../../redaction/erase-texts.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor, heldKeys } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const directory = settings.dir.value;
  const person = personOf(options.texts("subject"));
  const reason = (options.text("reason") ?? "").trim();
  const keys = heldKeys(options);
  if (reason.length < 3) throw new WhysaidError("REASON_MISSING", "erasing a person needs a reason", { fix: 'Say why in words: --reason "request of 21 November".' });
  // What the journal holds is stored first, so that one search finds everything.
  await withRecordings(settings, () => Promise.resolve());
  if (!options.has("yes")) {
    const found = findSubject({ directory, person, keys });
    await refuseWhatIsHeld({ directory, storePath: settings.store.value }, tracesOf(found.pseudonyms));
    if (options.has("json")) output.line(safeJson({ erased: false, subjects: found.subjects, pseudonyms: found.pseudonyms.length }));
    else output.line(`${count(found.pseudonyms.length)} pseudonyms of ${count(found.subjects.length)} vault entries would be erased; add --yes to do it. It cannot be undone.`);
    return exitCodes.ok;
  }
  const outcome = await erase({ directory, storePath: settings.store.value, person, reason, actor: actor(), atMs: Date.now(), keys });
  const { proof, journal, store } = outcome;
  if (options.has("json")) output.line(safeJson({ erased: true, ...outcome }));
  else {
    output.line(`erased ${count(outcome.pseudonyms)} pseudonyms; ${count(outcome.vaultKeys)} vault keys destroyed`);
    output.line(`journal  ${count(journal.frames)} entries in ${count(journal.segments)} segments`);
    if (store !== null) output.line(`store    ${count(store.texts)} texts, ${count(store.indexed)} index rows, ${count(store.packs)} packs, ${count(store.names + store.notes)} names and notes`);
    output.line(`proof    ${count(proof.bytes)} bytes of ${count(proof.files)} files searched: ${proof.hits.length === 0 ? "nothing found" : `STILL THERE in ${proof.hits.map(safeLine).join(", ")}`}`);
  }
  return proof.hits.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}

export function personOf(pairs: readonly string[]): DeclaredPerson {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1 || at === pair.length - 1) throw new WhysaidError("USAGE", "--subject is NAME=VALUE", { fix: "For example --subject mrn=01791786, as the app declares it." });
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  if (entries.length === 0) throw new WhysaidError("USAGE", "--subject is missing: whom", { fix: "Give an identifier: --subject mrn=01791786." });
  return Object.fromEntries(entries);
}
