// Runs the parts and writes the table: node scripts/bench.d/main.mjs TARGET_DIR [--table] [PART…]. Called by scripts/bench.
// `--table` measures nothing and prints what latest.json has.

import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { busy } from './busy.mjs';
import * as parts from './parts.mjs';
import { met, readRows, table, writeRows } from './report.mjs';
import { vault } from './vault.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [target, ...words] = process.argv.slice(2);
const against = words.find((word) => word.startsWith('--against='))?.slice('--against='.length);
const names = words.filter((word) => !word.startsWith('--'));
const work = join(target, 'bench');
const places = { root, target, work };
/** @type {Record<string, (places: import('./parts.mjs').Places) => import('./report.mjs').Row[] | Promise<import('./report.mjs').Row[]>>} */
const all = { size: parts.size, native: parts.native, peers: parts.peers, worst: parts.worst, node: parts.node, browsers: parts.browsers, busy, vault };
const wanted = names.length > 0 ? names : Object.keys(all);
const unknown = wanted.find((name) => !(name in all));
if (unknown) {
  console.error(`bench: there is no part ${unknown}; there are ${Object.keys(all).join(', ')}`);
  process.exit(2);
}

if (words.includes('--table')) {
  console.log(table([...readRows(join(work, 'latest.json')).values()], new Map()));
  process.exit(0);
}
const before = readRows(against ?? join(work, 'latest.json'));
const machine = { cores: cpus().length, processor: cpus()[0]?.model, system: `${process.platform} ${release()}`, node: process.version };
const time = new Date().toISOString();
/** @type {import('./report.mjs').Row[]} */
const rows = [];
let broken = 0;
for (const name of wanted) {
  console.error(`bench: ${name}`);
  try {
    rows.push(...(await all[name](places)));
    // After each part: what has been measured stays, should a later one be interrupted.
    writeRows(work, rows, machine, time);
  } catch (error) {
    // The other parts are worth having all the same.
    broken += 1;
    // A script that fails is quoted whole in its error.
    console.error(`bench: ${name} could not be measured: ${String(error instanceof Error ? error.stack : error).slice(0, 2000)}`);
  }
}
console.log(table(rows, before));
const missed = rows.filter((row) => met(row) === false).length;
const barred = rows.filter((row) => met(row) !== undefined).length;
console.log(`\n${barred - missed} of ${barred} bars met; ${join(work, 'latest.json')}`);
process.exit(broken > 0 ? 2 : missed > 0 ? 1 : 0);
