/** What the checks said: each rule with its value and what was expected; passed ones on one line. */
import type { Reconstruction, ValidationSignal } from "../api/shapes.ts";
import { Marked } from "../text/Marked.tsx";
import { Missing } from "../ui/Missing.tsx";
import { answeringIndex } from "../../../workbench/src/marks/signal-states.ts";

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export function Validation({ story }: { readonly story: Reconstruction }) {
  const place = story.generations.findLastIndex(({ signals }) => signals.validation.state === "captured");
  const signal = story.generations[place < 0 ? answeringIndex(story) : place]?.signals.validation;
  if (signal === undefined) return null;
  const base = `generations[${place}].signals.validation.value`;
  const checks: readonly ValidationSignal[] = signal.state === "captured" ? signal.value : [];
  const failed = checks.filter(({ outcome }) => outcome !== "passed");
  const passed = checks.filter(({ outcome }) => outcome === "passed");
  return (
    <section aria-labelledby="signal-validation" className="panel min-w-0">
      <h2 id="signal-validation" className="label border-b border-line px-3 py-1.5">
        Validation
      </h2>
      <div className="p-3 text-[13px]">
        {signal.state === "missing" && <Missing what="Validation" why={signal.why} />}
        {failed.map((check) => {
          const at = `${base}[${checks.indexOf(check)}]`;
          return (
            <div key={at} data-at={at} className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
              <span className={check.outcome === "failed" ? "font-semibold text-bad" : "text-soft"}>
                {check.outcome === "failed" ? "✗" : "○"} {check.rule ?? check.validator}
              </span>
              {check.path !== null && <code className="font-mono text-xs">{check.path}</code>}
              {check.value !== null && check.value !== undefined && (
                <span>
                  is <code className="font-mono text-xs"><Marked text={shown(check.value)} /></code>
                </span>
              )}
              {check.expected !== null && (
                <span>
                  expected <code className="font-mono text-xs">{check.expected}</code>
                </span>
              )}
              {check.message !== null && (
                <span className="text-soft">
                  <Marked text={check.message} />
                </span>
              )}
            </div>
          );
        })}
        {passed.length > 0 && (
          <p className="text-good">
            ✓ <span className="text-ink">{passed.map(({ rule, validator }) => rule ?? validator).join(", ")}</span> <span className="text-soft">passed</span>
          </p>
        )}
        {signal.state === "captured" && checks.length === 0 && <p className="text-soft">The validator ran and has no rules.</p>}
      </div>
    </section>
  );
}
