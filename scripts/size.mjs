// What the built packages weigh: node scripts/size.mjs
//
// A frame's script is paid for by every frame of every page. `goal` is what each part is to weigh; a part that is over
// it says so, and must not get heavier: `reached` is the most that it may weigh until the goal is met. Exits with 1 when a
// part is over both.

import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** @typedef {{bytes: number, gzip?: number}} Size after `gzip -9` */
/** @type {[string, Size, Size?][]} file, goal, reached */
const parts = [
  ['dist/chrome/guard.js', { bytes: 200_000, gzip: 60_000 }, { bytes: 159_200, gzip: 69_600 }],
  ['dist/firefox/guard.js', { bytes: 200_000, gzip: 60_000 }],
  // Only where keys are made.
  ['dist/chrome/born.js', { bytes: 22_000, gzip: 8_000 }],
  ['dist/chrome/born-page.js', { bytes: 4_000, gzip: 2_000 }],
  // Only where the person switched on that what pages send is watched.
  ['dist/chrome/sending.js', { bytes: 4_000, gzip: 2_000 }, { bytes: 4_200, gzip: 2_060 }],
  ['dist/chrome/sending-page.js', { bytes: 9_000, gzip: 4_000 }],
  // The texts about kinds of keys are in none of them: `kinds.txt`, which pages read.
  ['dist/chrome/wasm/background_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/vault_bg.wasm', { bytes: 250_000 }, { bytes: 476_400 }],
  ['dist/chrome/wasm/files_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/popup_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/welcome_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/selftest_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/confirm_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/fill_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/options_bg.wasm', { bytes: 250_000 }, { bytes: 424_500 }],
  // A section of the options page.
  ['dist/chrome/wasm/backup_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/life_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/factor_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/transfer_bg.wasm', { bytes: 250_000 }],
  ['dist/chrome/wasm/question_bg.wasm', { bytes: 250_000 }],
  // The lists of words that passphrases are made of; loaded while one is being made.
  ['dist/chrome/wasm/strength_bg.wasm', { bytes: 1_900_000 }],
];

let over = false;
for (const [file, goal, reached] of parts) {
  if (!existsSync(file)) {
    console.error(`size: ${file} is missing: run scripts/build first`);
    process.exit(2);
  }
  const content = readFileSync(file);
  const size = { bytes: content.length, gzip: gzipSync(content, { level: 9 }).length };
  const fits = (/** @type {Size | undefined} */ limit) =>
    limit !== undefined && size.bytes <= limit.bytes && size.gzip <= (limit.gzip ?? Infinity);
  over ||= !fits(goal) && !fits(reached);
  const verdict = fits(goal) ? '' : fits(reached) ? '  over the goal' : '  HEAVIER THAN IT WAS';
  const limit = `goal ${goal.bytes}${goal.gzip ? ` gzip ${goal.gzip}` : ''}`;
  console.log(`${file.padEnd(36)} ${String(size.bytes).padStart(7)} gzip ${String(size.gzip).padStart(6)}  ${limit}${verdict}`);
}
process.exit(over ? 1 : 0);
