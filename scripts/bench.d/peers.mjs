// The command-line program against kingfisher, end to end on a folder: whole processes, start-up and output included.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { corpus, fetchCrates } from './corpus.mjs';
import { median } from './measure.mjs';
import { number } from './report.mjs';

/** 2.14.0 is the newest; 1.112.0 has other rules. */
const VERSIONS = ['2.14.0', '1.112.0'];
const ROUNDS = 7;

/** @typedef {{ wall: number, user: number }} Took seconds */

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
  const of = (/** @type {Took[]} */ all, /** @type {'wall' | 'user'} */ what) => median(all.map((each) => each[what]));
  const own = took.keyward;
  return names.slice(1).map((name) => {
    const other = took[name];
    const bar = name.includes('turbo') ? undefined : 3;
    const start = number(of(other.empty, 'wall') * 1000);
    const without = (of(other.whole, 'user') - of(other.empty, 'user')) / (of(own.whole, 'user') - of(own.empty, 'user'));
    return {
      id: `peer.${name}`,
      what: `a folder end to end: ${name}`,
      value: of(other.whole, 'wall') / of(own.whole, 'wall'),
      unit: 'times',
      better: /** @type {const} */ ('higher'),
      ...(bar ? { bar } : {}),
      note: `its ${number(of(other.whole, 'wall') * 1000)} ms (user ${number(of(other.whole, 'user') * 1000)}) against ${number(of(own.whole, 'wall') * 1000)} ms (user ${number(of(own.whole, 'user') * 1000)}) on ${number(made.bytes / 1e6)} MB, ${made.files} files, warm; an empty folder takes it ${start} ms; without that ${number(without)}× in user time`,
    };
  });
}

/** @param {string} program @param {string[]} words @returns {Took} */
function run(program, words) {
  // bash's own `time`: exact to the millisecond, and it counts the threads of the process.
  const script = 'TIMEFORMAT="took %3R %3U"; time "$0" "$@" >/dev/null 2>&1; exit 0';
  const { stderr } = spawnSync('bash', ['-c', script, program, ...words], { encoding: 'utf8' });
  const [, wall, user] = /took ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (!wall) throw new Error(`${program}: ${stderr}`);
  return { wall: Number(wall), user: Number(user) };
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
