// The guard's way of calling the scanner: texts longer than its buffer, positions, and what takes the place of keys.
// It runs with the translated scanner that scripts/build leaves in the target folder.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const translated = resolve(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'package/scanner/scanner.js');
if (!existsSync(translated)) throw new Error(`${translated} is missing: run scripts/build first`);

// The modules that touch no page, bundled as they are for a frame.
globalThis.self ??= /** @type {any} */ (globalThis);
Object.assign(globalThis, { origin: 'https://forum.example' });
Object.assign(globalThis, { window: globalThis, top: null });
const { outputFiles } = await build({
  stdin: {
    contents: 'export * from "./scanner.js"; export { withReplacements } from "./rewrite.js"; export * as findings from "./findings.js"; export { learn } from "./kinds.js";',
    resolveDir: join(root, 'extension/guard'),
  },
  bundle: true,
  write: false,
  format: 'esm',
  alias: { 'scanner-carrier': join(root, 'extension/guard/carrier-js.js'), 'scanner-translated': translated },
});
const guard = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

// What the background answers, from the file that the package has.
const { readKinds } = await import(new URL('../../extension/kinds.js', import.meta.url).href);
const kinds = readKinds(readFileSync(join(translated, '../../kinds.txt'), 'utf8'));
const answers = { sendMessage: async ({ detectors }) => ({ style: ' ', kinds: detectors.map((number) => kinds[number]) }) };

const key = ['sk', '3f0c9a1b7d2e4c5f8a6b0d1e2f3a4b5c'].join('-');
const spans = (text) => guard.scan(text).map(({ start, end }) => text.slice(start, end));

test('a key is found wherever the end of a buffer cuts it', () => {
  // 64 KiB is more than any buffer's part of a text; each shift moves the key over the cut by one.
  for (const before of [0, 1, 4000, 16_300, 32_700, 65_480, 65_500, 65_530, 131_040, 500_000]) {
    for (let shift = 0; shift < 48; shift += 7) {
      const text = `${'x '.repeat((before + shift) >> 1)}${key} and more${' y'.repeat(4_000)}`;
      assert.deepEqual(spans(text), [key], `after ${before + shift} units`);
    }
  }
});

test('positions count UTF-16 units, whatever stands before', () => {
  const odd = ['\ud800', '\0', '\u{1f511}', '\u0627\u0644\u0645\u0641\u062a\u0627\u062d', 'e\u0301', '\udfff'];
  for (const part of [...odd, odd.join('')]) {
    for (const times of [1, 3, 30_000]) {
      const text = `${part.repeat(times)} ${key}`;
      assert.deepEqual(spans(text), [key], JSON.stringify([part, times]));
    }
  }
});

test('every key of a long list is found once', () => {
  const keys = Array.from({ length: 5000 }, (_, index) => ['sk', `3f0c9a1b7d2e4c5f8a6b0d${(0xa1b2c3d4e0 + index).toString(16)}`].join('-'));
  assert.deepEqual(spans(keys.join('\n')), keys);
});

test('nothing is found in nothing', () => {
  for (const text of ['', ' ', '\0', 'sk-', 'sk-short']) assert.deepEqual(spans(text), []);
});

test('slices find what one scan finds', async () => {
  const text = `${key} ${'words '.repeat(300_000)}${key}`;
  assert.deepEqual(await guard.scanInSlices(text), guard.scan(text));
});

test('a scan that takes too long says so', () => {
  assert.throws(() => guard.scan('text', performance.now() - 1), guard.TooLong);
});

test('where the background says nothing, a key is a secret of nobody', async () => {
  const text = `const k = "${key}";`;
  const part = { text, findings: guard.scan(text) };
  await guard.learn(part.findings.map(({ detector }) => detector));
  const [redacted, variable] = ['redact', 'variable'].map((pick) => guard.withReplacements(part, [pick]));
  assert.equal(redacted, 'const k = "[redacted: secret]";');
  assert.equal(variable, 'const k = process.env.SECRET;');
  for (const result of [redacted, variable]) assert.deepEqual(spans(result), []);
});

test('what takes the place of keys', async () => {
  const text = `client = Client(api_key="${key}")\n# ${key}`;
  const part = { text, findings: guard.scan(text) };
  Object.assign(globalThis, { chrome: { runtime: answers } });
  await guard.learn(part.findings.map(({ detector }) => detector));
  const redacted = '[redacted: DeepSeek API key]';
  assert.equal(guard.withReplacements(part, ['redact', 'redact']), `client = Client(api_key="${redacted}")\n# ${redacted}`);
  const mixed = guard.withReplacements(part, ['variable', 'redact']);
  assert.equal(mixed, `client = Client(api_key=os.environ["DEEPSEEK_API_KEY"])\n# ${redacted}`);
  for (const result of [mixed, guard.withReplacements(part, ['variable', 'variable'])]) assert.deepEqual(spans(result), []);
});

test('what was let through is not asked about again, its neighbours are', () => {
  const { findings } = guard;
  const other = key.replace('3f0c', '4f0c');
  const text = `${key} ${other}`;
  const found = findings.findIn(text);
  assert.equal(found.length, 2);
  findings.remember({ text, findings: found.slice(0, 1) });
  const asked = findings.findIn(`${other} ${key}`);
  assert.deepEqual(asked.map(({ start, end }) => `${other} ${key}`.slice(start, end)), [other]);
  assert.equal(findings.isRemembered(text), false);
  findings.rememberUnchecked(text);
  assert.equal(findings.isRemembered(text), true);
  assert.equal(findings.isRemembered(`${text}.`), false);
});
