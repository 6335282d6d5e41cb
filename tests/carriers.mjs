// The scanner's carriers give the same findings: node tests/carriers.mjs BUILT_DIR KEYWARD
//
// BUILT_DIR holds scanner.wasm and scanner.js (scripts/build-scanner), KEYWARD is the native program. Texts: the detectors'
// examples and look-alikes, what is generated from them, and the corpora, where KEYWARD_CORPORA names their folder.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [built, keyward] = process.argv.slice(2);
if (!built || !keyward) {
  console.error('usage: node tests/carriers.mjs BUILT_DIR KEYWARD');
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const { instantiate } = await import(pathToFileURL(resolve(built, 'scanner.js')).href);
const module = new WebAssembly.Module(readFileSync(join(built, 'scanner.wasm')));
if (WebAssembly.Module.imports(module).length > 0) throw new Error('the scanner imports something');
const carriers = { wasm: new WebAssembly.Instance(module).exports, js: instantiate() };

const encoder = new TextEncoder();

/** The lasting names of the detectors, by their number: a frame's scanner has the numbers only. */
const listed = spawnSync(keyward, ['detectors', '--json'], { encoding: 'utf8' });
if (listed.status !== 0) throw new Error(`${keyward} detectors: ${listed.stderr}`);
const ids = listed.stdout.trim().split('\n').map((line) => JSON.parse(line).detector);

/** Scans as extension/guard/scanner.js does, buffer by buffer; findings as `start end detector severity reason`. */
function scan(carrier, text) {
  const found = [];
  for (let position = 0; ; ) {
    const input = new Uint8Array(carrier.memory.buffer, carrier.input(), carrier.input_bytes());
    const { read, written } = encoder.encodeInto(text.slice(position, position + carrier.input_bytes()), input);
    const more = position + read < text.length;
    const count = carrier.scan(written, (more ? 1 : 0) | (position > 0 ? 2 : 0));
    for (let index = 0; index < count; index++) {
      const view = new DataView(carrier.memory.buffer, carrier.findings() + 16 * index, 16);
      const detector = ids[view.getUint16(8, true)];
      const severity = ['', 'possible', 'probable', 'certain'][view.getUint8(11)];
      const reason = ['shape', 'checksum', 'name', 'structure'][view.getUint8(12)];
      found.push(`${position + view.getUint32(0, true)} ${position + view.getUint32(4, true)} ${detector} ${severity} ${reason}`);
    }
    if (!more && !carrier.more_findings()) return found;
    const settled = carrier.settled();
    if (settled === 0) throw new Error('the scan does not advance');
    position += settled;
  }
}

/** What the native program finds in the same texts, one array a text. */
function native(texts) {
  const folder = mkdtempSync(join(tmpdir(), 'keyward-carriers-'));
  try {
    const names = texts.map((text, index) => {
      const name = join(folder, `${index}.txt`);
      writeFileSync(name, text);
      return name;
    });
    const found = new Map(names.map((name) => [name, []]));
    for (let from = 0; from < names.length; from += 500) {
      const run = spawnSync(keyward, ['scan', '--json', ...names.slice(from, from + 500)], { maxBuffer: 1 << 28 });
      if (run.error || run.status === null || run.status > 1) throw run.error ?? new Error(`keyward: ${run.stderr}`);
      for (const line of run.stdout.toString().split('\n').filter(Boolean)) {
        const finding = JSON.parse(line);
        found.get(finding.file).push(`${finding.start} ${finding.end} ${finding.detector} ${finding.severity} ${finding.reason}`);
      }
    }
    return names.map((name) => found.get(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let state = 1;
/** A number below the bound, the same in every run. */
function random(bound) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * bound);
}

/** The strings of the detectors' files: most are examples and look-alikes. */
function examples() {
  const folder = join(root, 'src/detect/detectors');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.toml'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^\s+(?:"(.*)"|'(.*)'),$/gm)])
    .map(([, basic, literal]) => (literal ?? basic.replaceAll('\\n', '\n').replaceAll('\\"', '"')).replaceAll(/<>|[«»]/g, ''));
}

function generated(examples) {
  const between = ['\n', ' ', '', '日本語', '🙂', '\u{200b}', '\0', ' = "', '\\n', '%3D', '\ud800', '://', '-----BEGIN ', 'x'.repeat(5000), 'שלום', '\ufeff'];
  return Array.from({ length: 150 }, (_, index) => {
    const parts = [];
    for (let length = 0; length < (index % 10 === 0 ? 200_000 : 800); length += parts.at(-1).length) {
      let example = examples[random(examples.length)];
      if (random(3) === 0) example = example.slice(random(example.length));
      if (random(3) === 0) example = example.replace(/./u, (first) => first + first);
      parts.push(example + between[random(between.length)]);
    }
    return parts.join('');
  });
}

function corpora() {
  const folder = process.env.KEYWARD_CORPORA ?? join(root, '../shared/corpora');
  if (!existsSync(folder)) {
    console.log('carriers: no corpora (KEYWARD_CORPORA); generated texts only');
    return [];
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line).text));
}

const known = examples();
if (known.length < 100) throw new Error('the examples were not read');
const texts = ['', ...known, ...generated(known), ...corpora()].map((text) => text.toWellFormed());
const expected = native(texts);
let findings = 0;
let different = 0;
texts.forEach((text, index) => {
  findings += expected[index].length;
  for (const [name, carrier] of Object.entries(carriers)) {
    const found = scan(carrier, text);
    if (found.join('\n') === expected[index].join('\n')) continue;
    if (different++ < 10) console.error(`carriers: ${name} differs on ${JSON.stringify(text.slice(0, 300))}\n  native ${expected[index].slice(0, 5).join('; ')}\n  ${name} ${found.slice(0, 5).join('; ')}`);
  }
});
const pages = Object.values(carriers).map((carrier) => carrier.memory.buffer.byteLength / 65536);
console.log(`carriers: ${texts.length} texts, ${findings} findings, ${different} differences; ${pages.join(' and ')} pages after`);
if (different > 0 || findings === 0) process.exit(1);
