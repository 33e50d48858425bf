/** A labelled field of a form, with a word of help where one is needed. */
export function Field({ label, help, children }: { readonly label: string; readonly help?: React.ReactNode; readonly children: React.ReactNode }) {
  return (
    <label className="grid gap-1 text-[13px]">
      <span className="font-medium">{label}</span>
      {children}
      {help === undefined ? null : <span className="text-xs text-soft">{help}</span>}
    </label>
  );
}
/** What went wrong with a form, where its reader looks. */
export const FormError = ({ error }: { readonly error: Error | null }) =>
  error === null ? null : (
    <p role="alert" className="rounded-md bg-bad-wash px-3 py-1.5 text-[13px] text-bad">
      {error.message} {"fix" in error && typeof error.fix === "string" ? <span className="text-ink">{error.fix}</span> : null}
    </p>
  );
