/** What the user did: kept it, changed it (shown word by word), asked again or left. */
import type { ActionSignal } from "@whysaid/recorder/format";
import { textDiff } from "../text-diff.ts";
import { safeLine } from "../terminal-safe.ts";
import { count } from "./amounts.ts";
import { limits } from "./limits.ts";
import { wrapped, type Page } from "./page.ts";

export function actionView(page: Page, action: ActionSignal, index: number, said: string | null): void {
  const at = `actions[${index}]`;
  if (action.note !== null) page.row("note", safeLine(action.note));
  if (action.after === null) {
    if (action.before !== null && action.action !== "accept") page.text("before", action.before, { path: `${at}.before`, limits: limits.message });
    return;
  }
  const before = action.before ?? said;
  if (action.editDistance !== null) page.row("changed", `${count(action.editDistance)} ${action.editDistance === 1 ? "character" : "characters"}`);
  const diff = before === null ? null : textDiff(before, action.after, page.output, page.folding.isOpen(at));
  if (diff === null) return page.text("after", action.after, { path: `${at}.after`, limits: limits.answer });
  for (const line of wrapped(diff, page.columns - 4)) page.output.line(`    ${line}`);
}
