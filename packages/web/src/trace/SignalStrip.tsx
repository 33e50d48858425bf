/** The nine signals on one line: what was recorded, what is missing, and the way to each. */
import { goTo } from "./go-to.ts";
import type { SignalState } from "../../../workbench/src/marks/signal-states.ts";

const look: Readonly<Record<SignalState["state"], string>> = {
  captured: "border-line bg-card text-ink",
  partial: "border-warn bg-warn-wash text-warn",
  missing: "border-dashed border-soft bg-sunk text-soft hatched",
  pending: "border-dashed border-line bg-card text-soft",
  "not-applicable": "border-line bg-sunk text-soft",
  sampled: "border-line bg-sunk text-soft",
};
const mark: Readonly<Record<SignalState["state"], string>> = { captured: "✓", partial: "½", missing: "✗", pending: "…", "not-applicable": "–", sampled: "∅" };

export function SignalStrip({ states }: { readonly states: readonly SignalState[] }) {
  return (
    <nav aria-label="The nine signals" className="flex flex-wrap gap-1.5">
      {states.map(({ number, name, state, says, target }) => (
        <button
          key={name}
          type="button"
          title={`${name}: ${says}`}
          aria-label={`${number} ${name}: ${says}`}
          onClick={() => goTo(target)}
          className={`inline-flex items-center gap-1.5 rounded-md border px-2 py-0.5 text-xs hover:border-accent ${look[state]}`}
        >
          <span className="font-mono text-[11px] text-soft">{number}</span>{" "}
          <span className="font-medium">{name}</span>
          <span aria-hidden="true" className={state === "captured" ? "text-good" : ""}>
            {mark[state]}
          </span>
        </button>
      ))}
    </nav>
  );
}
