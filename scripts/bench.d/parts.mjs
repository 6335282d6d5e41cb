// What is measured, part by part. Each part gives rows; the bars are those of the project's own demands and are not tuned.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import vm from 'node:vm';
import { build } from 'esbuild';
import { carrierScript } from './bundle.mjs';
import { corpus, fetchCrates, sample } from './corpus.mjs';
import { median } from './measure.mjs';
import { peers } from './peers.mjs';
import { baseline } from './regexps.mjs';
import { number } from './report.mjs';
import { warm } from './speeds.mjs';
import { worstTexts } from './worst.mjs';

/** @typedef {import('./report.mjs').Row} Row */

/**
 * Where things are.
 * @typedef {object} Places
 * @property {string} root of the repository
 * @property {string} target cargo's folder
 * @property {string} work the bench's own folder
 */

const MB = 1e6;
/** What every worst text has to reach, in MB/s. */
const WORST_SPEED = 18;
/** And what twice the text may take. */
const WORST_TWICE = 2.2;

/** @param {Places} places @returns {import('./regexps.mjs').Detector[]} */
function detectors(places) {
  return cargoBench(places, ['detectors']);
}

/** @param {Places} places */
function ordinary({ root, work }) {
  fetchCrates(root);
  return corpus(root, join(work, 'corpus'));
}

/** @param {Places} places @returns {import('./speeds.mjs').Texts} */
function texts(places) {
  const made = ordinary(places);
  const mebi = 1 << 20;
  const source = sample(made, /\.([mc]?[jt]sx?|rs)$/, 8 * mebi, true);
  const prose = sample(made, /\.md$/, 3 * mebi, false);
  const pieces = (/** @type {string} */ text) =>
    Array.from({ length: 64 }, (_, index) => text.slice(Math.floor((text.length / 65) * index)).slice(0, 1024));
  // From the middle, where the first letters of the alphabet no longer decide what it is.
  const middle = (/** @type {string} */ text) => text.slice(text.length / 2, text.length / 2 + mebi);
  return { sourcePieces: pieces(source), prosePieces: pieces(prose), source: middle(source), prose: middle(prose) };
}

/** @param {Places} places */
async function scripts(places) {
  const scanner = join(places.target, 'package/scanner');
  const { script: regexps, ...counts } = baseline(detectors(places));
  return { scripts: { wasm: await carrierScript('wasm', scanner), js: await carrierScript('js', scanner), regexps }, ...counts };
}

/** Sizes of what ships. @param {Places} places @returns {Row[]} */
export function size({ root }) {
  /** @type {Row[]} */
  const rows = [];
  for (const browser of ['chrome', 'firefox']) {
    const bytes = readFileSync(join(root, 'dist', browser, 'guard.js'));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    rows.push({ id: `size.${browser}.guard`, what: `script of a frame, ${browser}`, value: bytes.length / 1000, unit: 'KB', better: 'lower', bar: 200, note: 'minified; the bar is that of all detectors' });
    rows.push({ id: `size.${browser}.guard.gzip`, what: `script of a frame, ${browser}, gzip -9`, value: zipped / 1000, unit: 'KB', better: 'lower', bar: 60 });
  }
  const wasm = join(root, 'dist/chrome/wasm');
  for (const name of existsSync(wasm) ? readdirSync(wasm).filter((name) => name.endsWith('.wasm')) : []) {
    const bytes = readFileSync(join(wasm, name));
    const module = name.replace(/(_bg)?\.wasm$/, '');
    rows.push({ id: `size.${module}`, what: `Wasm module: ${module}`, value: bytes.length / 1000, unit: 'KB', better: 'lower', note: `gzip -9 ${number(gzipSync(bytes, { level: 9 }).length / 1000)} KB` });
  }
  return rows;
}

/** Natively: ordinary text. @param {Places} places @returns {Row[]} */
export function native(places) {
  const made = ordinary(places);
  const speed = cargoBench(places, ['corpus', made.text]);
  const text = `${number(made.bytes / MB)} MB, ${made.files} files of ${made.packages} packages of the lock files, sha256 ${made.sha256.slice(0, 12)}`;
  return [
    { id: 'native.scan', what: 'native scan in memory, one thread, best', value: speed.scan_best, unit: 'MB/s', better: 'higher', bar: 500, note: `${text}; median ${number(speed.scan_median)} MB/s, ${speed.findings} findings` },
    { id: 'native.memchr', what: 'its share of memchr on the same buffer', value: (100 * speed.scan_best) / speed.memchr_best, unit: '%', better: 'higher', note: `memchr for an absent byte: ${number(speed.memchr_best)} MB/s` },
  ];
}

/** Natively: texts built against the scanner. @param {Places} places @returns {Row[]} */
export function worst(places) {
  const { work, target } = places;
  const file = join(work, 'worst.json');
  const list = worstTexts(detectors(places));
  mkdirSync(work, { recursive: true });
  writeFileSync(file, JSON.stringify(list));
  const rows = worstRows('native', cargoBench(places, ['worst', file]));
  for (const carrier of /** @type {const} */ (['wasm', 'js'])) {
    const out = execFileSync(process.execPath, [new URL('worst-node.mjs', import.meta.url).pathname, carrier, join(target, 'package/scanner'), file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    rows.push(...worstRows(carrier === 'wasm' ? 'Wasm' : 'translated', JSON.parse(out)));
  }
  return rows;
}

/**
 * @param {string} carrier
 * @param {{ texts: number, slowest: { name: string, speeds: number[], twice: number }[] }} result
 * @returns {Row[]}
 */
function worstRows(carrier, { texts, slowest }) {
  const bySpeed = [...slowest].sort((a, b) => Math.min(...a.speeds) - Math.min(...b.speeds));
  const byTwice = [...slowest].sort((a, b) => b.twice - a.twice);
  // How much slower a byte is in the largest text than in the smallest: 1 where time is linear.
  const bySlope = [...slowest].sort((a, b) => b.speeds[0] / b.speeds[2] - a.speeds[0] / a.speeds[2]);
  const some = bySpeed.slice(0, 5).map(({ name, speeds }) => `${name} ${number(Math.min(...speeds))}`);
  return [
    { id: `worst.${carrier}.speed`, what: `worst of ${texts} texts, ${carrier}`, value: Math.min(...bySpeed[0].speeds), unit: 'MB/s', better: 'higher', bar: WORST_SPEED, note: `slowest: ${some.join('; ')}` },
    { id: `worst.${carrier}.twice`, what: `time for 2 MB against 1 MB, ${carrier}`, value: byTwice[0].twice, unit: 'times', better: 'lower', bar: WORST_TWICE, note: byTwice[0].name },
    { id: `worst.${carrier}.slope`, what: `time a byte at 2 MB against 64 KB, ${carrier}`, value: bySlope[0].speeds[0] / bySlope[0].speeds[2], unit: 'times', better: 'lower', note: bySlope[0].name },
  ];
}

/** @param {Places} places @param {string[]} words */
function cargoBench({ root }, words) {
  const out = execFileSync('cargo', ['bench', '--quiet', '--locked', '--features', 'cli', '--bench', 'speed', '--', ...words], { cwd: root, encoding: 'utf8', maxBuffer: 64e6, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(out);
}

/** In node: warm scans and the scanner's memory. @param {Places} places @returns {Promise<Row[]>} */
export async function node(places) {
  const made = await scripts(places);
  const given = texts(places);
  // What the guard's loop takes from its window.
  Object.assign(globalThis, { self: { origin: 'https://bench.example' }, window: {} });
  const define = (/** @type {string} */ script, /** @type {string} */ name) => vm.runInThisContext(`${script};${name}`);
  const [wasm, js, regexps] = [define(made.scripts.wasm, 'keyward'), define(made.scripts.js, 'keyward'), define(made.scripts.regexps, 'regexps')];
  /** @type {Row[]} */
  const rows = [];
  for (const [name, carrier] of Object.entries({ Wasm: wasm, translated: js })) {
    carrier.count('nothing to see here');
    const rest = carrier.pages();
    carrier.count(given.source.repeat(10).slice(0, 10e6));
    const after = carrier.pages();
    rows.push({ id: `memory.${name}.rest`, what: `memory at rest, ${name}`, value: rest, unit: 'pages', better: 'lower', bar: 4 });
    rows.push({ id: `memory.${name}.after`, what: `memory after 10 MB, ${name}`, value: after, unit: 'pages', better: 'lower', bar: 6 });
  }
  /** @type {Warm} */
  const times = {};
  for (const kind of /** @type {const} */ (['source', 'prose'])) {
    times[`${kind}.small`] = warm({ wasm, js }, regexps, given[`${kind}Pieces`], { rounds: 9, total_ms: 4000 });
    times[`${kind}.large`] = warm({ wasm, js }, regexps, [given[kind]], { rounds: 5, total_ms: 4000 });
  }
  return [...rows, ...warmRows('node', times, made)];
}

/** @typedef {Record<string, Record<string, number>>} Warm microseconds, by text and then by way */

/** Bars of the warm scan: 1 KB and 1 MB. */
const WARM = { wasm: [30, 180], js: [10, 40] };

/**
 * @param {string} where
 * @param {Warm} times
 * @param {{ keywords: number, regexps: number }} counts
 * @returns {Row[]}
 */
function warmRows(where, times, { keywords, regexps }) {
  /** @type {Row[]} */
  const rows = [];
  for (const carrier of /** @type {const} */ (['wasm', 'js'])) {
    for (const [index, size] of ['small', 'large'].entries()) {
      const ratio = (/** @type {string} */ kind, /** @type {string} */ against) => times[`${kind}.${size}`][against] / times[`${kind}.${size}`][carrier];
      const spelt = ['source', 'prose'].map((kind) => {
        const time = times[`${kind}.${size}`][carrier];
        return `${kind} ${number(time)} µs, ${number(ratio(kind, 'gated'))}× (joined ${number(ratio(kind, 'joined'))}×)`;
      });
      rows.push({
        id: `warm.${where}.${carrier}.${size}`,
        what: `scan of ${size === 'small' ? '1 KB' : '1 MB'}, ${carrier === 'wasm' ? 'Wasm' : 'translated'}, ${where}`,
        value: Math.min(ratio('source', 'gated'), ratio('prose', 'gated')),
        unit: 'times',
        better: 'higher',
        bar: WARM[carrier][index],
        note: `faster than ${regexps} RegExps behind ${keywords} keywords: ${spelt.join('; ')}`,
      });
    }
  }
  return rows;
}

/** In Chromium and Firefox. @param {Places} places @returns {Promise<Row[]>} */
export async function browsers(places) {
  const { root, work } = places;
  const made = await scripts(places);
  const folder = join(work, 'pages');
  mkdirSync(join(folder, 'bench'), { recursive: true });
  for (const name of ['frames.html', 'frame.html', 'speeds.html', 'paste.html']) {
    copyFileSync(new URL(name, import.meta.url), join(folder, 'bench', name));
  }
  copyFileSync(join(root, 'tests/e2e/pages/clipboard.html'), join(folder, 'clipboard.html'));
  await build({ entryPoints: [new URL('page.mjs', import.meta.url).pathname], outfile: join(folder, 'bench/page.js'), bundle: true, format: 'iife' });
  writeFileSync(join(folder, 'bench/data.json'), JSON.stringify({ scripts: made.scripts, texts: texts(places) }));
  for (const browser of ['chrome', 'firefox']) emptyExtension(root, browser, join(work, `empty-${browser}`));
  const out = execFileSync('cargo', ['run', '--quiet', '--locked', '-p', 'keyward-e2e', '--', 'bench', folder, work], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64e6,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Object.entries(JSON.parse(out)).flatMap(([name, result]) => browserRows(name, result, made));
}

/**
 * @param {string} name
 * @param {any} result as tests/e2e/src/bench.rs prints it
 * @param {{ keywords: number, regexps: number }} counts
 * @returns {Row[]}
 */
function browserRows(name, result, counts) {
  const where = name === 'chrome' ? 'Chromium' : 'Firefox';
  /** @type {Row[]} */
  const rows = [];
  for (const [make, frames] of Object.entries(result.frames)) {
    const [empty, guard] = [median(frames.empty), median(frames.guard)];
    rows.push({
      id: `frame.${name}.${make}`,
      what: `a frame that nobody touches (${make}), ${where}: more than an empty content script`,
      value: guard - empty,
      unit: 'ms',
      better: 'lower',
      bar: name === 'chrome' ? 1 : 3,
      note: `median ${number(guard)} against ${number(empty)} ms, ${frames.guard.length} frames each, two browsers in turns`,
    });
  }
  const own = name === 'chrome' ? 'js' : 'wasm';
  const { first } = result;
  rows.push({
    id: `first.${name}`,
    what: `first scan in a frame, set-up included, ${where}`,
    value: first.all.best / first[own].best,
    unit: 'times',
    better: 'higher',
    bar: 12,
    note: `faster than ${counts.regexps} RegExps in their first use: ${number(first[own].best)} against ${number(first.all.best)} µs; gated RegExps ${number(first.gated.best)} µs; with evaluating the scripts ${number(first[own].with_script)} against ${number(first.all.with_script)} µs`,
  });
  rows.push(...warmRows(where, result.warm, counts));
  const { notice } = result;
  rows.push({
    id: `notice.${name}`,
    what: `notice on the screen after the paste, ${where}`,
    value: median(notice.map((/** @type {any} */ each) => each.painted)),
    unit: 'ms',
    better: 'lower',
    bar: 50,
    note: `median of ${notice.length} pastes, from the key press to the frame that shows it; longest ${number(Math.max(...notice.map((/** @type {any} */ each) => each.painted)))} ms`,
  });
  return rows;
}

/** The package's manifest with nothing in it: what any content script costs. @param {string} root @param {string} browser @param {string} folder */
export function emptyExtension(root, browser, folder) {
  const manifest = JSON.parse(readFileSync(join(root, 'dist', browser, 'manifest.json'), 'utf8'));
  const content = manifest.content_scripts.map((/** @type {any} */ script) => ({ ...script, js: ['empty.js'] })).slice(0, 1);
  const { manifest_version, version, browser_specific_settings, key, background } = manifest;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'empty.js'), '');
  writeFileSync(join(folder, 'background.js'), '');
  const empty = background.service_worker ? { service_worker: 'background.js' } : { scripts: ['background.js'] };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ name: 'empty', manifest_version, version, browser_specific_settings, key, background: empty, content_scripts: content }));
}

export { peers };
