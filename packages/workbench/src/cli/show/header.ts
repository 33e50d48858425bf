/** What is known of a trace before its story: what it was, when, with which model and prompt, what the user did with it, and what is missing. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { safeLine } from "../terminal-safe.ts";
import { duration, time } from "./amounts.ts";
import type { Page } from "./page.ts";
import { signalStrip } from "./signal-strip.ts";
import { callMs, modelName } from "../../marks/story.ts";
import { whenOf } from "./timeline.ts";

export function header(page: Page, story: Reconstruction): void {
  const { paint } = page.output;
  page.words(`${paint(safeLine(story.feature ?? "no feature named"), "bold")}  ${story.traceId}`);
  page.words([paint(time(story.startedAtMs), "dim"), lasted(story), outcome(page, story)].filter((text) => text !== "").join(" · "));
  const where = [[story.service, story.release].filter((text) => text !== null).map(safeLine).join(" "), safeLine(story.environment ?? ""), ...models(story), prompt(story)];
  page.words(where.filter((text) => text !== "").join(" · "));
  const about = [
    ...Object.entries(story.tags).map(([key, value]) => `${safeLine(key)}=${safeLine(value)}`),
    ...(story.conversationId === null ? [] : [`conversation ${safeLine(story.conversationId)}`]),
    ...(story.user === null ? [] : [`user ${safeLine(story.user)}`]),
    ...(story.subject === null ? [] : [`about ${Object.entries(story.subject).map(([key, value]) => `${safeLine(key)} ${safeLine(value)}`).join(", ")}`]),
  ];
  if (about.length > 0) page.words(about.join(" · "));
  const last = story.actions.at(-1);
  if (last !== undefined) {
    const history = story.actions.length > 1 ? ` (${story.actions.map((one) => one.action).join(", ")})` : "";
    const verb = { accept: "accepted", edit: "edited", retry: "retried", abandon: "abandoned" }[last.action];
    page.words(`user ${paint(verb, "bold", last.action === "accept" ? "green" : "magenta")} it ${whenOf(last.atMs, answeredMs(story))}${history}`);
  }
  page.blank();
  page.words(signalStrip(page, story.generations));
  if (!story.complete) {
    page.blank();
    page.words(paint("INCOMPLETE", "yellow", "bold"));
    for (const gap of story.gaps) page.words(`${paint(gap.why, "yellow")}: ${safeLine(gap.detail)}`, "  ");
  }
}

export const answeredMs = (story: Reconstruction): number => Math.max(story.startedAtMs + (story.durationMs ?? 0), ...story.generations.map((one) => one.startedAtMs + (callMs(one) ?? 0)));

const lasted = (story: Reconstruction): string => (story.durationMs === null ? "" : duration(story.durationMs));

function outcome(page: Page, story: Reconstruction): string {
  switch (story.outcome) {
    case "returned":
      return "returned";
    case "threw":
      return page.paint(`threw ${safeLine(story.error?.name ?? "")}: ${safeLine(story.error?.message ?? "")}`, "red");
    case "open":
      return page.paint("has not ended", "yellow");
    case null:
      return "";
    default:
      return story.outcome satisfies never;
  }
}

const models = (story: Reconstruction): readonly string[] => [...new Set(story.generations.map((one) => safeLine(modelName(one))))];
const prompt = ({ prompt }: Reconstruction): string => (prompt === null ? "" : `prompt ${safeLine(prompt.id)}${prompt.version === null ? "" : ` ${safeLine(prompt.version)}`}`);
