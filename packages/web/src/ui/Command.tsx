/** A command line to copy: what a page can't do here, and where it is done instead. */
import { CopyButton } from "./CopyButton.tsx";

export const Command = ({ line }: { readonly line: string }) => (
  <span className="inline-flex max-w-full flex-wrap items-center gap-2">
    <code className="verbatim rounded bg-sunk px-2 py-0.5 text-ink">{line}</code>
    <CopyButton text={line} label="Copy the command" />
  </span>
);
