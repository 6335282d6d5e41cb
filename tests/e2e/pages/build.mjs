// Bundles the editors, the tools' fields and the applications that the scenes and the demonstration site use into `built/`, one script for each.
// Usage: node tests/e2e/pages/build.mjs
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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
// The applications have frameworks of their own, apart from the tools of the build; those of the editors come from the root.
const apps = join(here, "apps");
const installed = join(apps, "node_modules/.keyward-lock");
const wanted = readFileSync(join(apps, "package-lock.json"), "utf8");
if (!existsSync(installed) || readFileSync(installed, "utf8") !== wanted) {
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: apps, stdio: "inherit" });
  writeFileSync(installed, wanted);
}
/** Names of what is built: `app-` before those of the applications. */
const named = scripts.map((path) => ({ in: path, out: basename(path, ".js") }));
for (const name of readdirSync(apps)) {
  if (name.endsWith(".js") && name !== "model.js") named.push({ in: join(apps, name), out: `app-${basename(name, ".js")}` });
}
const outdir = join(here, "built");
mkdirSync(outdir, { recursive: true });
await build({
  entryPoints: named,
  outdir,
  // Svelte tells browsers and servers apart by this.
  conditions: ["browser", "module"],
  plugins: [svelte],
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
