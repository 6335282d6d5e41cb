// What the tools find in labelled texts, what they find where nothing is, and how long they take: node scripts/bench.d/detection.mjs TARGET_DIR [labelled|nothing].
// Called by `scripts/bench detection`. Prints Markdown for docs/detection.md, and keeps it in TARGET_DIR/bench/detection.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benign } from './detection-benign.mjs';
import { run, tools } from './detection-tools.mjs';
import { misses } from './detection-misses.mjs';

/**
 * A labelled text.
 * @typedef {{ rule: string, text: string, label: boolean, secret?: string }} Labelled
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const [target, only] = process.argv.slice(2);
const work = resolve(target, 'bench/detection');
const corpora = process.env.KEYWARD_CORPORA ?? join(root, '../shared/corpora');
mkdirSync(work, { recursive: true });

const { tools: all, missing } = tools(resolve(target), work);
const out = [];
out.push(`Tools: ${all.map(({ name, version }) => `${name} ${version}`).join(', ')}.`);
for (const one of missing) out.push(`Not measured: ${one}`);
if (only !== 'nothing') out.push('', ...(existsSync(corpora) ? labelled() : [`No labelled texts: there is no folder ${corpora} (KEYWARD_CORPORA).`]));
if (only !== 'labelled') out.push('', ...nothing());
const page = `${out.join('\n')}\n`;
writeFileSync(join(work, only ? `table-${only}.md` : 'table.md'), page);
process.stdout.write(page);

/** Recall and precision on each corpus. */
function labelled() {
  const names = readdirSync(corpora).filter((name) => name.endsWith('.jsonl')).map((name) => basename(name, '.jsonl')).sort();
  /** @type {Record<string, Record<string, { positives: number, negatives: number, found: number, held: number, alarms: number, heldAlarms: number }>>} */
  const counts = {};
  /** @type {Map<string, Labelled[]>} */
  const missed = new Map();
  for (const name of names) {
    /** @type {Labelled[]} */
    const texts = readFileSync(join(corpora, `${name}.jsonl`), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
    const folder = join(work, 'labelled', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    texts.forEach(({ text }, index) => writeFileSync(join(folder, `${index}.txt`), text));
    counts[name] = {};
    for (const tool of all) {
      console.error(`detection: ${tool.name} on ${name}`);
      const held = new Map();
      for (const one of run(tool, folder).found) {
        const index = Number(/(\d+)\.txt$/.exec(one.file)?.[1]);
        held.set(index, held.get(index) || one.held);
      }
      const count = { positives: 0, negatives: 0, found: 0, held: 0, alarms: 0, heldAlarms: 0 };
      texts.forEach(({ label }, index) => {
        count[label ? 'positives' : 'negatives'] += 1;
        count[label ? 'found' : 'alarms'] += held.has(index) ? 1 : 0;
        count[label ? 'held' : 'heldAlarms'] += held.get(index) ? 1 : 0;
      });
      counts[name][tool.name] = count;
      if (tool.name === 'keyward') missed.set(name, texts.filter(({ label }, index) => label && !held.has(index)));
    }
  }
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)}`);
  const rows = (/** @type {(count: { positives: number, negatives: number, found: number, held: number, alarms: number, heldAlarms: number }) => [number, number]} */ of, /** @type {string[]} */ columns) =>
    all.map((tool) => {
      const cells = columns.map((name) => share(...of(counts[name][tool.name])) + (tool.own === name ? '*' : ''));
      const [part, whole] = columns.map((name) => of(counts[name][tool.name])).reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
      return `| ${tool.name} | ${cells.join(' | ')} | ${share(part, whole)} |`;
    });
  const some = (/** @type {'positives' | 'negatives'} */ kind) => names.filter((name) => counts[name].keyward[kind] > 0);
  const head = (/** @type {string[]} */ columns, /** @type {'positives' | 'negatives'} */ kind) => [
    `| tool | ${columns.map((name) => `${name} (${counts[name].keyward[kind]})`).join(' | ')} | all |`,
    `| --- |${' --- |'.repeat(columns.length + 1)}`,
  ];
  const positives = some('positives');
  const negatives = some('negatives');
  const own = positives.map((name) => counts[name].keyward);
  const precision = all.map((tool) => {
    const found = names.map((name) => counts[name][tool.name]);
    const right = found.reduce((sum, { found }) => sum + found, 0);
    const wrong = found.reduce((sum, { alarms }) => sum + alarms, 0);
    return `${tool.name} ${share(right, right + wrong)}`;
  });
  return [
    '### Recall: share of the positives that are reported, in percent', '',
    ...head(positives, 'positives'), ...rows(({ found, positives }) => [found, positives], positives), '',
    `Of what Keyward reports, it holds ${share(own.reduce((sum, { held }) => sum + held, 0), own.reduce((sum, { found }) => sum + found, 0))} %; the rest it marks.`, '',
    '### False alarms: share of the negatives that are reported, in percent', '',
    ...head(negatives, 'negatives'), ...rows(({ alarms, negatives }) => [alarms, negatives], negatives), '',
    `Precision over all texts, in percent: ${precision.join(', ')}.`, '',
    '### What Keyward misses', '', ...misses(missed),
  ];
}

/** False alarms and speed where nothing is. */
function nothing() {
  const made = benign(root, work);
  const kinds = Object.entries(made.kinds).sort(([, a], [, b]) => b - a).map(([kind, bytes]) => `${kind} ${(bytes / 1e6).toFixed(1)}`);
  const part = tenth(made.folder);
  const rows = all.map((tool) => {
    const { folder, bytes } = tool.slow ? part : made;
    console.error(`detection: ${tool.name} on ${(bytes / 1e6).toFixed(0)} MB without keys`);
    const { found, cpu, wall } = run(tool, folder);
    const alarms = found.filter(({ held }) => held);
    const keys = alarms.filter(({ rule }) => /private.?key|\bpem\b|\bage\b|pkcs/i.test(rule)).length;
    writeFileSync(join(work, `alarms-${tool.name}.txt`), found.map(({ file, rule, held }) => `${held} ${rule} ${file}`).sort().join('\n'));
    const per10 = (/** @type {number} */ count) => ((count / bytes) * 1e7).toFixed(2);
    return `| ${tool.name} | ${(bytes / 1e6).toFixed(0)} | ${alarms.length} | ${per10(alarms.length)} | ${keys} | ${per10(alarms.length - keys)} | ${found.length - alarms.length} | ${cpu.toFixed(1)} | ${wall.toFixed(1)} | ${(bytes / 1e6 / cpu).toFixed(1)} |`;
  });
  return [
    '### Where nothing is', '',
    `${(made.bytes / 1e6).toFixed(0)} MB in ${made.files} files of ${made.packages} packages (MB: ${kinds.join(', ')}); SHA-256 ${made.sha256}.`, '',
    '| tool | MB | alarms | per 10 MB | of them private keys of tests | per 10 MB without these | marked only | s on a core | s by the clock | MB/s on a core |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |', ...rows,
  ];
}

/** Every tenth file, for tools that would take an hour with all of them. @param {string} folder */
function tenth(folder) {
  const to = join(work, 'tenth');
  rmSync(to, { recursive: true, force: true });
  const names = readdirSync(folder, { recursive: true }).map(String).sort().filter((name) => statSync(join(folder, name)).isFile());
  let bytes = 0;
  names.forEach((name, index) => {
    if (index % 10 !== 0) return;
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(join(folder, name), join(to, name));
    bytes += statSync(join(folder, name)).size;
  });
  return { folder: to, bytes };
}
