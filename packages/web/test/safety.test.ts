/** Nothing recorded is ever markup: a hundred payloads in each of the nine signals, on every page that shows them, in a real browser. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

test("the same as ticket files, opened from disk: nothing runs, nothing is asked for, no link leaves", { timeout: 120_000 }, async (context) => {
  if (bench === null) {
    context.skip();
    return;
  }
  const { page: signedIn } = await bench.page();
  const folder = mkdtempSync(join(tmpdir(), "whysaid-bundle-"));
  const reader = await bench.browser.newContext();
  const asked: string[] = [];
  const said: string[] = [];
  let ran = 0;
  reader.on("request", (request) => asked.push(request.url()));
  await reader.exposeFunction("__ran", () => (ran += 1));
  const page = await reader.newPage();
  page.on("console", (message) => said.push(message.text()));
  page.on("dialog", (dialog) => void dialog.dismiss());
  for (const traceId of traceIds) {
    const download = await signedIn.evaluate(async (path) => {
      const response = await fetch(path);
      return { type: response.headers.get("content-disposition"), text: await response.text() };
    }, `/api/traces/${traceId}/bundle.html`);
    expect(download.type).toMatch(/^attachment; filename="whysaid-[a-z0-9-]*[0-9a-f]{12}\.html"$/);
    const file = join(folder, `${traceId}.html`);
    writeFileSync(file, download.text);
    await page.goto(`file://${file}`);
    await page.locator("details").evaluateAll((found) => found.forEach((element) => element.setAttribute("open", "")));
    const leads = await page.locator("[href], [src], [action], [xlink\\:href]").evaluateAll((found) => found.flatMap((element) => [...element.attributes].filter(({ name }) => /href|src|action/.test(name)).map(({ value }) => value)).filter((value) => !value.startsWith("#") && value !== "data:,"));
    expect(leads).toEqual([]);
    expect(await page.locator("script, iframe, img, object, embed, form, base, video, audio").count()).toBe(0);
  }
  rmSync(folder, { recursive: true, force: true });
  expect({ ran, said, asked: asked.length }).toEqual({ ran: 0, said: [], asked: traceIds.length });
  const audited = await signedIn.evaluate(async () => (await (await fetch("/api/audit")).json()) as { entries: { action: string; reason: string }[] });
  expect(audited.entries.filter(({ action, reason }) => action === "export" && reason === "bundle html")).toHaveLength(traceIds.length);
});
