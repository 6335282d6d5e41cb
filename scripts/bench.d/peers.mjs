// The command-line program against kingfisher, end to end on a folder: whole processes, start-up and output included.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { corpus, fetchCrates } from './corpus.mjs';
import { number } from './report.mjs';

/** 2.14.0 is the newest; 1.112.0 has other rules. */
const VERSIONS = ['2.14.0', '1.112.0'];
const ROUNDS = 5;

/**
 * Seconds. What is compared is the time on a core, all threads together: on a loaded machine the clock measures the load.
 * @typedef {{ wall: number, cpu: number }} Took
 */

/** @param {import('./parts.mjs').Places} places @returns {import('./report.mjs').Row[]} */
export function peers({ root, target, work }) {
  fetchCrates(root);
  const made = corpus(root, join(work, 'corpus'));
  const nothing = join(work, 'nothing');
  mkdirSync(nothing, { recursive: true });
  /** @type {Record<string, (folder: string) => [string, string[]]>} */
  const ways = { keyward: (folder) => [join(target, 'release/keyward'), ['scan', folder]] };
  for (const version of VERSIONS) {
    const program = kingfisher(work, version);
    // No request, no progress bar, no history of Git; the compiled rules are cached before anything is measured.
    const words = ['-q', '--no-update-check', 'scan', '--no-validate', '--git-history', 'none', '--rule-cache-dir', join(work, `rules-${version}`), '--format', 'jsonl', '--output', join(work, 'kingfisher.jsonl')];
    ways[`kingfisher ${version}, 1 thread`] = (folder) => [program, [...words, '--jobs', '1', folder]];
    ways[`kingfisher ${version}`] = (folder) => [program, [...words, folder]];
    ways[`kingfisher ${version}, 1 thread, turbo`] = (folder) => [program, [...words, '--jobs', '1', '--turbo', folder]];
  }
  const names = Object.keys(ways);
  /** @type {Record<string, { whole: Took[], empty: Took[] }>} */
  const took = Object.fromEntries(names.map((name) => [name, { whole: [], empty: [] }]));
  for (const name of names) run(...ways[name](made.folder));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      took[name].whole.push(run(...ways[name](made.folder)));
      took[name].empty.push(run(...ways[name](nothing)));
    }
  }
  const least = (/** @type {Took[]} */ all, /** @type {'wall' | 'cpu'} */ what) => Math.min(...all.map((each) => each[what]));
  const spelt = (/** @type {Took[]} */ all) => `${number(least(all, 'cpu') * 1000)} ms on a core, ${number(least(all, 'wall') * 1000)} by the clock`;
  const own = took.keyward;
  return names.slice(1).map((name) => {
    const other = took[name];
    // The faster modes of it look less closely (no base64, no parsing); what it does by default is the bar.
    const bar = name.includes('turbo') ? undefined : 3;
    const scanning = (least(other.whole, 'cpu') - least(other.empty, 'cpu')) / Math.max(0.001, least(own.whole, 'cpu') - least(own.empty, 'cpu'));
    return {
      id: `peer.${name}`,
      what: `a folder end to end against ${name}`,
      value: least(other.whole, 'cpu') / least(own.whole, 'cpu'),
      unit: 'times',
      better: /** @type {const} */ ('higher'),
      ...(bar ? { bar } : {}),
      note: `it ${spelt(other.whole)}, keyward ${spelt(own.whole)}; ${number(made.bytes / 1e6)} MB, ${made.files} files, warm; an empty folder takes it ${number(least(other.empty, 'cpu') * 1000)} ms; without that ${number(scanning)}×`,
    };
  });
}

/** @param {string} program @param {string[]} words @returns {Took} */
function run(program, words) {
  // bash's own `time`: exact to the millisecond, and it counts the threads of the process.
  const script = 'TIMEFORMAT="took %3R %3U %3S"; time "$0" "$@" >/dev/null 2>&1; exit 0';
  const { stderr } = spawnSync('bash', ['-c', script, program, ...words], { encoding: 'utf8' });
  const [, wall, user, system] = /took ([\d.]+) ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (!wall) throw new Error(`${program}: ${stderr}`);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

/** Installs it once, into the bench's own folder. @param {string} work @param {string} version */
function kingfisher(work, version) {
  const folder = join(work, `kingfisher-${version}`);
  const find = () => {
    const lib = join(folder, 'lib');
    const python = existsSync(lib) ? readdirSync(lib)[0] : '';
    // The program itself; the command of the package starts Python first, which would be unfair.
    return join(lib, python, 'site-packages/kingfisher/bin/kingfisher');
  };
  if (!existsSync(find())) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', folder]);
    execFileSync(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', `kingfisher-bin==${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return find();
}
