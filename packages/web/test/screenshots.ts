/**
 * `npm run screenshots [page …] [--dir DIR] [--out DIR]`: every page, light, dark and on a phone, as PNG files to look at. Uses the demo's recordings.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildCommandLine } from "../../workbench/src/cli/testing/built.ts";
import { startProvider, startUp } from "./demo.ts";
import { findOrInstallChromium, launchChromium } from "./browser.ts";
import { pagesOf } from "./every-page.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { dir: { type: "string", default: ".whysaid-demo" }, out: { type: "string", default: "tmp/screenshots" }, look: { type: "string" } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (!existsSync(join(values.dir, "journal"))) throw new Error(`no recordings in ${values.dir}: run \`npm run demo\` first`);
const found = findOrInstallChromium(say);
if ("why" in found) throw new Error(found.why);
mkdirSync(values.out, { recursive: true });

const looks = [
  { name: "light", viewport: { width: 1440, height: 900 }, colorScheme: "light", isMobile: false },
  { name: "dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark", isMobile: false },
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "light", isMobile: true },
] as const;
await buildCommandLine();
const provider = await startProvider();
const server = await startUp(values.dir, ["--replay-target", provider.url]);
const browser = await launchChromium(found.path);
const first = await browser.newContext();
await (await first.newPage()).goto(server.link);
const storageState = await first.storageState();
try {
  for (const { name: look, ...options } of looks) {
    if (values.look !== undefined && values.look !== look) continue;
    const context = await browser.newContext({ ...options, storageState });
    const page = await context.newPage();
    page.on("pageerror", (error) => say(`  ${look}: ${error.message}`));
    page.on("console", (message) => message.type() === "error" && say(`  ${look}: ${message.text()}`));
    await page.goto(server.url);
    for (const { name, open } of await pagesOf(page, server.url)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      await open();
      const file = join(values.out, `${name}-${look}.png`);
      await page.screenshot({ path: file, fullPage: look !== "phone" && name !== "traces" && !/-(?:case|reveal)$/.test(name) });
      say(file);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
  await provider.stop();
}
