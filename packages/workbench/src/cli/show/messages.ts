/** Messages as the model saw them, one label a message, its parts below each other. */
import type { InputSnapshot, Message, Part } from "@whysaid/recorder/format";
import { safeLine } from "../terminal-safe.ts";
import { count } from "./amounts.ts";
import { limits } from "./limits.ts";
import type { Page } from "./page.ts";

const isSystem = (message: Message): boolean => message.role === "system" || message.role === "developer";

/** @param shownBefore  how many messages an earlier generation of the trace showed already, word for word */
export function messages(page: Page, input: InputSnapshot, at: string, shownBefore: number): void {
  if (input.system !== null && !input.messages.some(isSystem)) page.text("system", input.system, { path: `${at}.system`, limits: limits.system });
  if (shownBefore > 0 && !page.folding.isOpen(`${at}.messages`)) page.row("", `… ${count(shownBefore)} ${shownBefore === 1 ? "message" : "messages"} as in the generation before (--full, or --unfold ${at}.messages)`);
  for (const [index, message] of input.messages.entries()) {
    if (index < shownBefore && !page.folding.isOpen(`${at}.messages`)) continue;
    const path = `${at}.messages[${index}]`;
    const label = message.name === undefined ? message.role : `${message.role} ${message.name}`;
    if (message.parts.length === 0) page.row(safeLine(label), "(empty)");
    for (const [partIndex, part] of message.parts.entries()) {
      partText(page, partIndex === 0 ? safeLine(label) : "", part, message.parts.length === 1 ? path : `${path}.parts[${partIndex}]`, isSystem(message));
    }
  }
}

function partText(page: Page, label: string, part: Part, path: string, isSystemText: boolean): void {
  switch (part.type) {
    case "text":
      return page.text(label, part.text, { path, limits: isSystemText ? limits.system : limits.message });
    case "reasoning":
    case "refusal":
      return page.text(label, `(${part.type}) ${part.text}`, { path, limits: limits.message });
    case "tool-call":
      return page.text(label, `→ ${part.name} ${part.arguments}`, { path, limits: limits.toolArguments, style: "yellow" });
    case "tool-result":
      return page.text(label, `${part.isError ? "⚠ " : ""}← ${part.name === null ? "" : `${part.name}: `}${part.result}`, { path, limits: limits.toolResult });
    case "media":
      return page.row(label, `[${safeLine([part.mediaType ?? "media", part.bytes === null ? null : `${count(part.bytes)} bytes`, part.name ?? null, part.reference].filter((text) => text !== null).join(", "))}]`);
    case "other":
      return page.text(label, part.json, { path, limits: limits.toolArguments, style: "dim" });
    default:
      return part satisfies never;
  }
}
