/** A person at a page in a real Chromium, a real server on another origin, and what arrives there. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";
import { findOrInstallChromium, launchChromium } from "../../web/test/browser.ts";
import { runningServer, type Running } from "../../workbench/src/server/testing/running.ts";
import { createRecorder, type Recorder } from "../src/index.ts";

const found = findOrInstallChromium((line) => console.log(line));
if ("why" in found) console.log(`The page's actions are not tested in a browser: ${found.why}.`);

interface Sent {
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
}

describe.skipIf("why" in found)("what a person does with an answer arrives", () => {
  let browser: Browser;
  let app: Server;
  let whysaid: Running;
  let recorder: Recorder;
  let context: BrowserContext;
  let page: Page;
  let traceId: string;
  let readKey: string;

  beforeAll(async () => {
    const { outputFiles } = await build({ entryPoints: [new URL("../src/adapters/browser/index.ts", import.meta.url).pathname], bundle: true, format: "esm", target: "es2022", write: false });
    const script = outputFiles[0]?.text ?? "";
    const html = `<!doctype html><form><textarea name="answer">Gentamicin 8.4 mg</textarea><button>Save</button></form><p id="shown">Gentamicin 8.4 mg</p><button id="again">Again</button><script type="module" src="/page.js"></script>`;
    const main = `import { userActions } from "/actions.js"; const q = new URLSearchParams(location.search);
      if (q.has("ticket")) { const a = userActions({ url: q.get("url"), ticket: q.get("ticket"), keepTexts: q.has("keep") });
      document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
      a.watchField(document.querySelector("textarea")); a.watchCopy(document.querySelector("#shown")); a.watchRetry(document.querySelector("#again")); a.watchLeaving(); }
      document.body.dataset.ready = "yes";`;
    app = createServer((request, response) => {
      const [type, body] = request.url === "/actions.js" ? ["text/javascript", script] : request.url === "/page.js" ? ["text/javascript", main] : ["text/html", html];
      response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    whysaid = await runningServer();
    readKey = whysaid.key("read");
    recorder = createRecorder({ service: "page", dir: whysaid.directory, redaction: "off" });
    browser = await launchChromium("path" in found ? found.path : "");
  }, 480_000);
  afterAll(async () => {
    await browser.close();
    await recorder.close();
    await whysaid.close();
    app.close();
  });

  beforeEach(async () => {
    traceId = recorder.trace("dose", (trace) => {
      recorder.generation({ model: "gpt-4o", input: "dose?", completion: "Gentamicin 8.4 mg" });
      return trace.id;
    });
    context = await browser.newContext();
    // a context whose last page is closed is closed itself
    await context.newPage();
    page = await context.newPage();
    await open();
  });
  afterEach(() => context.close());

  const appUrl = (): string => `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  async function open(more = ""): Promise<void> {
    await page.goto(`${appUrl()}?url=${encodeURIComponent(`${whysaid.url.replace(/\/$/, "")}/v1/actions`)}&ticket=${recorder.ticket(traceId)}${more}`);
    await page.waitForSelector("body[data-ready]");
  }
  const arrived = async (): Promise<Sent[]> => {
    const { status, json } = await whysaid.send(`/api/traces/${traceId}`, { headers: { authorization: `Bearer ${readKey}` } });
    if (status !== 200) return [];
    return (json() as { actions: Sent[] }).actions.map(({ action, before, after }) => ({ action, before, after }));
  };
  const one = (action: string, before: string | null = null, after: string | null = null): Sent[] => [{ action, before, after }];
  const change = (text: string): Promise<void> => page.fill("textarea", text);
  /** As a person closes it: the page hears of it. */
  const closeTab = async (): Promise<void> => {
    const closed = page.waitForEvent("close");
    await page.close({ runBeforeUnload: true });
    await closed;
  };
  const save = (): Promise<void> => page.click("form button");
  const eventually = { timeout: 30_000, interval: 100 };

  test("a field changed before it is submitted is an edit, with both texts", async () => {
    await change("Gentamicin 12.8 mg");
    await save();
    await expect.poll(arrived, eventually).toEqual(one("edit", "Gentamicin 8.4 mg", "Gentamicin 12.8 mg"));
  });
  test("a field submitted as it was is an accept", async () => {
    await save();
    await expect.poll(arrived, eventually).toEqual(one("accept"));
  });
  test("copying the answer is an accept, once", async () => {
    for (let times = 0; times < 2; times++) await page.locator("#shown").dispatchEvent("copy");
    await expect.poll(arrived, eventually).toEqual(one("accept"));
  });
  test("asking again is a retry", async () => {
    await page.click("#again");
    await expect.poll(arrived, eventually).toEqual(one("retry"));
  });
  test("a page left without use is an abandon", async () => {
    await page.goto("about:blank");
    await expect.poll(arrived, eventually).toEqual(one("abandon"));
  });
  test("a tab closed at once without use is an abandon", async () => {
    await closeTab();
    await expect.poll(arrived, eventually).toEqual(one("abandon"));
  });
  test("an edit arrives though the tab is closed at once", async () => {
    await change("Gentamicin 12.8 mg");
    await save();
    await closeTab();
    await expect.poll(arrived, eventually).toEqual(one("edit", "Gentamicin 8.4 mg", "Gentamicin 12.8 mg"));
  });
  test("after ten seconds without a network an edit arrives whole", async () => {
    await change("Gentamicin 12.8 mg");
    await context.setOffline(true);
    await save();
    await page.waitForTimeout(10_000);
    expect(await arrived()).toEqual([]);
    await context.setOffline(false);
    await expect.poll(arrived, eventually).toEqual(one("edit", "Gentamicin 8.4 mg", "Gentamicin 12.8 mg"));
  });
  test("what a page could not send the next one does, without texts unless they are kept", async () => {
    await change("Gentamicin 12.8 mg");
    await context.setOffline(true);
    await save();
    expect(await page.evaluate(`localStorage.getItem("whysaid.actions")`)).not.toContain("12.8");
    await closeTab();
    await context.setOffline(false);
    page = await context.newPage();
    await open();
    await expect.poll(async () => (await arrived()).map(({ action }) => action), eventually).toEqual(["edit"]);
  });
  test("a ticket of another key is refused and the page does not notice", async () => {
    await page.goto(`${appUrl()}?url=${encodeURIComponent(`${whysaid.url.replace(/\/$/, "")}/v1/actions`)}&ticket=${String(recorder.ticket(traceId)).slice(0, -4)}aaaa`);
    await page.waitForSelector("body[data-ready]");
    const answer = page.waitForResponse(/v1\/actions/);
    await save();
    expect((await answer).status()).toBe(401);
    expect(await page.evaluate(`localStorage.getItem("whysaid.actions")`)).toBeNull();
    expect((await arrived()).map(({ action }) => action)).not.toContain("accept");
  });
});
