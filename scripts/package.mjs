// Puts one package together: node scripts/package.mjs chrome|firefox BUILT_DIR DIST_DIR
//
// What differs between the browsers stands here and nowhere else: the carrier of the scanner in a frame, and the
// manifest keys that the other browser does not know.

import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import { minify } from 'terser';
import { packWasm } from './pack.mjs';

const [browser, builtFolder, dist] = process.argv.slice(2);
if (!['chrome', 'firefox'].includes(browser) || !builtFolder || !dist) {
  console.error('usage: node scripts/package.mjs chrome|firefox BUILT_DIR DIST_DIR');
  process.exit(2);
}

// Absolute: esbuild takes a relative alias for the name of a package.
const built = resolve(builtFolder);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(dist, browser);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

// A frame of Chromium must never touch WebAssembly (the page's CSP would forbid it and report the attempt).
const carriers = { chrome: 'carrier-js.js', firefox: 'carrier-wasm.js' };

/**
 * One script of frames, with all that it imports.
 *
 * @param {string} source below `extension`
 * @param {string} name in the package
 * @param {import('esbuild').BuildOptions} [more]
 */
const script = (source, name, more) =>
  build({
    entryPoints: [join(root, 'extension', source)],
    outfile: join(folder, name),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome125', 'firefox142'],
    charset: 'utf8',
    legalComments: 'none',
    ...more,
  });

await script('guard/main.js', 'guard.js', {
  plugins: [packWasm],
  alias: {
    'scanner-carrier': join(root, 'extension/guard', carriers[browser]),
    'scanner.wasm': join(built, 'scanner/scanner.wasm'),
    'scanner-translated': join(built, 'scanner/scanner.js'),
  },
});

atTheEnd(join(folder, 'guard.js'));
await shorten(join(folder, 'guard.js'));

// New keys, on the pages where providers make them.
await script('born/born.js', 'born.js', { plugins: [{ name: 'style', setup: minifyStyle }] });
await script('born/page.js', 'born-page.js');

// The page's own sending, for the frames of people who switched it on (src/policy/sending.rs).
await script('page/sending.js', 'sending.js');
await script('page/sending-page.js', 'sending-page.js');

const own = new Set(['born', 'guard', 'page', 'page.html', 'tsconfig.json', 'types']);
for (const name of readdirSync(join(root, 'extension'))) {
  if (!own.has(name)) cpSync(join(root, 'extension', name), join(folder, name), { recursive: true });
}
cpSync(join(built, 'modules'), join(folder, 'wasm'), { recursive: true });
// How what the guard shows in a page looks, which the background gives to frames (extension/kinds.js).
await build({
  entryPoints: [join(root, 'extension/guard/notice.css')],
  outfile: join(folder, 'notice.css'),
  minify: true,
  target: ['chrome125', 'firefox142'],
  charset: 'utf8',
});
cpSync(join(built, 'kinds.txt'), join(folder, 'kinds.txt'));

// The pages are one but for the names of their module and style sheet. What content scripts do on a site, the welcome page
// shows by the same script: no content script runs in it. The self-test loads it later, by itself.
const page = readFileSync(join(root, 'extension/page.html'), 'utf8');
const pages = [
  { name: 'confirm', style: 'window' },
  { name: 'factor', style: 'life' },
  { name: 'fill', style: 'window' },
  { name: 'life', style: 'life' },
  { name: 'options', style: 'options', element: 'div' },
  { name: 'popup', style: 'popup' },
  { name: 'selftest', style: 'selftest' },
  { name: 'welcome', style: 'welcome', first: '<script src="guard.js"></script>\n' },
];
for (const { name, style, element = 'main', first = '' } of pages) {
  const values = { NAME: name, STYLE: style, ELEMENT: element, FIRST: first };
  const html = page.replace(/NAME|STYLE|ELEMENT|FIRST/g, (key) => values[/** @type {keyof typeof values} */ (key)]);
  writeFileSync(join(folder, `${name}.html`), html);
}

const manifest = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
// Globs: Chromium takes 1.8 ms to see that a frame about:srcdoc is on none of as many `matches`, and nothing for these.
const where = { matches: ['https://*/*'], include_globs: birthplaces(), run_at: 'document_start' };
manifest.content_scripts.push({ ...where, js: ['born.js'] }, { ...where, js: ['born-page.js'], world: 'MAIN' });
if (browser === 'chrome') {
  delete manifest.browser_specific_settings;
  delete manifest.background.scripts;
  // It shows requests to an extension and lets it stop none.
  manifest.optional_permissions = manifest.optional_permissions.filter((/** @type {string} */ name) => name !== 'webRequestBlocking');
} else {
  delete manifest.key;
  delete manifest.minimum_chrome_version;
  delete manifest.background.service_worker;
  // An event page has a document of its own.
  manifest.permissions = manifest.permissions.filter((/** @type {string} */ name) => name !== 'offscreen');
  // Firefox opens its console with Ctrl+Shift+K.
  manifest.commands.fill.suggested_key = { default: 'Alt+Shift+K', mac: 'MacCtrl+Shift+K' };
}
writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

// A module that passes every step can still fail at load: each is instantiated by its own glue.
for (const name of readdirSync(join(folder, 'wasm')).filter((name) => name.endsWith('_bg.wasm'))) {
  const glue = join(process.cwd(), folder, 'wasm', name.replace(/_bg\.wasm$/, '.js'));
  const { initSync } = await import(pathToFileURL(glue).href);
  initSync({ module: readFileSync(join(folder, 'wasm', name)) });
}

// The store refuses a package with a `key`, since it gives the id itself; only the unpacked folder keeps it.
const { key: _, ...store } = manifest;
/** @type {Record<string, Uint8Array>} */
const entries = {};
for (const name of files(folder)) entries[name] = readFileSync(join(folder, name));
entries['manifest.json'] = Buffer.from(`${JSON.stringify(store, null, 2)}\n`);
// Two builds of one state give one zip: sorted names, and one time for all.
const zip = join(dist, `keyward-${browser}-${manifest.version}.zip`);
writeFileSync(zip, zipSync(entries, { level: 9, mtime: '2026-01-01T00:00:00' }));
console.log(`${folder}  ${zip}`);

/**
 * Puts the packed bytes behind all code: gzip takes text whose letters all come equally often for what stands around it, too.
 * They are asked for when the script has run to its end.
 *
 * @param {string} script
 */
function atTheEnd(script) {
  const text = readFileSync(script, 'utf8');
  const bytes = text.match(/"[A-Za-z0-9+/=]{10000,}"/g) ?? [];
  const end = text.lastIndexOf('})();');
  if (bytes.length !== 1 || end < 0 || text.includes('PACKED')) throw new Error(`${script} is not what esbuild wrote before; adapt this`);
  writeFileSync(script, `${text.slice(0, end).replace(bytes[0], 'PACKED')};var PACKED=${bytes[0]}})();\n`);
}

/**
 * What is in every frame is minified once more: Terser takes 0.6 KB behind gzip off what esbuild leaves in Firefox's, 0.9 in Chromium's.
 *
 * @param {string} script
 */
async function shorten(script) {
  const compress = { passes: 3, inline: 1, reduce_funcs: false };
  const { code } = await minify(readFileSync(script, 'utf8'), { ecma: 2020, compress, mangle: true });
  writeFileSync(script, `${code}\n`);
}

/**
 * Where keys are made: the sites on which they are revoked, as far as they are at home there. The background looks again.
 *
 * @returns {string[]} globs of addresses, sorted
 */
function birthplaces() {
  const hosts = new Set();
  for (const line of readFileSync(join(built, 'kinds.txt'), 'utf8').split('\n')) {
    const [name, homes = '', revoke = ''] = line.split('\t');
    if (!name || !URL.canParse(revoke)) continue;
    const { host } = new URL(revoke);
    const rules = homes.split(' ').map((rule) => rule.replace(/^\*\./, ''));
    if (rules.some((rule) => rule && (host === rule || host.endsWith(`.${rule}`)))) hosts.add(host);
  }
  return [...hosts].sort().map((host) => `https://${host}/*`);
}

/** A style sheet imported by a script is its minified text. @param {import('esbuild').PluginBuild} scripts */
function minifyStyle({ initialOptions, onLoad }) {
  onLoad({ filter: /\.css$/ }, async ({ path }) => {
    const { charset, target } = initialOptions;
    const { outputFiles } = await build({ entryPoints: [path], bundle: true, minify: true, write: false, charset, target });
    return { contents: outputFiles[0]?.text.trim(), loader: 'text' };
  });
}

/** @param {string} folder @returns {string[]} paths inside the folder, sorted, with `/` */
function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
