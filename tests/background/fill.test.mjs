// A fill through the built background module, from the shortcut to the key in the field's frame, and how long it takes behind an
// unlocking. Needs scripts/build.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { ask, browser, bytes, fillable, module, restart } from './browser.mjs';

const passphrase = 'entirely made-up battery 42';
const key = ['sk-', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'].join('');
const unlock = () => ask('unlockVault', { passphrase: bytes(passphrase), acceptOlder: false });

let entry = '';

/** The person asks by the shortcut; gives the name of the ask. */
async function asked() {
  browser.calls.length = 0;
  await module.fillAsked(1, false);
  const opened = browser.calls.find((call) => call.startsWith('window '));
  return new URLSearchParams(opened.split('?')[1]).values().next().value;
}

before(async () => {
  await module.start();
  await ask('createVault', { passphrase: bytes(passphrase) });
  ({ entry } = await ask('storeEntry', { details: { name: 'a name', provider: 'DeepSeek' }, key: bytes(key), notes: [] }));
  await ask('approveOrigin', { entry, origin: 'https://tool.example' });
});

test('a confirmed fill reaches the frame once', async () => {
  const written = fillable('https://tool.example');
  const name = await asked();
  const { open } = await ask('fillPending', { ask: name });
  assert.equal(open.origin, 'https://tool.example');
  assert.deepEqual(await ask('fillConfirm', { ask: name, entry }), { refused: null });
  assert.deepEqual(await ask('fillConfirm', { ask: name, entry }), { refused: 'used' });
  assert.deepEqual(written, [key]);
  const [past] = await ask('fillRecent');
  assert.deepEqual([past.ask, past.origin, past.entry, past.refused], [name, 'https://tool.example', entry, null]);
  // Remembered across the death of the background.
  await restart();
  assert.equal((await ask('fillRecent'))[0].ask, name);
});

test('locking ends what is asked, whichever way', async () => {
  const ways = [() => ask('lockVault'), () => module.lockAsked(), () => module.idleState('locked')];
  for (const lock of ways) {
    const written = fillable('https://tool.example');
    const name = await asked();
    assert.equal((await ask('fillPending', { ask: name })).type, 'open');
    await lock();
    assert.deepEqual(await unlock(), {});
    assert.deepEqual(await ask('fillPending', { ask: name }), { type: 'refused', refusal: 'locked' });
    assert.deepEqual(await ask('fillConfirm', { ask: name, entry }), { refused: 'locked' });
    assert.deepEqual(written, []);
  }
});

test('what is asked while the vault is locked waits for it to be opened', async () => {
  await ask('lockVault');
  const written = fillable('https://tool.example');
  const name = await asked();
  assert.equal((await ask('fillPending', { ask: name })).type, 'locked');
  // The background dies while the person types.
  await restart();
  await unlock();
  assert.equal((await ask('fillPending', { ask: name })).type, 'open');
  assert.deepEqual(await ask('fillConfirm', { ask: name, entry }), { refused: null });
  assert.deepEqual(written, [key]);
});

test('an origin that is not approved gets nothing', async () => {
  const written = fillable('https://tool.example:8443');
  const name = await asked();
  assert.deepEqual(await ask('fillConfirm', { ask: name, entry }), { refused: 'notApproved' });
  assert.deepEqual(written, []);
});
