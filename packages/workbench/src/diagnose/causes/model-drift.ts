/**
 * `model-drift` — another model answered than was asked for, or than answered before.
 *
 * Sees: the model asked for beside the one that answered, and both beside the feature's earlier traces: another dated version behind one alias, another system fingerprint. Can't see: a change
 * behind one name and fingerprint. Deployment names that are no model names are not compared.
 * Next: replay with the earlier dated version.
 */
import type { ModelSignal, Reconstruction } from "@whysaid/recorder/format";
import { named, replay, type Candidate, type Case, type Evidence } from "../finding.ts";

export function modelDrift(seen: Case): readonly Candidate[] {
  const { trace } = seen.view;
  const found: Candidate[] = [];
  const { generations } = trace;
  generations.forEach((generation, index) => {
    if (generation.signals.model.state !== "captured") return;
    const model = generation.signals.model.value;
    const at = `generations[${index}].signals.model.value`;
    const evidence = (extra: readonly Evidence[] = []): Evidence[] => [{ at: `${at}.answered`, sourceId: null, excerpt: model.answered ?? "(not said)" }, { at: `${at}.requested`, sourceId: null, excerpt: model.requested ?? "(not said)" }, ...extra];
    if (model.requested !== null && model.answered !== null && differs(model.requested, model.answered))
      found.push({ cause: "model-drift", title: `${named(model.requested)} was asked for, ${named(model.answered)} answered`, confidence: 0.93, evidence: evidence(), next: replay(trace.traceId, `--model ${model.requested}`) });
    const twin = generations.slice(0, index).find((earlier) => earlier.signals.model.state === "captured" && earlier.signals.model.value.requested === model.requested && earlier.signals.model.value.answered !== null && model.answered !== null && earlier.signals.model.value.answered !== model.answered);
    if (twin?.signals.model.state === "captured")
      found.push({ cause: "model-drift", title: `${named(model.requested ?? "")} was answered by ${named(twin.signals.model.value.answered ?? "")} and by ${named(model.answered ?? "")} in one trace`, confidence: 0.85, evidence: evidence([{ at: `generations[${generations.indexOf(twin)}].signals.model.value.answered`, sourceId: null, excerpt: twin.signals.model.value.answered ?? "" }]), next: replay(trace.traceId, `--model ${twin.signals.model.value.answered}`) });
    const asked = new Set(seen.previous.filter((earlier) => earlier.feature === trace.feature).flatMap((earlier) => modelsOf(earlier).flatMap((one) => one.requested ?? [])));
    const [steady] = asked;
    // the app's own doing: one model in all earlier traces, another one now
    if (model.requested !== null && steady !== undefined && asked.size === 1 && seen.previous.length >= 2 && differs(steady, model.requested))
      found.push({ cause: "model-drift", title: `The app asks ${named(model.requested)} now; it asked ${named(steady)} in all ${seen.previous.length} earlier traces`, confidence: 0.86, evidence: evidence([{ at: `${at}.requested`, sourceId: null, excerpt: `${steady} → ${model.requested}` }]), next: replay(trace.traceId, `--model ${steady}`) });
    if (model.answered === null) return;
    const before = seen.previous.flatMap((earlier) => modelsOf(earlier)).filter((earlier) => earlier.requested === model.requested && earlier.answered !== null);
    const last = before.at(-1);
    if (last && !before.some((earlier) => earlier.answered === model.answered))
      found.push({ cause: "model-drift", title: `${named(model.requested ?? "the model")} was answered by ${named(last.answered ?? "")} before and by ${named(model.answered)} now`, confidence: before.length >= 2 ? 0.9 : 0.8, evidence: evidence([{ at: `${at}.answered`, sourceId: null, excerpt: `${before.length} earlier: ${last.answered}` }]), next: replay(trace.traceId, `--model ${last.answered}`) });
    else if (model.fingerprint !== null) {
      const prints = before.filter((earlier) => earlier.answered === model.answered && earlier.fingerprint !== null);
      const first = prints[0];
      // one new print among several is how providers roll out; a new one after a steady one is a change
      if (first && prints.length >= 2 && new Set(prints.map((earlier) => earlier.fingerprint)).size === 1 && first.fingerprint !== model.fingerprint)
        found.push({ cause: "model-drift", title: `${named(model.answered)} runs another configuration (fingerprint ${model.fingerprint}) than in all ${prints.length} earlier traces (${first.fingerprint})`, confidence: 0.7, evidence: [{ at: `${at}.fingerprint`, sourceId: null, excerpt: `${model.fingerprint}, before ${first.fingerprint}` }], next: replay(trace.traceId) });
    }
  });
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}
const modelsOf = (trace: Reconstruction): ModelSignal[] => trace.generations.flatMap((generation) => (generation.signals.model.state === "captured" ? [generation.signals.model.value] : []));

interface ModelName {
  readonly family: string;
  readonly tiers: readonly string[];
  readonly numbers: readonly string[];
  readonly date: string | null;
  readonly alias: boolean;
}
const families = ["gpt", "claude", "gemini", "gemma", "llama", "mistral", "mixtral", "ministral", "magistral", "codestral", "pixtral", "command", "deepseek", "qwen", "qwq", "grok", "nova", "titan", "phi", "davinci", "babbage", "ada", "jamba", "kimi", "glm", "palm", "bison", "o1", "o3", "o4", "nemotron", "granite", "yi", "dbrx", "sonar"];
const tierWords = new Set(["mini", "nano", "micro", "lite", "flash", "pro", "ultra", "opus", "sonnet", "haiku", "small", "medium", "large", "turbo", "tiny", "instant", "plus", "max", "chat", "reasoner", "vision", "codex", "coder", "scout", "maverick", "premier", "thinking"]);
/** Tiers that are modes of one model. */
const modes = new Set(["chat", "instruct", "vision", "thinking", "turbo"]);

export function modelName(written: string): ModelName | null {
  const bare = written.toLowerCase().replace(/^.*\//, "").replace(/^(?:[a-z]{2,6}\.)?(?:anthropic|meta|mistral|amazon|cohere|ai21|deepseek|qwen|openai|google)\./, "").replace(/[:@].*$/, (tail) => (/^@\d/.test(tail) ? `-${tail.slice(1)}` : ""));
  const family = families.find((name) => new RegExp(`(?:^|[-_. ])${name}(?![a-z])|^${name}`).test(bare));
  if (family === undefined) return null;
  const date = /(?:^|[-_@])(20\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(bare) ?? null;
  const short = date === null ? /-(\d{4})(?:$|-(?:preview|latest))/.exec(bare) : null;
  const rest = bare.replace(date?.[0] ?? short?.[0] ?? "", " ").replace(/-v\d+$/, "");
  const words = rest.split(/[^a-z0-9.]+/).filter((word) => word !== "");
  return {
    family,
    tiers: words.filter((word) => tierWords.has(word)),
    numbers: [...rest.replace(/preview.*$/, "").matchAll(/\d+(?:[.-]\d{1,2}(?!\d))?[a-z]?\b|\d+[bo](?![a-z])/g)].map((match) => match[0].replace("-", ".")),
    date: date ? `${date[1]}${date[2]}${date[3]}` : (short?.[1] ?? null),
    alias: /latest|auto|router/.test(bare),
  };
}
/** The answer came from another model than was asked for: another family, tier, generation, or another date where one was asked for. */
export function differs(requested: string, answered: string): boolean {
  const asked = modelName(requested);
  const got = modelName(answered);
  if (asked === null || got === null) return false;
  if (asked.family !== got.family) return true;
  const tiers = (name: ModelName): string => name.tiers.filter((tier) => !modes.has(tier)).toSorted().join();
  if (tiers(asked) !== tiers(got)) return true;
  if (asked.date !== null && got.date !== null && asked.date !== got.date && !asked.alias) return true;
  const [askedNumber] = asked.numbers;
  const [gotNumber] = got.numbers;
  return !asked.alias && askedNumber !== undefined && gotNumber !== undefined && askedNumber !== gotNumber && !gotNumber.startsWith(askedNumber) && !askedNumber.startsWith(gotNumber);
}
