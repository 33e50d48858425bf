/** One recorded step of the app's own: a retrieval with its chunks, a tool's execution, a parse, a check. */
import type { Reconstruction } from "../api/shapes.ts";
import { JsonView } from "../text/JsonView.tsx";
import { LongText } from "../text/LongText.tsx";
import { Marked } from "../text/Marked.tsx";
import { Chunk } from "./Answer.tsx";

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export function StepSection({ story, place }: { readonly story: Reconstruction; readonly place: number }) {
  const step = story.steps[place];
  if (step === undefined) return null;
  const at = `steps[${place}]`;
  const error =
    step.error === null ? null : (
      <p className="verbatim text-bad">
        {step.error.name}: <Marked text={step.error.message} />
      </p>
    );
  switch (step.kind) {
    case "retrieval":
      return (
        <div className="grid gap-2">
          {error}
          {step.query !== null && <LongText text={step.query} at={`${at}.query`} />}
          {step.chunks.length === 0 && <p className="text-warn">Nothing was found.</p>}
          <div className="grid gap-2 lg:grid-cols-2">
            {step.chunks.slice(0, 60).map((chunk, index) => (
              <Chunk key={index} chunk={chunk} at={`${at}.chunks[${index}]`} />
            ))}
          </div>
        </div>
      );
    case "tool":
      return (
        <div className="grid gap-2 lg:grid-cols-2">
          <div>
            <div className="text-xs text-soft">arguments</div>
            <LongText text={step.arguments ?? "not recorded"} at={`${at}.arguments`} isJson />
          </div>
          <div>
            <div className="text-xs text-soft">result</div>
            {error ?? <LongText text={step.result ?? "not recorded"} at={`${at}.result`} isJson />}
          </div>
        </div>
      );
    case "parse":
      return (
        <div className="grid gap-3 lg:grid-cols-2">
          <div className="min-w-0">
            <div className="text-xs text-soft">given</div>
            <LongText text={step.parsed.input ?? "not recorded"} at={`${at}.parsed.input`} />
          </div>
          <div className="min-w-0">
            <div className="text-xs text-soft">{step.parsed.outcome}</div>
            {step.parsed.error !== null && (
              <p className="verbatim text-bad">
                {step.parsed.error.name}: <Marked text={step.parsed.error.message} />
              </p>
            )}
            {step.parsed.result === undefined ? null : <JsonView value={step.parsed.result} at={`${at}.parsed.result`} />}
          </div>
        </div>
      );
    case "validation":
      return (
        <ul className="text-[13px]">
          {error}
          {step.checks.map((check, index) => (
            <li key={index} className="flex flex-wrap gap-x-3" data-at={`${at}.checks[${index}]`}>
              <span className={check.outcome === "failed" ? "text-bad" : check.outcome === "passed" ? "text-good" : "text-soft"}>
                {check.outcome === "failed" ? "✗" : check.outcome === "passed" ? "✓" : "○"} {check.rule ?? check.validator}
              </span>
              {check.value !== null && check.value !== undefined && <code className="font-mono text-xs">{shown(check.value)}</code>}
              {check.expected !== null && <span className="text-soft">expected {check.expected}</span>}
              {check.message !== null && <Marked text={check.message} />}
            </li>
          ))}
        </ul>
      );
    default:
      return null;
  }
}
