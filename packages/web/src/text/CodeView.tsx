/** A read-only code viewer for texts too long to draw as elements: only the lines in sight are in the page. Loaded when first needed. */
import { useEffect, useRef } from "react";
import { json } from "@codemirror/lang-json";
import { defaultHighlightStyle, foldGutter, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";

const HIGHLIGHT_BELOW = 2_000_000;
const nonce = (): string => document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";

export function CodeView({ text, isJson = false }: { readonly text: string; readonly isJson?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const theme = EditorView.theme({
      "&": { maxHeight: "70vh", fontSize: "12.5px", backgroundColor: "var(--sunk)", color: "var(--ink)" },
      ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.55" },
      ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--soft)", border: "none" },
      ".cm-panels": { backgroundColor: "var(--card)", color: "var(--ink)" },
    });
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": "recorded text", "aria-readonly": "true", tabindex: "0" }),
          EditorView.lineWrapping,
          lineNumbers(),
          drawSelection(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of(searchKeymap),
          theme,
          ...(isJson && text.length < HIGHLIGHT_BELOW ? [json(), foldGutter(), syntaxHighlighting(defaultHighlightStyle, { fallback: true })] : []),
        ],
      }),
    });
    return () => view.destroy();
  }, [text, isJson]);
  return <div ref={place} className="overflow-hidden rounded-md border border-line" />;
}
