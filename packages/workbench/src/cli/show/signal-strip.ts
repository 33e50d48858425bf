/** The nine signals of a trace on one line: `①input ✓`. ✓ captured · ◐ in some generations · ✗ not recorded · – not applicable · … pending. */
import type { Generation, MissingReason, SignalName } from "@whysaid/recorder/format";
import type { Page } from "./page.ts";

interface Chip {
  readonly label: string;
  readonly signals: readonly SignalName[];
}
const chips: readonly Chip[] = [
  { label: "①input", signals: ["input"] },
  { label: "②model", signals: ["model"] },
  { label: "③usage", signals: ["usage"] },
  { label: "④tools", signals: ["toolCalls"] },
  { label: "⑤latency", signals: ["latency"] },
  { label: "⑥raw", signals: ["completion"] },
  { label: "⑦parsed", signals: ["parsed"] },
  { label: "⑧valid", signals: ["validation"] },
  { label: "⑨action", signals: ["action"] },
];

type Verdict = "captured" | "some" | MissingReason;
const marks: Readonly<Record<Verdict, string>> = { captured: "✓", some: "◐", "not-recorded": "✗", "not-applicable": "–", pending: "…", sampled: "∅" };

export function signalStrip(page: Page, generations: readonly Generation[]): string {
  return chips
    .map(({ label, signals }) => {
      const verdict = verdictOf(generations, signals);
      const text = `${label}${marks[verdict]}`;
      if (verdict === "captured") return page.paint(text, "green");
      if (verdict === "not-recorded" || verdict === "some") return page.paint(text, "yellow");
      return page.paint(text, "dim");
    })
    .join("  ");
}

/** One generation that lacks what it should have is worth telling; one that has none by nature is not. */
export function verdictOf(generations: readonly Generation[], names: readonly SignalName[]): Verdict {
  const all = generations.flatMap(({ signals }) => names.map((name) => signals[name]));
  const reasons = all.flatMap((signal) => (signal.state === "missing" ? [signal.why] : []));
  const isCaptured = reasons.length < all.length;
  if (isCaptured) return reasons.includes("not-recorded") ? "some" : "captured";
  if (reasons.includes("not-recorded") || reasons.length === 0) return "not-recorded";
  if (reasons.includes("sampled")) return "sampled";
  return reasons.includes("pending") ? "pending" : "not-applicable";
}
