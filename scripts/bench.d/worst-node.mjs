// Texts built against the scanner, in node: node worst-node.mjs wasm|js SCANNER_FOLDER LIST. Prints what benches/speed.rs does.
// In a process of its own for each carrier, so that one's compiled code does not depend on what the other was given.

import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { carrierScript } from './bundle.mjs';

const [carrier, scanner, file] = process.argv.slice(2);
/** Sizes in characters, as in benches/speed.rs. */
const SIZES = [64 * 1024, 1 << 20, 2 << 20];
const TRIAL = 256 * 1024;
const SLOWEST = 16;

Object.assign(globalThis, { self: { origin: 'https://bench.example' }, window: {} });
const script = await carrierScript(carrier === 'wasm' ? 'wasm' : 'js', scanner);
const { count } = vm.runInThisContext(`${script};keyward`);
/** @type {import('./worst.mjs').Worst[]} */
const list = JSON.parse(readFileSync(file, 'utf8'));

/** @param {string} unit @param {number} size */
function text(unit, size) {
  const whole = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  // Strings that are put together are trees until somebody looks at them.
  return Buffer.from(whole, 'utf16le').toString('utf16le');
}

/** @param {string} whole @param {number} rounds @returns {number} seconds */
function best(whole, rounds) {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    count(whole);
    // The process's own time on a core: on a loaded machine the only time that says something.
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return Math.max(least, 1) / 1e6;
}

const trials = list.map(({ name, unit }) => ({ name, unit, time: best(text(unit, TRIAL), 2) })).sort((a, b) => b.time - a.time);
const slowest = trials.slice(0, SLOWEST).map(({ name, unit }) => {
  const times = SIZES.map((size) => best(text(unit, size), size > TRIAL ? 4 : 20));
  return { name, speeds: SIZES.map((size, index) => size / 1e6 / times[index]), twice: times[2] / times[1] };
});
console.log(JSON.stringify({ texts: list.length, slowest }));
