/** A recorded text with its own way to see all of it: what was cut is fetched when asked for, what is long is folded, what is huge goes to the code viewer. */
import { lazy, Suspense, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { getJson } from "../api/client.ts";
import { useTraceTexts } from "../trace/context.ts";
import { Marked } from "./Marked.tsx";
import { count } from "../ui/amounts.ts";

const CodeView = lazy(() => import("./CodeView.tsx").then((module) => ({ default: module.CodeView })));
const FOLDED_FROM = 1_600;
const ELEMENTS_BELOW = 60_000;

export function LongText({ text, at, isOpen: startsOpen = false, isJson = false }: { readonly text: string; readonly at: string; readonly isOpen?: boolean; readonly isJson?: boolean }) {
  const { cut, traceId } = useTraceTexts();
  const [isOpen, setOpen] = useState(startsOpen);
  const cutLength = cut.lengthAt(at);
  const length = cutLength ?? text.length;
  const isCut = cutLength !== undefined;
  const whole = useQuery({
    queryKey: ["text", traceId, at],
    queryFn: ({ signal }) => getJson<{ text: string }>(`/api/traces/${traceId}/text`, { at }, signal),
    enabled: isOpen && isCut,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  if (!isCut && length <= FOLDED_FROM) return <div className="verbatim"><Marked text={text} at={at} /></div>;
  const shown = isCut && whole.data !== undefined ? whole.data.text : text;
  return (
    <div>
      {isOpen && shown.length > ELEMENTS_BELOW ? (
        <Suspense fallback={<p className="text-soft">Opening…</p>}>
          <CodeView text={shown} isJson={isJson} />
        </Suspense>
      ) : (
        <div className={`verbatim ${isOpen ? "" : "max-h-48 overflow-hidden [mask-image:linear-gradient(#000_70%,transparent)]"}`}>
          <Marked text={isOpen ? shown : text.slice(0, FOLDED_FROM * 2)} at={at} />
        </div>
      )}
      <button type="button" className="quiet-button mt-1" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Fold" : `Show all ${count(length)} characters`}
      </button>
      {whole.isError && <span className="ml-2 text-bad">{whole.error.message}</span>}
    </div>
  );
}
