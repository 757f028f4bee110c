// Builds the extension and the page of its panel into dist/. Never does: check types (`npm run check` does).

import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const common = { absWorkingDir: here, bundle: true, minify: true, legalComments: "none", logLevel: "warning" };

await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
});
await mkdir(join(here, "dist/panel"), { recursive: true });
await build({
  ...common,
  entryPoints: ["src/panel/webview/main.ts"],
  outfile: "dist/panel/main.js",
  platform: "browser",
  target: "es2022",
  format: "iife",
});
await copyFile(join(here, "src/panel/webview/style.css"), join(here, "dist/panel/style.css"));
