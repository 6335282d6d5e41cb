// Text without keys: npm packages and Python wheels of pinned versions and checksums (detection-packages.json), and the crates of
// Cargo.lock. Source, bundles, lock files, logs, documents and prose, as they were published.

import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fetchCrates } from './corpus.mjs';

/** Larger files are generated tables; a few of them would be most of the bytes. */
const FILE_BYTES = 1_500_000;
/** @type {Record<string, number>} For the same reason no package of a registry gives more than this. */
const PACKAGE_BYTES = { npm: 1_600_000, pypi: 1_600_000, crates: 200_000 };
const LEAST_BYTES = 50_000_000;
/** What is no text that anybody writes or pastes: pictures, fonts, archives, maps of minifiers. */
const LEFT_OUT = /\.(map|png|jpe?g|gif|webp|ico|woff2?|ttf|eot|wasm|gz|zip|mo|pyc|node|mp3|mp4|pdf)$/i;
/** Crates of Cargo.lock that consist of passwords: their tests are lists of them. */
const PASSWORDS = /^zxcvbn-/;
/** @type {[string, RegExp][]} the first that fits */
const KINDS = [
  ['lock files', /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|Cargo\.lock|poetry\.lock|RECORD)$/],
  ['logs', /\.log$|(^|\/)(CHANGES|CHANGELOG|HISTORY|NEWS)[^/]*$/i],
  ['minified', /[.-]min\.|\.bundle\.|\/(dist|umd|static)\/.*\.(js|css)$/],
  ['documents and prose', /\.(md|markdown|rst|txt|html?|po|pot)$|(^|\/)(README|LICEN[CS]E|COPYING|AUTHORS|NOTICE)[^/]*$/i],
  ['data', /\.(json5?|ya?ml|toml|ini|cfg|csv|xml|svg|lock)$/],
  ['source', /./],
];

/**
 * @typedef {object} Benign
 * @property {string} folder one file for each file of a package, in folders of their packages
 * @property {number} bytes
 * @property {number} files
 * @property {number} packages
 * @property {string} sha256 of all files in their order
 * @property {Record<string, number>} kinds bytes of each kind
 */

/**
 * Makes the text in a folder, or takes what an earlier run made there of the same packages.
 * @param {string} root of the repository
 * @param {string} folder
 * @returns {Benign}
 */
export function benign(root, folder) {
  const list = readFileSync(new URL('detection-packages.json', import.meta.url));
  const stamp = createHash('sha256').update(list).update(readFileSync(join(root, 'Cargo.lock'))).update(readFileSync(new URL(import.meta.url))).digest('hex');
  const index = join(folder, 'benign.json');
  if (existsSync(index)) {
    const known = JSON.parse(readFileSync(index, 'utf8'));
    if (known.stamp === stamp) return known.made;
  }
  const files = join(folder, 'files');
  rmSync(files, { recursive: true, force: true });
  const hash = createHash('sha256');
  /** @type {Benign} */
  const made = { folder: files, bytes: 0, files: 0, packages: 0, sha256: '', kinds: {} };
  for (const [name, source] of packages(root, folder, JSON.parse(list.toString()))) {
    const most = PACKAGE_BYTES[name.split('/')[0]];
    let room = most;
    for (const path of texts(source)) {
      const bytes = readFileSync(join(source, path));
      if (bytes.length > room || !isUtf8(bytes)) continue;
      room -= bytes.length;
      const to = join(files, name, path);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, bytes);
      hash.update(bytes);
      made.bytes += bytes.length;
      made.files += 1;
      const kind = KINDS.find(([, pattern]) => pattern.test(path))?.[0] ?? 'source';
      made.kinds[kind] = (made.kinds[kind] ?? 0) + bytes.length;
    }
    if (room < most) made.packages += 1;
  }
  made.sha256 = hash.digest('hex');
  if (made.bytes < LEAST_BYTES) throw new Error(`only ${made.bytes} bytes of benign text`);
  writeFileSync(index, JSON.stringify({ stamp, made }, null, 1));
  return made;
}

/**
 * Name and folder of each package, unpacked, sorted by name.
 * @param {string} root @param {string} folder @param {{ npm: Record<string, string>, pypi: Record<string, string> }} list
 * @returns {[string, string][]}
 */
function packages(root, folder, list) {
  /** @type {[string, string][]} */
  const found = [];
  for (const [id, integrity] of Object.entries(list.npm)) {
    const name = `npm/${id.replaceAll('/', '+')}`;
    const fetched = fetchOnce(join(folder, 'packages', name), integrity, (to) =>
      execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', to, id], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    found.push([name, unpacked(fetched, (to) => execFileSync('tar', ['-xzf', fetched, '-C', to, '--no-same-owner']))]);
  }
  for (const [id, integrity] of Object.entries(list.pypi)) {
    const name = `pypi/${id.replace('==', '@')}`;
    const words = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--platform', 'any', '--python-version', '311'];
    const fetched = fetchOnce(join(folder, 'packages', name), integrity, (to) =>
      execFileSync('python3', [...words, '--dest', to, id], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    found.push([name, unpacked(fetched, (to) => execFileSync('python3', ['-m', 'zipfile', '-e', fetched, to]))]);
  }
  // cargo checks them against the lock file.
  fetchCrates(root);
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');
  const registries = readdirSync(registry).map((name) => join(registry, name));
  for (const block of readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]').slice(1)) {
    if (!/^source = "registry/m.test(block)) continue;
    const crate = `${/^name = "(.*)"/m.exec(block)?.[1]}-${/^version = "(.*)"/m.exec(block)?.[1]}`;
    const source = registries.map((name) => join(name, crate)).find((name) => existsSync(name));
    if (source && !PASSWORDS.test(crate)) found.push([`crates/${crate}`, source]);
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * The one file of a package, fetched by the registry's own client once and checked against its checksum.
 * @param {string} folder @param {string} integrity @param {(to: string) => void} fetch
 */
function fetchOnce(folder, integrity, fetch) {
  const file = () => (existsSync(folder) ? readdirSync(folder).find((name) => /\.(tgz|whl)$/.test(name)) : undefined);
  if (!file()) {
    mkdirSync(folder, { recursive: true });
    fetch(folder);
  }
  const name = file();
  if (!name) throw new Error(`nothing was fetched into ${folder}`);
  const [algorithm] = integrity.split('-');
  const is = `${algorithm}-${createHash(algorithm).update(readFileSync(join(folder, name))).digest('base64')}`;
  if (is !== integrity) throw new Error(`${basename(folder)}: ${is} is not ${integrity}`);
  return join(folder, name);
}

/** @param {string} file @param {(to: string) => void} unpack */
function unpacked(file, unpack) {
  const folder = `${file}.unpacked`;
  if (!existsSync(folder)) {
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    unpack(part);
    renameSync(part, folder);
  }
  return folder;
}

/** @param {string} folder @returns {string[]} in the order of a hash of their paths, so that what is taken is of all folders */
function texts(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => !LEFT_OUT.test(path) && extname(path) !== '.so')
    .map((path) => ({ path, stat: statSync(join(folder, path)), order: createHash('md5').update(path).digest('hex') }))
    .filter(({ stat }) => stat.isFile() && stat.size > 0 && stat.size <= FILE_BYTES)
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ path }) => path);
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
