// The guard's own loop over a text (extension/guard/scanner.js) with one of the carriers, as the bench runs it in node and in
// pages. Bundled as a script that leaves `keyward`; scripts/bench.d/bundle.mjs puts the carrier in.

import { instantiate as make } from 'bench-carrier';
import { scan } from '../../extension/guard/scanner.js';

/** @type {import('scanner-carrier').Scanner | undefined} */
let last;

/** Stands between the loop and the carrier, to know the instance whose memory is looked at. */
export function instantiate() {
  last = make();
  return last;
}

/** Pages of 64 KB that the scanner's memory has. */
export function pages() {
  return last ? last.memory.buffer.byteLength / 65536 : 0;
}

/** @param {string} text @returns {number} how many keys */
export function count(text) {
  return scan(text).length;
}
