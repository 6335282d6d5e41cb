// Bundles the editors and the tools' fields that the scenes and the demonstration site use into `built/`, one script for each.
// Usage: node tests/e2e/pages/build.mjs
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "svelte/compiler";

const here = dirname(fileURLToPath(import.meta.url));
const scripts = ["editors", "tools"].flatMap((folder) =>
  readdirSync(join(here, folder)).filter((name) => name.endsWith(".js")).map((name) => join(here, folder, name)),
);
/** @type {import("esbuild").Plugin} */
const svelte = {
  name: "svelte",
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, "utf8"), { filename: path, generate: "client", css: "injected" }).js.code,
    }));
  },
};
const outdir = join(here, "built");
mkdirSync(outdir, { recursive: true });
await build({
  entryPoints: scripts,
  outdir,
  // Svelte tells browsers and servers apart by this.
  conditions: ["browser", "module"],
  plugins: [svelte],
  entryNames: "[name]",
  bundle: true,
  format: "iife",
  minify: true,
  legalComments: "none",
  loader: { ".ttf": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"', global: "window", __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  logLevel: "warning",
});
// Pages whose field needs no style sheet name this one.
writeFileSync(join(outdir, "none.css"), "");
