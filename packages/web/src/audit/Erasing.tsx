/** Whom an erasure would concern, looked up here; done on the command line where the recordings lie, for it cannot be taken back and its proof reads every byte. */
import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { sendJson } from "../api/client.ts";
import { Command } from "../ui/Command.tsx";
import { Field, FormError } from "../ui/Field.tsx";
import { plural } from "../ui/amounts.ts";

interface Concerned {
  readonly subjects: number;
  readonly pseudonyms: number;
}
export function Erasing() {
  const [name, setName] = useState("mrn");
  const [value, setValue] = useState("");
  const asked = useMutation({ mutationFn: () => sendJson<Concerned>("POST", "/api/erasure/preview", { subject: { [name.trim()]: value.trim() } }) });
  return (
    <section aria-labelledby="erasing" className="panel px-4 py-3">
      <h2 id="erasing" className="text-[15px] font-semibold">Erase a person</h2>
      <p className="mt-0.5 max-w-[80ch] text-[13px] text-soft">An erasure reaches the texts that many traces share, the index, the journal, the cases and the vault, and cannot be taken back. Look first whom it would concern; what you type here stands in no log.</p>
      <form
        className="mt-3 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          asked.mutate();
        }}
      >
        <Field label="Identifier, as the app declares it">
          <input className="field w-40" required value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Its value">
          <input className="field w-56" required value={value} onChange={(event) => setValue(event.target.value)} placeholder="01791786" autoComplete="off" spellCheck={false} />
        </Field>
        <button type="submit" className="quiet-button mb-0.5" disabled={asked.isPending || name.trim() === "" || value.trim() === ""}>
          Look
        </button>
      </form>
      <div className="mt-3 grid gap-2 text-[13px]">
        <FormError error={asked.error} />
        {asked.data !== undefined && (
          <p role="status">
            <b className="font-semibold">{plural(asked.data.pseudonyms, "pseudonym")}</b> of {plural(asked.data.subjects, "vault entry", "vault entries")} would be erased.
          </p>
        )}
        <p className="text-soft">Done where the recordings lie; without --yes it only counts:</p>
        <Command line={`whysaid erase --subject ${/^[\w-]+$/.test(name) ? name : "mrn"}=… --reason "…"`} />
      </div>
    </section>
  );
}
