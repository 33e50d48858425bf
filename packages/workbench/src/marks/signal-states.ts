/** The nine signals of a whole trace: captured, partly, or missing and why. The strip on the trace page is their index. */
import type { Generation, Reconstruction, Signal } from "@whysaid/recorder/format";

export interface SignalState {
  readonly number: number;
  readonly name: string;
  readonly state: "captured" | "partial" | "missing" | "not-applicable" | "pending" | "sampled";
  readonly says: string;
  /** Element the chip leads to. */
  readonly target: string;
}
export const signalMarks: Readonly<Record<SignalState["state"], string>> = { captured: "✓", partial: "½", missing: "✗", pending: "…", "not-applicable": "–", sampled: "∅" };

type Of = (signals: Generation["signals"]) => readonly Signal<unknown>[];
const signals: readonly (readonly [name: string, target: string, of: Of])[] = [
  ["input", "signal-input", ({ input, chunks }) => [input, chunks]],
  ["model", "signal-model", ({ model }) => [model]],
  ["usage", "signal-model", ({ usage }) => [usage]],
  ["tools", "signal-tools", ({ toolCalls }) => [toolCalls]],
  ["latency", "signal-latency", ({ latency }) => [latency]],
  ["raw", "signal-raw", ({ completion }) => [completion]],
  ["parsed", "signal-parsed", ({ parsed }) => [parsed]],
  ["validation", "signal-validation", ({ validation }) => [validation]],
  ["action", "signal-action", ({ action }) => [action]],
];

export function signalStates({ generations }: Reconstruction): readonly SignalState[] {
  return signals.map(([name, target, of], index) => {
    const all = generations.flatMap((generation) => of(generation.signals));
    const captured = all.filter(({ state }) => state === "captured").length;
    const reasons = all.filter((signal) => signal.state === "missing").map(({ why }) => why);
    const isUnrecorded = reasons.includes("not-recorded");
    const state: SignalState["state"] = all.length === 0 ? "missing" : captured === 0 ? (isUnrecorded ? "missing" : reasons.includes("sampled") ? "sampled" : reasons.includes("pending") ? "pending" : "not-applicable") : isUnrecorded ? "partial" : "captured";
    const says = { captured: "captured", partial: "captured for some calls only", missing: "not recorded", pending: "can still come", "not-applicable": "there was none", sampled: "not kept: the trace was thinned" }[state];
    return { number: index + 1, name, state, says, target };
  });
}

/** The generation whose answer the user saw: the last one that said something, else the last. */
export function answeringIndex({ generations }: Reconstruction): number {
  const said = generations.findLastIndex(({ signals: { completion, parsed } }) => (completion.state === "captured" && completion.value.text !== "") || parsed.state === "captured");
  return said >= 0 ? said : generations.length - 1;
}
