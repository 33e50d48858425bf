#!/usr/bin/env node
// Starts `whysaid`: from dist/ in an installed package, in this same process; from the TypeScript sources in a checkout, which takes a second one for its flags.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = new URL("../src/cli/start.ts", import.meta.url);
if (existsSync(sources) && process.env.WHYSAID_RUN !== "dist") {
  const child = spawn(process.execPath, ["--conditions=whysaid-source", "--import", import.meta.resolve("tsx"), fileURLToPath(sources), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => (signal === null ? process.exit(code ?? 1) : process.kill(process.pid, signal)));
} else await import("../dist/cli/start.js");
