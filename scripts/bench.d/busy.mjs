// The part `busy`: pages that are hard to watch, against an empty content script in the same run.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { emptyExtension } from './parts.mjs';

/** @param {import('./parts.mjs').Places} places @returns {import('./report.mjs').Row[]} */
export function busy({ root, work }) {
  const folder = join(work, 'pages');
  mkdirSync(join(folder, 'bench'), { recursive: true });
  for (const name of ['busy.html', 'frame.html']) copyFileSync(new URL(name, import.meta.url), join(folder, 'bench', name));
  for (const browser of ['chrome', 'firefox']) emptyExtension(root, browser, join(work, `empty-${browser}`));
  const command = ['run', '--quiet', '--locked', '-p', 'keyward-e2e', '--', 'bench-busy', folder, work];
  const out = execFileSync('cargo', command, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return Object.entries(JSON.parse(out)).flatMap(([name, result]) => rows(name, result));
}

/** @param {number[]} times */
const late = (times) => [...times].sort((one, other) => one - other)[Math.ceil(times.length * 0.99) - 1] ?? NaN;

/** @param {string} name @param {any} result @returns {import('./report.mjs').Row[]} */
function rows(name, result) {
  const where = name === 'chrome' ? 'Chromium' : 'Firefox';
  /** @type {[string, string][]} */
  const pages = [['inputs', 'a page of 5,000 inputs'], ['editor', 'an editor of 1 MB']];
  /** @type {import('./report.mjs').Row[]} */
  const typing = pages.map(([page, about]) => {
    const { guard, empty } = result[page];
    return {
      id: `typing.${name}.${page}`,
      what: `typing into ${about}, ${where}: more than an empty content script at the 99th percentile`,
      value: late(guard) - late(empty),
      unit: 'ms',
      better: 'lower',
      bar: 1,
      note: `${late(guard).toFixed(1)} against ${late(empty).toFixed(1)} ms, ${guard.length} keys each, 15 a second`,
    };
  });
  const { guard, empty, frames } = result.memory;
  return [
    ...typing,
    {
      id: `memory.${name}`,
      what: `memory of a frame that nobody touches, ${where}: more than an empty content script`,
      value: (guard - empty) / frames / 1024,
      unit: 'MB',
      better: 'lower',
      bar: name === 'chrome' ? 0.5 : 1,
      note: `${frames} frames of one page; all of the browser's processes (PSS) grew by ${(guard / 1024).toFixed(0)} against ${(empty / 1024).toFixed(0)} MB`,
    },
  ];
}
