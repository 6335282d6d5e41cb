// Bytes as an expression of JavaScript that costs a frame's script as little as it can.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The module whose `unpack` makes bytes of it again. */
export const unpacker = join(root, 'extension/guard/unpack.js');

/**
 * @param {Uint8Array} bytes
 * @returns {string} a call of `unpack`, which gives a `Uint8Array` that is made anew each time
 */
export function packed(bytes) {
  const program = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/keyward-lzma');
  if (!existsSync(program)) throw new Error(`${program} is missing: scripts/build-scanner builds it`);
  const stream = execFileSync(program, { input: bytes, maxBuffer: 1 << 28 });
  return `unpack("${stream.toString('base64')}", ${bytes.length})`;
}

/** What defines `unpack` in a script without imports. */
export function unpackSource() {
  return readFileSync(unpacker, 'utf8').replace('export function', 'function');
}

/** For esbuild: a `.wasm` file that is imported is a function that gives its bytes. @type {import('esbuild').Plugin} */
export const packWasm = {
  name: 'wasm',
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: `import { unpack } from ${JSON.stringify(unpacker)};\nexport default () => ${packed(readFileSync(path))};`,
      loader: 'js',
    }));
  },
};
