// Ordinary source text, put together from what scripts/setup and cargo left on the machine: the npm packages of
// package-lock.json and the crates of Cargo.lock. The lock files decide what is in it, so two machines have the same.

import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';

/** What a person keeps in a folder of source: code, data and documents, no maps of minifiers and no binaries. */
const EXTENSIONS = new Set(
  '.rs .js .mjs .cjs .ts .mts .tsx .jsx .json .md .toml .yml .yaml .css .html .c .h .S .py .sh .txt .svg .xml .wat'.split(' '),
);
/** Larger files are bundles and generated tables; a few of them would be most of the bytes. */
const FILE_BYTES = 512 * 1024;
/** For the same reason no package gives more than this. */
const PACKAGE_BYTES = 640 * 1024;

/**
 * @typedef {object} Corpus
 * @property {string} folder the files, in folders of their packages
 * @property {string} text all files one behind the other
 * @property {number} bytes
 * @property {number} files
 * @property {number} packages
 * @property {string} sha256 of `text`; runs over different text are not comparable
 * @property {Record<string, number>} kinds bytes of each file extension
 */

/**
 * Makes the corpus in a folder, or takes what an earlier run with the same lock files made there.
 * @param {string} root of the repository
 * @param {string} folder
 * @returns {Corpus}
 */
export function corpus(root, folder) {
  const locks = ['package-lock.json', 'Cargo.lock'].map((name) => readFileSync(join(root, name)));
  const stamp = createHash('sha256').update(Buffer.concat(locks)).update(readFileSync(new URL(import.meta.url))).digest('hex');
  const index = join(folder, 'corpus.json');
  if (existsSync(index)) {
    const known = JSON.parse(readFileSync(index, 'utf8'));
    if (known.stamp === stamp) return known.corpus;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'files'), { recursive: true });
  const text = join(folder, 'corpus.txt');
  const out = openSync(text, 'w');
  const hash = createHash('sha256');
  /** @type {Corpus} */
  const made = { folder: join(folder, 'files'), text, bytes: 0, files: 0, packages: 0, sha256: '', kinds: {} };
  for (const [name, source] of packages(root)) {
    let room = PACKAGE_BYTES;
    for (const path of sources(source)) {
      const bytes = readFileSync(join(source, path));
      if (bytes.length > room || !isUtf8(bytes)) continue;
      room -= bytes.length;
      cpSync(join(source, path), join(folder, 'files', name, path));
      writeSync(out, bytes);
      hash.update(bytes);
      made.bytes += bytes.length;
      made.files += 1;
      const kind = extname(path).slice(1).toLowerCase();
      made.kinds[kind] = (made.kinds[kind] ?? 0) + bytes.length;
    }
    if (room < PACKAGE_BYTES) made.packages += 1;
  }
  closeSync(out);
  made.sha256 = hash.digest('hex');
  if (made.bytes < 50e6) throw new Error(`only ${made.bytes} bytes of source text: is node_modules whole, was cargo fetch run?`);
  writeFileSync(index, JSON.stringify({ stamp, corpus: made }, null, 1));
  return made;
}

/**
 * Pieces of the corpus as JavaScript strings.
 * @param {Corpus} corpus
 * @param {RegExp} name which files
 * @param {number} bytes how much
 * @param {boolean} ascii only files without another character, so that browsers keep the text in one byte a character
 */
export function sample(corpus, name, bytes, ascii) {
  let text = '';
  for (const path of sources(corpus.folder)) {
    if (!name.test(path)) continue;
    const piece = readFileSync(join(corpus.folder, path), 'utf8');
    if (ascii && /[^\x00-\x7f]/.test(piece)) continue;
    text += piece;
    if (text.length >= bytes) return text.slice(0, bytes);
  }
  throw new Error(`only ${text.length} characters of ${name}`);
}

/** @param {string} root @returns {[string, string][]} name and folder of each package, sorted by name */
function packages(root) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { os, cpu }] of Object.entries(lock.packages)) {
    // Packages of one platform are not on every disk; nested ones are older copies of others.
    const name = /^node_modules\/((@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    if (name && !os && !cpu) found.set(`npm/${name}`, join(root, path));
  }
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');
  const registries = readdirSync(registry).map((name) => join(registry, name));
  const blocks = readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]').slice(1);
  for (const block of blocks) {
    if (!/^source = "registry/m.test(block)) continue;
    const crate = `${/^name = "(.*)"/m.exec(block)?.[1]}-${/^version = "(.*)"/m.exec(block)?.[1]}`;
    const folder = registries.map((name) => join(name, crate)).find((name) => existsSync(name));
    if (folder) found.set(`crates/${crate}`, folder);
  }
  return [...found].filter(([, folder]) => existsSync(folder)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => EXTENSIONS.has(extname(path)) && !/(^|\/)(node_modules|\.cargo)/.test(path))
    .filter((path) => {
      const stat = statSync(join(folder, path));
      return stat.isFile() && stat.size <= FILE_BYTES;
    })
    .sort();
}

/** @param {Buffer} bytes */
function isUtf8(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return !bytes.includes(0);
  } catch {
    return false;
  }
}

/** Fetches the crates of Cargo.lock that no build has needed yet. @param {string} root */
export function fetchCrates(root) {
  execFileSync('cargo', ['fetch', '--quiet', '--locked'], { cwd: root, stdio: 'inherit' });
}
