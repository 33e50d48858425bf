/** A real Chromium for tests and screenshots: one that is installed, else Debian's by apt-get when that is possible here, else none and why. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
export function chromiumPath(): string | null {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && isExecutable(named)) return named;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS"];
  for (const folder of folders) for (const name of names) if (isExecutable(join(folder, name))) return join(folder, name);
  return null;
}

/** @returns its path, or the reason there is none */
export function findOrInstallChromium(say: (line: string) => void): { readonly path: string } | { readonly why: string } {
  const found = chromiumPath();
  if (found !== null) return { path: found };
  if (process.getuid?.() !== 0) return { why: "no Chromium on the PATH, and only root may install one; set CHROMIUM to one" };
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return { why: "no Chromium on the PATH, and no apt-get to install one with; set CHROMIUM to one" };
  say("Installing chromium with apt-get, for the tests in a real browser …");
  const apt = (...args: string[]): boolean => spawnSync("apt-get", ["-qq", "-y", "-o", "DPkg::Lock::Timeout=240", ...args], { stdio: "ignore", timeout: 420_000, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } }).status === 0;
  if (!apt("install", "--no-install-recommends", "chromium") && !(apt("update") && apt("install", "--no-install-recommends", "chromium"))) return { why: "apt-get could not install chromium" };
  const installed = chromiumPath();
  return installed === null ? { why: "apt-get installed chromium, and it is not on the PATH" } : { path: installed };
}

export const launchChromium = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"] });
