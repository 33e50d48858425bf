/** Each page of the app, opened on what the store holds, until it shows what it is for. Screenshots and the accessibility test go through them all. */
import type { Page } from "playwright-core";

export interface OpenablePage {
  readonly name: string;
  readonly open: () => Promise<void>;
}
interface Row {
  readonly traceId: string;
  readonly action: string | null;
  readonly feature: string | null;
  readonly answer: string | null;
}

export async function pagesOf(page: Page, url: string): Promise<readonly OpenablePage[]> {
  const list = await page.evaluate(async () => (await (await fetch("/api/traces?limit=500")).json()) as { traces: Row[] });
  const edited = list.traces.filter(({ action, feature }) => action === "edit" && feature === "dose-summary");
  const wrong = edited.find(({ answer }) => answer?.includes('"weight_kg":2.1,"dose_mg":8.4') === true) ?? edited.at(-1) ?? list.traces[0];
  const accepted = list.traces.find(({ action, feature }) => action === "accept" && feature === wrong?.feature) ?? list.traces.at(-1);
  if (wrong === undefined || accepted === undefined) throw new Error("the store holds no traces");
  const opens = (path: string, ready: string) => async (): Promise<void> => {
    await page.goto(`${url}${path}`);
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState("networkidle");
  };
  const then = (opened: () => Promise<void>, act: () => Promise<void>, ready: string) => async (): Promise<void> => {
    await opened();
    await act();
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState("networkidle");
  };
  const trace = opens(`/t/${wrong.traceId}`, "[data-why] ol li");
  return [
    { name: "home", open: opens("/", "[data-row]") },
    { name: "traces", open: opens("/traces", "[data-row]") },
    { name: "trace", open: trace },
    { name: "trace-replay", open: then(trace, () => page.getByRole("button", { name: /^Replay without/ }).first().click(), "[data-plan]") },
    { name: "trace-case", open: then(trace, () => page.getByRole("button", { name: "Make a case" }).click(), "[role=dialog] textarea") },
    { name: "trace-reveal", open: then(trace, () => page.getByRole("button", { name: "Show names" }).click(), "[role=dialog] input") },
    { name: "diff", open: opens(`/diff/${accepted.traceId}/${wrong.traceId}`, "main li") },
    { name: "issues", open: opens("/issues", "main li, main h2") },
    { name: "cases", open: opens("/cases", "[data-open-case]") },
    { name: "reparse", open: opens("/reparse?feature=handover-note", "main h1, main h2") },
    { name: "drift", open: opens("/drift", "main canvas") },
    { name: "gate", open: opens("/gate", "main table") },
    { name: "audit", open: opens("/audit", "#erasing") },
    { name: "settings", open: opens("/settings", "#keys") },
  ];
}
