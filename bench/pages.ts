/**
 * `npm run bench pages`: how long an engineer waits. A real Chromium with an empty cache against a server that has answered nothing yet: from the address to what the page is for, on
 * the home page and on the incident's trace; then a trace of 10 MB and one of 2,000 steps, and how evenly they scroll; then from a dropped screenshot to the named cause.
 *
 * Times are the browser's own, from the beginning of the navigation to the element being there. Recordings are the demo's; screenshots are rendered here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { findOrInstallChromium, launchChromium } from "../packages/web/test/browser.ts";
import { buildPages, recordDemo, root, startUp, type Up } from "../packages/web/test/demo.ts";
import { buildCommandLine } from "../packages/workbench/src/cli/testing/built.ts";
import { screenshotOf } from "../packages/web/test/photograph.ts";

const ROUNDS = Number(process.argv[2] ?? 5);
const found = findOrInstallChromium((line) => console.error(line));
if ("why" in found) throw new Error(found.why);
buildPages();
await buildCommandLine();
const dir = join(mkdtempSync(join(tmpdir(), "whysaid-bench-pages-")), "recordings");
const incident = await recordDemo(dir);
const made = spawnSync(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", join(root, "bench/pages/record-big.ts"), dir], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
if (made.status !== 0) throw new Error("the large traces could not be recorded");
const { large, long } = JSON.parse(made.stdout) as { large: string; long: string };
// What was recorded is taken in once, so that no round waits for it.
await (await startUp(dir)).stop();

const browser = await launchChromium(found.path);
try {
  console.log(`\nFrom the address to what the page is for, browser's cache empty; median of ${ROUNDS} and the slowest\n`);
  await cold("home, server has answered nothing yet", "/", "[data-row]", "≤ 1 s");
  await cold("the incident's trace: its story", `/t/${incident}`, "#signal-raw", "≤ 1 s");
  await cold("the incident's trace: its cause", `/t/${incident}`, "[data-why] ol li", "≤ 1 s");
  await cold("10 MB in one trace: its story", `/t/${large}`, "#signal-raw", "≤ 1 s");
  await cold("2,000 steps in one trace: its story", `/t/${long}`, "#signal-raw", "≤ 1 s");
  const server = await startUp(dir);
  const context = await signedIn(server);
  await smooth(context, server, "10 MB", large);
  await smooth(context, server, "2,000 steps", long);
  await fromScreenshot(context, server);
  await context.close();
  await server.stop();
} finally {
  await browser.close();
  rmSync(join(dir, ".."), { recursive: true, force: true });
}

/** Lets a browser in without loading a page of ours. What is measured there is asked with scripts of our own, which the pages would refuse. */
async function signedIn(server: Up): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
  await context.request.get(server.link, { maxRedirects: 0 });
  return context;
}

async function cold(name: string, path: string, selector: string, aim: string): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startUp(dir);
    const context = await signedIn(server);
    const page = await context.newPage();
    await noting(page, selector);
    await page.goto(`${server.url}${path}`, { waitUntil: "commit" });
    times.push(await seen(page));
    await context.close();
    await server.stop();
  }
  const sorted = times.toSorted((a, b) => a - b);
  line(name, `${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms`, `slowest ${Math.round(sorted.at(-1) ?? 0)} ms`, aim);
}

/** The page notes when an element is first there, in its own clock. */
async function noting(page: Page, selector: string): Promise<void> {
  await page.addInitScript({ content: `const look = () => (document.querySelector(${JSON.stringify(selector)}) === null ? requestAnimationFrame(look) : (globalThis.seenMs = performance.now())); look();` });
}
async function seen(page: Page): Promise<number> {
  await page.waitForFunction("globalThis.seenMs !== undefined", undefined, { polling: 50, timeout: 120_000 });
  return page.evaluate<number>("globalThis.seenMs");
}

/** Scrolls through the whole page and times each frame. */
async function smooth(context: BrowserContext, server: Up, name: string, traceId: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${server.url}/t/${traceId}`);
  await page.locator("[data-why]").waitFor();
  await page.waitForLoadState("networkidle");
  const { frames, height, elements } = await page.evaluate<{ readonly frames: readonly number[]; readonly height: number; readonly elements: number }>(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const frames = [];
    let last = await frame();
    for (let step = 0; step < 200; step += 1) {
      scrollBy({ top: 300, behavior: "instant" });
      const now = await frame();
      frames.push(now - last);
      last = now;
    }
    return { frames, height: document.documentElement.scrollHeight, elements: document.querySelectorAll("*").length };
  })()`);
  const sorted = frames.toSorted((a, b) => a - b);
  line(`${name}: a frame while scrolling`, `${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms`, `p95 ${Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0)} ms`, `${elements} elements of ${height} px`);
  await page.close();
}

async function fromScreenshot(context: BrowserContext, server: Up): Promise<void> {
  const camera = await browser.newPage();
  const image = await screenshotOf(camera, "Gentamicin 8.4 mg IV every 36 h (4 mg/kg at the current weight of 2.1 kg). Creatinine 0.6 mg/dL: no adjustment.");
  await camera.close();
  const page = await context.newPage();
  await page.goto(server.url);
  await page.locator("[data-row]").first().waitFor();
  const startedMs = performance.now();
  await page.evaluate(`{
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob("${image.toString("base64")}"), (character) => character.charCodeAt(0))], "screenshot.png", { type: "image/png" }));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }`);
  await page.locator(`[data-found] [data-row="${incident}"]`).first().click({ timeout: 120_000 });
  await page.locator("[data-why] ol li").first().waitFor();
  const cause = await page.locator("[data-why] .pill").first().innerText();
  line("from a dropped screenshot to the cause", `${((performance.now() - startedMs) / 1000).toFixed(1)} s`, cause, "< 10 s");
  await page.close();
}

function line(name: string, value: string, more: string, aim: string): void {
  console.log(`${name.padEnd(44)} ${value.padStart(9)}   ${more.padEnd(18)} ${aim}`);
}
