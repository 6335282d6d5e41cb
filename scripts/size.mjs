// What the built packages weigh against their budgets: node scripts/size.mjs
// Exits with 1 when one is over. Budgets are bytes; a frame's script is paid for by every frame of every page.

import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** @type {[string, number, number?][]} file, bytes, bytes after `gzip -9` */
const budgets = [
  ['dist/chrome/guard.js', 130_000, 40_000],
  ['dist/firefox/guard.js', 130_000, 40_000],
  ['dist/chrome/wasm/background_bg.wasm', 250_000],
  ['dist/chrome/wasm/popup_bg.wasm', 250_000],
  ['dist/chrome/wasm/confirm_bg.wasm', 250_000],
];

let over = false;
for (const [file, bytes, zipped = Infinity] of budgets) {
  if (!existsSync(file)) {
    console.error(`size: ${file} is missing: run scripts/build first`);
    process.exit(2);
  }
  const content = readFileSync(file);
  const gzip = gzipSync(content, { level: 9 }).length;
  const fits = content.length <= bytes && gzip <= zipped;
  over ||= !fits;
  const budget = zipped === Infinity ? `${bytes}` : `${bytes}, gzip ${zipped}`;
  console.log(`${file.padEnd(40)} ${String(content.length).padStart(7)} gzip ${String(gzip).padStart(6)}  budget ${budget}${fits ? '' : '  OVER'}`);
}
process.exit(over ? 1 : 0);
