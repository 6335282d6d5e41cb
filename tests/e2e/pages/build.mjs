// Bundles the editors that the scenes and the demonstration site use into `built/`, one script for each.
// Usage: node tests/e2e/pages/build.mjs
import { build } from "esbuild";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const editors = join(here, "editors");
const outdir = join(here, "built");
mkdirSync(outdir, { recursive: true });
await build({
  entryPoints: readdirSync(editors).filter((name) => name.endsWith(".js")).map((name) => join(editors, name)),
  outdir,
  bundle: true,
  format: "iife",
  minify: true,
  legalComments: "none",
  loader: { ".ttf": "dataurl" },
  define: { "process.env.NODE_ENV": '"production"', global: "window" },
  logLevel: "warning",
});
// Pages whose field needs no style sheet name this one.
writeFileSync(join(outdir, "none.css"), "");
