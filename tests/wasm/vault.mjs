// After locking, no copy of a vault's key, a passphrase, a key or a note is in the memory of the module.
//
//   node tests/wasm/vault.mjs BUILT_DIR
//
// BUILT_DIR holds vault-memory.js and vault-memory_bg.wasm (`scripts/test` builds them from tests/wasm/vault.rs).

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [built] = process.argv.slice(2);
if (!built) {
  console.error('usage: node tests/wasm/vault.mjs BUILT_DIR');
  process.exit(2);
}
const { initSync } = await import(pathToFileURL(resolve(built, 'vault-memory.js')).href);
const wasm = initSync({ module: readFileSync(join(built, 'vault-memory_bg.wasm')) });

/** Hands bytes over as a page does, and wipes its own copy. */
function call(name, text) {
  const bytes = Buffer.from(text);
  const pointer = wasm.input(bytes.length);
  new Uint8Array(wasm.memory.buffer).set(bytes, pointer);
  wasm[name]();
}

/** Copies of `needle`, or of any 12 bytes in a row of it, in the module's memory. */
function copies(needle) {
  const memory = Buffer.from(wasm.memory.buffer);
  let count = 0;
  for (let start = 0; start + 12 <= needle.length; start += 4) {
    const part = needle.subarray(start, start + 12);
    for (let at = memory.indexOf(part); at >= 0; at = memory.indexOf(part, at + 1)) count += 1;
  }
  return count;
}

// Made up, and long enough that no chance puts 12 bytes of it into memory.
const secrets = {
  passphrase: Buffer.from(['correct', 'horse', 'battery', 'staple', 'canary'].join(' ')),
  key: Buffer.from(['sk-', '5f3a9c', '0b7d12', 'e84466', 'aa91fe', 'c03d27', '88'].join('')),
  name: Buffer.from('the name of the entry, canary'),
  notes: Buffer.from('a note that people put secrets into'),
};
let failures = 0;
for (let round = 1; round <= 3; round += 1) {
  if (round === 1) call('create', secrets.passphrase);
  call('unlock', secrets.passphrase);
  call('store', [secrets.key, `${secrets.name}`, secrets.notes].join('|').replace('sk-', `sk-${round}`));
  const key = Buffer.from(String(secrets.key).replace('sk-', `sk-${round}`));
  const length = wasm.session();
  const session = Buffer.from(wasm.memory.buffer, wasm.output(), length);
  const searched = { ...secrets, key, 'vault key': Buffer.from(session.subarray(length - 32)) };
  // The search finds what is there: without this the test could not fail.
  for (const name of ['key', 'name', 'notes', 'vault key']) {
    if (copies(searched[name]) === 0) {
      console.error(`round ${round}: the search does not find the ${name} of an open vault`);
      failures += 1;
    }
  }
  wasm.lock();
  for (const [name, needle] of Object.entries(searched)) {
    const count = copies(needle);
    if (count > 0) {
      console.error(`round ${round}: ${count} pieces of the ${name} are in memory after locking`);
      failures += 1;
    }
  }
}
console.log(`vault memory: ${wasm.memory.buffer.byteLength >> 20} MiB searched in 3 rounds, ${failures} failures`);
process.exit(failures ? 1 : 0);
