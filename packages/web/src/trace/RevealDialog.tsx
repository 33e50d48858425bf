/** Asks why, then shows the true names on this page until they are hidden. The reason is in the audit log before the names are here. */
import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Dialog } from "../ui/Dialog.tsx";
import { Field, FormError } from "../ui/Field.tsx";

export function RevealDialog({ reveal, onClose }: { readonly reveal: (reason: string) => Promise<void>; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const asked = useMutation({ mutationFn: reveal, onSuccess: onClose });
  return (
    <Dialog title="Show the true names of this trace" onClose={onClose}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          asked.mutate(reason.trim());
        }}
      >
        <p className="text-[13px] text-soft">Names and identifiers stand in place of their chips until you hide them or leave the page. Who looked, when and why stands in the audit log.</p>
        <Field label="Why do you need them?">
          <input className="field" required minLength={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} placeholder="ticket 4711: wrong weight reported by ward 3" autoComplete="off" />
        </Field>
        <FormError error={asked.error} />
        <button type="submit" className="main-button justify-self-end" disabled={asked.isPending || reason.trim().length < 3}>
          {asked.isPending ? "Opening…" : "Show the names"}
        </button>
      </form>
    </Dialog>
  );
}
