// The part of scripts/bench.d/vault.mjs that has a process of its own: prints times in ms as JSON.

import { ask, browser, bytes, fillable, module, restart } from '../../tests/background/browser.mjs';

const TURNS = 7;
const passphrase = 'entirely made-up battery 42';
const origin = 'https://tool.example';

await module.start();
await ask('createVault', { passphrase: bytes(passphrase) });
const details = { name: 'a name', provider: 'DeepSeek' };
const { entry } = await ask('storeEntry', { details, key: bytes(['made', 'up', 'key'].join('-')), notes: [] });
await ask('approveOrigin', { entry, origin });

const times = { unlock: [], fill: [] };
for (let turn = 0; turn < TURNS; turn++) {
  await ask('lockVault');
  const locked = performance.now();
  await ask('unlockVault', { passphrase: bytes(passphrase), acceptOlder: false });
  times.unlock.push(performance.now() - locked);

  await restart();
  const written = fillable(origin);
  browser.calls.length = 0;
  await module.fillAsked(1, false);
  const window = browser.calls.find((call) => call.startsWith('window '));
  const name = new URLSearchParams(window.split('?')[1]).values().next().value;
  const confirmed = performance.now();
  const { refused } = await ask('fillConfirm', { ask: name, entry });
  times.fill.push(performance.now() - confirmed);
  if (refused !== null || written.length !== 1) throw new Error(`nothing was filled: ${refused}`);
}

// What of the manifest is in clear has the cost, in the slot of the passphrase, the first: docs/vault-format.md.
const manifest = [...browser.local.records].find(([name]) => name.startsWith('vault.manifest.'));
const record = Buffer.from(JSON.parse(manifest[1]), 'base64');
const slot = 4 + 1 + 16 + 16 + 1;
console.log(JSON.stringify({ ...times, memory: record.readUInt32BE(slot + 1), passes: record.readUInt32BE(slot + 5) }));
