/** How the pages are built: into the workbench package, which serves them. Nothing is inlined and nothing comes from elsewhere. */
import { createRequire } from "node:module";
import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
/** The version is in the name: these files are served as unchangeable. */
const OCR = "ocr-7.0.0";
const outDir = process.env["WHYSAID_WEB_OUT"] ?? join(here, "../workbench/dist-web");

/** What reads screenshots in the browser: the engine's worker, its core, and the English data. Fetched on first use only. */
function screenshotReader(): Plugin {
  return {
    name: "whysaid-screenshot-reader",
    closeBundle() {
      const require = createRequire(import.meta.url);
      const target = join(outDir, "assets", OCR);
      mkdirSync(target, { recursive: true });
      const engine = dirname(require.resolve("tesseract.js/package.json"));
      const core = dirname(createRequire(join(engine, "package.json")).resolve("tesseract.js-core/package.json"));
      cpSync(join(engine, "dist/worker.min.js"), join(target, "worker.min.js"));
      cpSync(join(core, "tesseract-core-simd-lstm.wasm.js"), join(target, "tesseract-core-simd-lstm.wasm.js"));
      cpSync(join(dirname(require.resolve("@tesseract.js-data/eng/package.json")), "4.0.0_best_int/eng.traineddata.gz"), join(target, "eng.traineddata.gz"));
    },
  };
}

export default defineConfig({
  root: here,
  base: "/",
  plugins: [react(), tailwindcss(), screenshotReader()],
  // Of the format the pages run what reads pseudonyms; the rest of it is for Node.
  resolve: { alias: { "@whysaid/recorder/format": join(here, "../recorder/src/format/pseudonym.ts") }, conditions: ["whysaid-source", "module", "browser", "production"] },
  // The server puts the nonce of its answer here.
  html: { cspNonce: "__WHYSAID_NONCE__" },
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 600,
    manifest: "manifest.json",
  },
});
