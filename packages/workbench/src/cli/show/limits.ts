/** How much of each kind of text is shown before it is folded: what an engineer reads first gets the most room. */
import type { FoldLimits } from "./fold.ts";

type TextKind = "answer" | "system" | "message" | "toolResult" | "toolArguments" | "chunk" | "json" | "error" | "raw";

export const limits: Readonly<Record<TextKind, FoldLimits>> = {
  answer: { chars: 2400, lines: 30 },
  system: { chars: 360, lines: 4 },
  message: { chars: 900, lines: 12 },
  toolResult: { chars: 500, lines: 8 },
  toolArguments: { chars: 400, lines: 6 },
  chunk: { chars: 260, lines: 3 },
  json: { chars: 1600, lines: 24 },
  error: { chars: 600, lines: 8 },
  raw: { chars: 160, lines: 2 },
};
