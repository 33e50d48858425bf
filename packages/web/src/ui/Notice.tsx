/** What a page says when there is nothing, nothing yet, or an error: always with what to do next. */
import { ApiError } from "../api/client.ts";

export function Notice({ title, children }: { readonly title: string; readonly children?: React.ReactNode }) {
  return (
    <div className="panel mx-auto my-8 max-w-xl px-6 py-5">
      <h2 className="text-base font-semibold">{title}</h2>
      <div className="mt-1 text-soft">{children}</div>
    </div>
  );
}
export function ErrorNotice({ error }: { readonly error: unknown }) {
  const known = error instanceof ApiError ? error : null;
  return (
    <div role="alert">
      <Notice title={known?.message ?? "This page failed."}>
        {known?.fix ?? (known === null ? "Reload it; if it fails again, the command line shows the same: whysaid show." : "")}
        {known === null ? null : <div className="mt-2 font-mono text-xs">{known.code}</div>}
      </Notice>
    </div>
  );
}
export const Loading = ({ what }: { readonly what: string }) => (
  <p role="status" className="px-6 py-10 text-center text-soft">
    {what}…
  </p>
);
