/** Nothing recorded is ever markup: a hundred payloads in each of the nine signals, on every page that shows them, in a real browser. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBench, root, type Bench } from "./demo.ts";
import { payloads } from "./payloads.ts";

const EACH = 20;
let bench: Bench | null = null;
let traceIds: readonly string[] = [];

beforeAll(async () => {
  bench = await openBench((dir) => {
    const script = join(root, "packages/web/test/record-hostile.ts");
    const { stdout, status } = spawnSync(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", script, dir, String(EACH)], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (status !== 0) throw new Error("the hostile traces could not be recorded");
    traceIds = stdout.trim().split("\n");
    return Promise.resolve();
  });
}, 480_000);
afterAll(() => bench?.close());

test("a hundred payloads in nine signals run no script and load nothing from elsewhere", { timeout: 480_000 }, async (context) => {
  if (bench === null) {
    context.skip();
    return;
  }
  expect(new Set(payloads).size).toBe(100);
  const { page, foreign, context: browserContext } = await bench.page();
  let ran = 0;
  await browserContext.exposeFunction("__ran", () => (ran += 1));
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  const open = async (path: string): Promise<void> => {
    await page.goto(`${bench?.url}${path}`);
    await page.waitForLoadState("networkidle");
  };
  const shown = new Set<number>();
  for (const [index, traceId] of traceIds.entries()) {
    await open(`/t/${traceId}`);
    await page.locator("#story").waitFor();
    // Section by section: what is out of sight is not in the page.
    for (let step = 0; step < 2 * EACH; step += 1) {
      await page.keyboard.press("j");
      const text = await page.evaluate(async () => {
        const drawn = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 10)));
        await drawn();
        for (const button of document.querySelectorAll<HTMLElement>('article [aria-expanded="false"]')) button.click();
        await drawn();
        return document.body.textContent ?? "";
      });
      for (const [place, payload] of payloads.slice(index * EACH, (index + 1) * EACH).entries()) if (text.includes(payload.slice(0, 40).trim())) shown.add(index * EACH + place);
    }
    for (const value of await page.locator("[role=button]").all()) if (await value.isVisible()) { await value.hover({ timeout: 500 }).catch(() => undefined); break; }
  }
  expect(shown.size).toBeGreaterThanOrEqual(98);
  for (const path of ["/", "/traces", `/diff/${traceIds[0]}/${traceIds[1]}`, `/?q=${encodeURIComponent(payloads[0] ?? "")}`, `/traces?feature=${encodeURIComponent(payloads[1] ?? "")}`]) await open(path);
  const leads = await page.evaluate(() => [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href).filter((href) => !href.startsWith(location.origin)));
  expect({ ran, dialogs, foreign, leads }).toEqual({ ran: 0, dialogs: 0, foreign: [], leads: [] });
});
