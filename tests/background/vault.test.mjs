// The vault in the built background module: who may ask, what locks it, and that nothing secret is in the module's memory after
// locking. Needs scripts/build.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ask, askAsFrame, browser, bytes, memory, module, modules, restart, text } from './browser.mjs';

const passphrase = 'entirely made-up battery 42';
const key = ['sk-', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'].join('');
const name = 'the name of a made-up entry';
const notes = 'notes about a made-up entry';
/** Bytes in a row that are taken for a piece of a secret. */
const PIECE = 12;

let recovery = '';
let entry = '';

/** The vault key, out of the session: its last 32 bytes. */
const vaultKey = () =>
  Buffer.from(JSON.parse(browser.session.records.get('keeper.open') ?? '""'), 'base64').subarray(-32);

/** How many pieces of a secret are in the memory of the modules. */
async function pieces(secret) {
  const whole = await memory();
  let found = 0;
  for (let at = 0; at + PIECE <= secret.length; at++) found += whole.includes(secret.subarray(at, at + PIECE));
  return found;
}

async function unlock(with_ = passphrase) {
  return ask('unlockVault', { passphrase: bytes(with_), acceptOlder: false });
}

const presence = async () => (await ask('vaultState')).presence;

before(async () => {
  await module.start();
  assert.equal(await presence(), 'absent');
  const started = performance.now();
  const created = await ask('createVault', { passphrase: bytes(passphrase) });
  console.log(`# made in ${Math.round(performance.now() - started)} ms`);
  recovery = text(created.recovery);
  assert.match(recovery, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  const stored = await ask('storeEntry', {
    details: { name, provider: 'DeepSeek', owner: '', scope: '', purpose: '', variable: '' },
    key: bytes(` ${key}\n`),
    notes: bytes(notes),
  });
  assert.deepEqual(stored.removed, ['blanks', 'lineBreaks'].filter((removed) => stored.removed.includes(removed)));
  assert.equal(stored.duplicate, false);
  entry = stored.entry;
});

test('a frame is not answered, whatever it asks', async () => {
  const requests = [
    ['vaultState', {}], ['entries', {}], ['revealKey', { entry }], ['copyKey', { entry }], ['exportSealed', {}], ['lockVault', {}],
    ['unlockVault', { passphrase: bytes(passphrase), acceptOlder: false }],
    ['approveOrigin', { entry, origin: 'https://page.example' }],
  ];
  for (const [type, fields] of requests) {
    assert.deepEqual(await askAsFrame(type, fields), { error: 'notUnderstood' }, type);
  }
  assert.equal(await presence(), 'open');
});

test('what was sent is overwritten', async () => {
  const sent = bytes('wrong, and wiped');
  await ask('unlockVault', { passphrase: sent, acceptOlder: false });
  assert.deepEqual(sent, Array(16).fill(0));
});

test('nothing secret is in the memory after locking', async () => {
  // After each way in, whether the module made the vault, opened it or took it over from a background that died.
  const waysIn = [
    async () => {},
    () => unlock(),
    async () => {
      await unlock();
      await restart();
    },
    () => ask('unlockWithRecovery', { code: bytes(recovery), acceptOlder: false }),
  ];
  const waysOut = [
    () => ask('lockVault'),
    () => module.lockAsked(),
    () => module.idleState('locked'),
    () => ask('lockVault'),
  ];
  for (const [number, enter] of waysIn.entries()) {
    await enter();
    const revealed = await ask('revealKey', { entry });
    assert.equal(text(revealed.key), key);
    assert.equal(text(revealed.notes), notes);
    assert.equal((await ask('entries'))[0].details.name, name);
    const secrets = { passphrase, key, name, notes, recovery, code: recovery.replaceAll('-', '') };
    const sought = Object.entries(secrets).map(([what, secret]) => [what, Buffer.from(secret)]);
    sought.push(['vault key', Buffer.from(vaultKey())]);
    assert.equal(sought.at(-1)[1].length, 32);
    // The search would find it: the vault key has to be there while the vault is open.
    assert.equal(await pieces(sought.at(-1)[1]), 32 - PIECE + 1);
    await waysOut[number]();
    assert.equal(await presence(), 'locked');
    assert.deepEqual([...browser.session.records.keys()].filter((name) => name.startsWith('keeper.')), []);
    for (const [what, secret] of sought) assert.equal(await pieces(secret), 0, `${what}, way ${number}`);
    assert.deepEqual(await ask('revealKey', { entry }), { error: 'locked' });
  }
});

test('a wrong passphrase leaves nothing in the memory either', async () => {
  const wrong = 'a wrong passphrase, made up';
  assert.deepEqual(await unlock(wrong), { error: 'cannotOpen' });
  assert.equal(await pieces(Buffer.from(wrong)), 0);
  assert.deepEqual(await unlock(), {});
});

test('the alarm rings as long as the vault is open', async () => {
  await ask('entries');
  assert.deepEqual(browser.alarms.get('vault'), { periodInMinutes: 1 });
  await module.alarm('vault');
  assert.equal(await presence(), 'open');
  await ask('lockVault');
  assert.equal(browser.alarms.has('vault'), false);
  await unlock();
});

test('a copied key is taken off the clipboard later', async () => {
  const started = Date.now();
  const copied = await ask('copyKey', { entry });
  assert.equal(text(copied.key), key);
  const when = browser.alarms.get('clipboard').when;
  assert.equal(when, copied.untilMs);
  assert.ok(when >= started + 30_000 && when <= Date.now() + 30_000);
  // Also by a background that knows nothing of it.
  await restart();
  await module.alarm('clipboard');
  assert.deepEqual(browser.calls, ['open clipboard.html CLIPBOARD', 'close']);
});

test('a module that fails is replaced alone, and whoever waits for it is told', async () => {
  const { guardModule, vaultModule } = modules;
  const ready = guardModule.ready;
  const waiting = vaultModule.call(() => new Promise(() => {}));
  await vaultModule.ready;
  const trap = Object.assign(new Error(), { stack: 'unreachable\n at chrome-extension://a/wasm/vault.js:1:2' });
  modules.failed(trap);
  await assert.rejects(waiting, trap);
  assert.equal(guardModule.ready, ready);
  // The next one finds the vault as it was: open.
  assert.equal(await presence(), 'open');
  // What comes late for the one before says nothing about this one.
  const { ready: fresh } = vaultModule;
  modules.failed(new Error('Cannot invoke closure from previous WASM instance'));
  assert.equal(vaultModule.ready, fresh);
});

test('on the disk is neither passphrase, key, name nor notes', () => {
  const disk = [...browser.local.records.entries()].map(([name, value]) => {
    const record = JSON.parse(value);
    return Buffer.concat([Buffer.from(name + value), Buffer.from(typeof record === 'string' ? record : '', 'base64')]);
  });
  assert.ok(disk.length > 3);
  for (const secret of [passphrase, key, name, notes, recovery].map((secret) => Buffer.from(secret)).concat(vaultKey())) {
    for (const record of disk) {
      for (let at = 0; at + PIECE <= secret.length; at++) {
        assert.ok(!record.includes(secret.subarray(at, at + PIECE)));
      }
    }
  }
});
