/** What the nurse sees on her screen, photographed. */
import type { Page } from "playwright-core";

export async function screenshotOf(page: Page, answer: string): Promise<Buffer> {
  await page.setViewportSize({ width: 900, height: 420 });
  await page.setContent(`<body style="margin:0;font:17px/1.6 sans-serif;background:#fff;color:#1a1a1a"><header style="background:#24506b;color:#fff;padding:12px 24px">Mila · Ward 3</header><main style="padding:32px;max-width:720px"><h3>Dosing summary</h3><p>${answer}</p></main></body>`);
  return page.screenshot();
}
