/** Keeps this trace as a confirmed case of its feature: from now on the answer that should have been is run against every change. */
import { useState } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sendJson } from "../api/client.ts";
import type { CaseHead, Reconstruction } from "../api/shapes.ts";
import { TextDiff } from "./Actions.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Command } from "../ui/Command.tsx";
import { Field, FormError } from "../ui/Field.tsx";
import { plural } from "../ui/amounts.ts";
import { answeringIndex } from "../../../workbench/src/marks/signal-states.ts";

interface Made {
  readonly case: CaseHead;
  readonly isNew: boolean;
  readonly dataset: { readonly version: number; readonly cases: number };
}

/** What the user saw, and what they made of it. */
function answersOf(story: Reconstruction): { readonly said: string; readonly edited: string | null } {
  const edit = story.actions.findLast(({ action, after }) => action === "edit" && after !== null);
  const completion = story.generations[answeringIndex(story)]?.signals.completion;
  return { said: edit?.before ?? (completion?.state === "captured" ? completion.value.text : ""), edited: edit?.after ?? null };
}

export function MakeCaseDialog({ story, onClose }: { readonly story: Reconstruction; readonly onClose: () => void }) {
  const { said, edited } = answersOf(story);
  const [expected, setExpected] = useState(edited ?? said);
  const [note, setNote] = useState("");
  const client = useQueryClient();
  const isCorrected = expected.trim() !== "" && expected !== said;
  const made = useMutation({
    mutationFn: () => sendJson<Made>("POST", "/api/cases", { traceId: story.traceId, ...(isCorrected && expected !== edited ? { expected } : {}), ...(note.trim() === "" ? {} : { note }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["cases"] }),
  });
  if (made.data !== undefined) return <Kept made={made.data} onClose={onClose} />;
  return (
    <Dialog title="Make a case of this answer" onClose={onClose} isWide>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          made.mutate();
        }}
      >
        <Field label="What the answer should have been" help={edited === null ? "Correct it here. Left as it is, the case checks the rules and the sources, not the words. Names you type are redacted before they are kept." : "This is what the user made of it. Names you type are redacted before they are kept."}>
          <textarea className="field verbatim min-h-32" value={expected} onChange={(event) => setExpected(event.target.value)} spellCheck={false} />
        </Field>
        {isCorrected && (
          <div className="rounded-md bg-sunk px-3 py-2">
            <TextDiff before={said} after={expected} />
          </div>
        )}
        <Field label="Note" help="For whoever reads the case in a year: what went wrong.">
          <input className="field" value={note} maxLength={2000} onChange={(event) => setNote(event.target.value)} autoComplete="off" />
        </Field>
        <FormError error={made.error} />
        <button type="submit" className="main-button justify-self-end" disabled={made.isPending}>
          {made.isPending ? "Keeping…" : "Make the case"}
        </button>
      </form>
    </Dialog>
  );
}

function Kept({ made: { case: head, isNew, dataset }, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  return (
    <Dialog title={isNew ? "The case is kept" : "It was a case already; now it is confirmed"} onClose={onClose}>
      <div className="grid gap-3 text-[13px]" data-made-case={head.id}>
        <p>
          <Link to="/cases" search={{ case: head.id, status: "confirmed" }} className="text-link font-mono">
            {head.id.slice(0, 13)}
          </Link>{" "}
          is in the dataset <b className="font-semibold">{head.feature}</b>, version {dataset.version}, with {plural(dataset.cases, "case")}.
        </p>
        <p className="text-soft">Run it against a change of yours, from your tests or from the command line:</p>
        <Command line={`whysaid cases export --feature ${/^[\w-]+$/.test(head.feature) ? head.feature : JSON.stringify(head.feature)}`} />
      </div>
    </Dialog>
  );
}
