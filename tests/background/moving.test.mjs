// What comes into the vault and goes out of it, through the built modules: files, backups, settings of tools, switches of
// detectors, and the strength of passphrases. Needs scripts/build.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { ask, askAsFrame, browser, bytes, folder, module, restart, text } from './browser.mjs';

const passphrase = 'entirely made-up battery 42';
const deepseek = ['sk-', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'].join('');
const internal = ['internal', 'token', 'of-nobody-42'].join('-');
const encoder = new TextEncoder();

/** A module that pages load, as extension/load.js does it. */
async function load(name) {
  const glue = await import(pathToFileURL(`${folder}${name}.js`).href);
  const exports = await glue.default({ module_or_path: readFileSync(`${folder}${name}_bg.wasm`) });
  return { glue, memory: () => Buffer.from(exports.memory.buffer) };
}

const { glue: transfer, memory: transferMemory } = await load('transfer');
const { glue: kinds, memory: kindsMemory } = await load('question');
const memory = () => Buffer.concat([transferMemory(), kindsMemory()]);
const readFile = (file, secret) => transfer.readFile(file, secret, kinds);
const { glue: strength, memory: strengthMemory } = await load('strength');

const unlock = () => ask('unlockVault', { passphrase: bytes(passphrase), acceptOlder: false });
const entries = () => ask('entries');

/** Reads a file and compares it with the vault. */
async function preview(file, secret) {
  const read = readFile(file, secret);
  const { standings } = await ask('importPreview', { candidates: read.candidates });
  return { ...read, standings };
}

const dotenv = () =>
  encoder.encode(`# made up\nexport DEEPSEEK_API_KEY="${deepseek}"\nINTERNAL_TOKEN=Bearer ${internal}\nPORT=8080\nTWICE_KEY=${deepseek}\n`);

before(async () => {
  await module.start();
  await ask('createVault', { passphrase: bytes(passphrase) });
});

test('a frame gets none of it', async () => {
  for (const [type, fields] of [
    ['exportAll', {}], ['importPreview', { candidates: [] }], ['importTake', { chosen: [0] }], ['removeVault', {}],
    ['guardSettings', {}], ['setDetectorOn', { detector: 'deepseek.api-key', on: false }], ['fillRecent', {}],
    ['rescueEntries', { passphrase: bytes(passphrase) }],
  ]) {
    assert.deepEqual(await askAsFrame(type, fields), { error: 'notUnderstood' }, type);
  }
});

test('a file is previewed, chosen from and stored', async () => {
  const shown = await preview(dotenv());
  assert.equal(shown.source, 'dotenv');
  assert.deepEqual(shown.lines.map((line) => [line.details.variable, line.details.provider, line.chosen]), [
    ['DEEPSEEK_API_KEY', 'DeepSeek', true], ['INTERNAL_TOKEN', '', true], ['PORT', '', false], ['TWICE_KEY', '', true],
  ]);
  assert.deepEqual(shown.lines[1].removed, ['bearer']);
  assert.deepEqual(shown.standings, ['new', 'new', 'new', { type: 'twice', place: 0 }]);
  // The preview outlives the background.
  await restart();
  assert.deepEqual(await ask('importTake', { chosen: [0, 1, 3] }), { stored: 2, left: 1 });
  assert.deepEqual((await entries()).map((entry) => entry.details.name), ['DEEPSEEK_API_KEY', 'INTERNAL_TOKEN']);
  assert.deepEqual(await ask('importTake', { chosen: [0] }), { error: 'noPreview' });
  const again = await preview(dotenv());
  assert.deepEqual(again.standings.map((standing) => standing.type ?? standing), ['stored', 'stored', 'new', 'stored']);
});

test('locking forgets a preview, and so does dropping it', async () => {
  await preview(dotenv());
  await ask('lockVault');
  assert.deepEqual([...browser.session.records.keys()].filter((name) => name.startsWith('keeper.')), []);
  assert.deepEqual(await ask('importTake', { chosen: [2] }), { error: 'locked' });
  await unlock();
  assert.deepEqual(await ask('importTake', { chosen: [2] }), { error: 'noPreview' });
  await preview(dotenv());
  assert.deepEqual(await ask('importDrop'), {});
  assert.deepEqual(await ask('importTake', { chosen: [2] }), { error: 'noPreview' });
});

test('what waits in the session is sealed', async () => {
  await preview(dotenv());
  const waiting = Buffer.from(JSON.parse(browser.session.records.get('keeper.batch')), 'base64');
  assert.ok(waiting.length > 100);
  assert.ok(!waiting.includes(internal));
  await ask('importDrop');
});

test('files that are none of ours are refused by name', () => {
  for (const [file, error] of [
    ['nothing of the kind', 'unknown'], ['PK\x03\x04…', 'archive'], ['{"encrypted": true}', 'encrypted'], ['{"items": [', 'damaged'],
  ]) {
    assert.deepEqual(readFile(encoder.encode(file)), { error }, file);
  }
});

test('an entry is written for a tool', async () => {
  const [{ entry }] = await entries();
  const exported = await ask('exportEntry', { entry });
  const written = transfer.writeEntry(exported, 'shell');
  assert.equal(text(written.text), `export DEEPSEEK_API_KEY='${deepseek}'\n`);
  // Reading it has overwritten what came from the background.
  assert.ok(exported.key.every((byte) => byte === 0));
  assert.equal((await entries())[0].lastUseAt, '');
});

test('a key that is typed is looked at', () => {
  const question = (key, provider) => kinds.question({ key: bytes(key) }, provider);
  const known = question(` ${deepseek}\n`, 'DeepSeek');
  assert.ok(known.providers.includes('DeepSeek'));
  assert.equal(known.variable, 'DEEPSEEK_API_KEY');
  assert.deepEqual(known.doubts, []);
  assert.deepEqual(question(internal, 'DeepSeek').doubts, ['notOfProvider']);
  assert.deepEqual(question('two words', '').doubts, ['blanksInside']);
});

test('a backup brings everything into another vault', async () => {
  const exported = await ask('exportAll');
  assert.equal(exported.lost, 0);
  const file = transfer.writeBackup(exported, encoder.encode('another made-up passphrase'));
  assert.equal(Buffer.from(file.slice(0, 22)).toString(), 'age-encryption.org/v1\n');
  assert.ok(!Buffer.from(file).includes(internal));
  assert.deepEqual(readFile(file), { error: 'needsPassphrase' });
  assert.deepEqual(readFile(file, encoder.encode('wrong')), { error: 'cannotOpen' });

  assert.deepEqual(await ask('removeVault'), {});
  assert.equal((await ask('vaultState')).presence, 'absent');
  assert.deepEqual([...browser.local.records.keys()].filter((name) => name.startsWith('vault')), []);
  await ask('createVault', { passphrase: bytes(passphrase) });
  const shown = await preview(file, encoder.encode('another made-up passphrase'));
  assert.equal(shown.source, 'backup');
  assert.deepEqual(shown.standings, ['new', 'new']);
  assert.deepEqual(await ask('importTake', { chosen: [0, 1] }), { stored: 2, left: 0 });
  const [{ entry }] = await entries();
  assert.equal(text((await ask('revealKey', { entry })).key), deepseek);
});

test('nothing of it stays in the memory of the module for files', () => {
  // Each test before this one went through it; the search finds what is there.
  assert.ok(memory().includes('age-encryption.org/v1'));
  for (const secret of [deepseek, internal, 'another made-up passphrase']) {
    for (let at = 0; at + 12 <= secret.length; at++) {
      assert.ok(!memory().includes(secret.slice(at, at + 12)), `at ${at} of ${secret.length}`);
    }
  }
});

test('a weak passphrase is refused by its length, and judged by its guesses', async () => {
  assert.deepEqual(await ask('changePassphrase', { passphrase: bytes('Short4!x') }), { error: 'weakPassphrase' });
  const judge = (passphrase) => strength.judge(encoder.encode(passphrase), ['keyward']);
  assert.deepEqual(judge('correct horse battery staple'), { score: 4, advice: [] });
  assert.equal(judge('keyward2026').score < 3, true);
  assert.ok(judge('password').advice.includes('common'));
  const typed = 'vQ7~zorilla-mxPq';
  assert.ok(judge(typed).score >= 3);
  for (let at = 0; at + 8 <= typed.length; at++) assert.ok(!strengthMemory().includes(typed.slice(at, at + 8)));
});

test('a detector that is switched off passes everywhere', async () => {
  const id = 'deepseek.api-key';
  const before = await askAsFrame('guardState');
  assert.deepEqual(before.allowed, []);
  assert.deepEqual(await ask('setDetectorOn', { detector: 'no.such', on: false }), { error: 'notUnderstood' });
  assert.deepEqual(await ask('setDetectorOn', { detector: id, on: false }), {});
  const [number] = (await askAsFrame('guardState')).allowed;
  assert.equal(typeof number, 'number');
  const held = await askAsFrame('held', { road: 'paste', detectors: [number] });
  assert.deepEqual(held.state.allowed, [number]);
  await ask('setSite', { origin: 'https://page.example', mode: 'off', private: false });
  // Settings outlive the background.
  await restart();
  const rest = { rules: [], loss: 'none', sending: false, sign: false, unwatched: [], harmless: [] };
  assert.deepEqual(await ask('guardSettings'), {
    ...rest, off: [id], sites: [{ origin: 'https://page.example', mode: 'off' }],
  });
  await ask('setDetectorOn', { detector: id, on: true });
  await ask('setSite', { origin: 'https://page.example', mode: 'on', private: false });
  assert.deepEqual(await ask('guardSettings'), { ...rest, off: [], sites: [] });
  const recent = await ask('recent', { private: false });
  assert.equal(recent[0].outcome, 'passedByRule');
  assert.deepEqual(await ask('fillRecent'), []);
});
