/**
 * The reconstruction again from what `/api/traces/:id/page` sent condensed. Texts and messages that repeat are one object here too, so a long
 * agent's trace costs what its conversation costs.
 */
import type { CondensedStory, Message, Reconstruction } from "./shapes.ts";

export interface RestoredStory {
  readonly story: Reconstruction;
  /** Pointers of texts of which only the beginning is here, with their whole length in characters. */
  readonly cut: ReadonlyMap<string, number>;
}
interface SentGeneration {
  readonly signals: { readonly input: { readonly value?: { readonly sharedMessages?: number } }; readonly chunks: { readonly sameAs?: number } };
}

export function restore({ story, texts }: CondensedStory): RestoredStory {
  const cut = new Map<string, number>();
  const restored = (value: unknown, at: string, skipped = 0): unknown => {
    if (typeof value === "string") {
      if (!value.startsWith("§")) return value;
      const text = texts[Number(value.slice(1))];
      if (text === undefined) return "";
      if (typeof text === "string") return text;
      cut.set(at, text[1]);
      return text[0];
    }
    if (Array.isArray(value)) return value.map((one, index) => restored(one, `${at}[${index + skipped}]`));
    if (typeof value === "object" && value !== null) {
      const copy: Record<string, unknown> = {};
      const shared = (value as { sharedMessages?: number }).sharedMessages ?? 0;
      for (const [name, one] of Object.entries(value))
        Object.defineProperty(copy, name, { value: restored(one, at === "" ? name : `${at}.${name}`, name === "messages" ? shared : 0), enumerable: true, configurable: true, writable: true });
      return copy;
    }
    return value;
  };
  const whole = restored(story, "") as { generations: Record<string, unknown>[] } & Omit<Reconstruction, "generations">;
  let before: readonly Message[] = [];
  for (const [index, sent] of (story as { generations: readonly SentGeneration[] }).generations.entries()) {
    const signals = (whole.generations[index] as { signals: Record<string, unknown> }).signals;
    const input = signals["input"] as { state: string; value?: { messages: readonly Message[]; sharedMessages?: number } };
    if (input.value !== undefined) {
      input.value.messages = [...before.slice(0, sent.signals.input.value?.sharedMessages ?? 0), ...input.value.messages];
      delete input.value.sharedMessages;
      before = input.value.messages;
    } else before = [];
    const sameAs = sent.signals.chunks.sameAs;
    if (sameAs !== undefined) signals["chunks"] = (whole.generations[sameAs] as { signals: Record<string, unknown> }).signals["chunks"];
  }
  return { story: whole as unknown as Reconstruction, cut };
}
