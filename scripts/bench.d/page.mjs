// Runs in a page of a browser without the extension (plain, so that Chromium lets it use Wasm): `window.bench`.

import { median } from './measure.mjs';
import { warm } from './speeds.mjs';

/** @typedef {{ scripts: Record<'wasm' | 'js' | 'regexps', string>, texts: import('./speeds.mjs').Texts }} Data */

/** @type {Data} */
let data;
/** @type {any} */
let programs;

/** How many fresh frames one round of `first` makes for each way: together they last many ticks of Firefox's clock. */
const FRAMES = 8;

async function load() {
  data = await (await fetch('/bench/data.json')).json();
  const define = (/** @type {string} */ script, /** @type {string} */ name) => (0, eval)(`${script};${name}`);
  programs = {
    wasm: define(data.scripts.wasm, 'keyward'),
    js: define(data.scripts.js, 'keyward'),
    regexps: define(data.scripts.regexps, 'regexps'),
  };
  return true;
}

/** @param {'source' | 'prose'} kind @param {'small' | 'large'} size */
function warmScans(kind, size) {
  const texts = size === 'small' ? data.texts[`${kind}Pieces`] : [data.texts[kind]];
  const { wasm, js, regexps } = programs;
  return warm({ wasm, js }, regexps, texts, size === 'small' ? { rounds: 9, total_ms: 4000 } : { rounds: 5, total_ms: 4000 });
}

/**
 * The first scan of a fresh frame: 1 KB, with everything that has to be set up for it. The scripts are in the frame already,
 * as a content script is; `with_script` adds what evaluating them took. Rounds of all ways alternate.
 */
function firstScans(rounds = 10) {
  const text = data.texts.sourcePieces[0];
  let fresh = 0;
  const ways = {
    wasm: () => [data.scripts.wasm, 'keyward.count(text)'],
    js: () => [data.scripts.js, 'keyward.count(text)'],
    all: () => [unseen(++fresh), 'regexps.all(text)'],
    gated: () => [unseen(++fresh), 'regexps.gated(text)'],
  };
  /** @type {Record<string, { scan: number[], script: number[] }>} */
  const taken = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const frames = Array.from({ length: FRAMES }, () => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const [script, call] = way();
        return { frame, window: /** @type {any} */ (frame.contentWindow), script: `${script}\n//${++fresh}\nglobalThis.first = (text) => ${call};` };
      });
      let start = performance.now();
      for (const { window, script } of frames) window.eval(script);
      const script_ms = performance.now() - start;
      start = performance.now();
      for (const { window } of frames) window.first(text);
      const scan_ms = performance.now() - start;
      taken[name] ??= { scan: [], script: [] };
      taken[name].scan.push((scan_ms / FRAMES) * 1000);
      taken[name].script.push(((scan_ms + script_ms) / FRAMES) * 1000);
      for (const { frame } of frames) frame.remove();
    }
  }
  return Object.fromEntries(
    Object.entries(taken).map(([name, { scan, script }]) => [
      name,
      { best: Math.min(...scan), median: median(scan), with_script: Math.min(...script) },
    ]),
  );
}

/** Engines keep compiled RegExps by their source: a branch that never matches makes them new. @param {number} number */
function unseen(number) {
  return data.scripts.regexps.replaceAll('(?![A-Za-z0-9_-])/g', `(?![A-Za-z0-9_-]|!${number}!!)/g`);
}

/** @type {any} */ (window).bench = { load, warmScans, firstScans };
