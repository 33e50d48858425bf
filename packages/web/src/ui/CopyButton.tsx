/** Copies a text and says so, to the eye and to a screen reader. */
import { useEffect, useState } from "react";

export function CopyButton({ text, children = "Copy", label }: { readonly text: string; readonly children?: React.ReactNode; readonly label?: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <button type="button" className="quiet-button" aria-label={label} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
      <span aria-live="polite">{isCopied ? "Copied" : children}</span>
    </button>
  );
}
