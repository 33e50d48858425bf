/** `npx vitest run --config examples/neonatal/vitest.config.ts`: every confirmed case of the ward's dose summaries. The demo runs it before and after the fix. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { cases } from "whysaid/vitest";
import { doseSuite } from "./dose-suite.ts";

const provider = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", fileURLToPath(new URL("./provider.ts", import.meta.url))], { stdio: ["ignore", "pipe", "inherit"] });
afterAll(() => void provider.kill("SIGTERM"));
const [listening] = await new Promise<string[]>((resolve) => createInterface({ input: provider.stdout }).once("line", (line) => resolve([line])));
cases(doseSuite(`http://127.0.0.1:${/\d+/.exec(listening ?? "")?.[0] ?? ""}`));
