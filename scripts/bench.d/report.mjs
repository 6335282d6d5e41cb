// Rows of the bench: kept, compared with the last run's, printed as a table.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One measured number.
 * @typedef {object} Row
 * @property {string} id stable name: what the next run is compared by
 * @property {string} what for people
 * @property {number} value
 * @property {string} unit
 * @property {'lower' | 'higher'} better
 * @property {number} [bar] what it has to reach; without one the row only informs
 * @property {string} [note] how it came about, or what it was measured against
 */

/** @param {Row} row @returns {boolean | undefined} nothing where the row has no bar */
export function met(row) {
  if (row.bar === undefined) return undefined;
  return row.better === 'lower' ? row.value <= row.bar : row.value >= row.bar;
}

/**
 * Reads the rows of an earlier run.
 * @param {string} file
 * @returns {Map<string, Row>}
 */
export function readRows(file) {
  if (!existsSync(file)) return new Map();
  const { rows } = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(rows.map((/** @type {Row} */ row) => [row.id, row]));
}

/**
 * Writes the run as `latest.json` and under its time. A run of some parts only keeps the other parts' last rows in
 * `latest.json`, so that it stays the whole table.
 * @param {string} folder
 * @param {Row[]} rows
 * @param {object} machine
 * @param {string} time when the run began, in ISO 8601: the same run may be written again when it has more rows
 */
export function writeRows(folder, rows, machine, time) {
  mkdirSync(folder, { recursive: true });
  const dated = rows.map((row) => ({ ...row, met: met(row), time }));
  const json = (/** @type {object[]} */ all) => `${JSON.stringify({ time, machine, rows: all }, null, 1)}\n`;
  writeFileSync(join(folder, `${time.replaceAll(':', '').slice(0, 17)}.json`), json(dated));
  const latest = readRows(join(folder, 'latest.json'));
  for (const row of dated) latest.set(row.id, row);
  writeFileSync(join(folder, 'latest.json'), json([...latest.values()]));
}

/**
 * The table as Markdown, so that it can be put into a document as it is.
 * @param {Row[]} rows
 * @param {Map<string, Row>} before
 */
export function table(rows, before) {
  const cells = rows.map((row) => {
    const sign = row.better === 'lower' ? '≤' : '≥';
    const was = before.get(row.id);
    const change = was && was.value && was.unit === row.unit ? ((row.value - was.value) / was.value) * 100 : undefined;
    const verdict = met(row);
    return [
      row.what,
      row.bar === undefined ? '' : `${sign} ${number(row.bar)} ${row.unit}`,
      `${number(row.value)} ${row.unit}`,
      verdict === undefined ? '' : verdict ? 'yes' : '**no**',
      change === undefined ? '' : `${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(Math.abs(change) < 10 ? 1 : 0)} %`,
      row.note ?? '',
    ];
  });
  const head = ['what', 'bar', 'measured', 'met', 'change', 'how'];
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map((line) => width(line[column]))));
  // The last column is long and ragged; padding it would only wrap every line of a terminal.
  const line = (/** @type {string[]} */ texts) =>
    `| ${texts.map((text, column) => (column === head.length - 1 ? text : text + ' '.repeat(widths[column] - width(text)))).join(' | ')} |`;
  return [line(head), `|${head.map((_, column) => '-'.repeat(column === head.length - 1 ? 5 : widths[column] + 2)).join('|')}|`, ...cells.map(line)].join('\n');
}

/** @param {string} text */
function width(text) {
  return [...text].length;
}

/** Three significant digits, no exponent. @param {number} value */
export function number(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : size >= 1 ? value.toFixed(2) : value.toPrecision(2);
}
