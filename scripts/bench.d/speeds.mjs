// Speed of the scanner from JavaScript against the RegExps of regexps.mjs: the same code in node and in the browsers.

import { interleave } from './measure.mjs';

/**
 * What scripts/bench gives to node and to the pages.
 * @typedef {object} Texts
 * @property {string[]} sourcePieces 1 KB each, from all over the corpus: one piece alone would be luck
 * @property {string[]} prosePieces
 * @property {string} source 1 MB
 * @property {string} prose 1 MB, as it comes: with characters beyond Latin-1, so browsers keep it in two bytes a character
 */

/**
 * Microseconds a text, of each way.
 * @typedef {Record<'wasm' | 'js' | 'gated' | 'joined', number>} Times
 */

/**
 * Scans that have run before, from a JavaScript string, of one size.
 * @param {Record<string, { count: (text: string) => number }>} carriers `wasm` and `js`
 * @param {{ gated: (text: string) => number, joined: (text: string) => number }} regexps
 * @param {string[]} texts of one size, taken in turn
 * @param {{ rounds: number, total_ms: number }} options
 */
export function warm(carriers, regexps, texts, options) {
  /** @type {Record<string, () => number>} */
  const ways = {};
  for (const [name, { count }] of Object.entries(carriers)) ways[name] = inTurn(count, texts);
  ways.gated = inTurn(regexps.gated, texts);
  ways.joined = inTurn(regexps.joined, texts);
  const times = interleave(ways, { round_ms: 20, ...options });
  return Object.fromEntries(Object.entries(times).map(([name, { best }]) => [name, best]));
}

/** @param {(text: string) => number} way @param {string[]} texts @returns {() => number} */
function inTurn(way, texts) {
  let next = 0;
  return () => {
    const text = texts[next];
    next = (next + 1) % texts.length;
    return way(text);
  };
}
