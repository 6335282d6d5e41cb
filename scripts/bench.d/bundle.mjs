// Scripts that node and the browsers' pages evaluate: the guard's loop with each carrier, built as the packages are.

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packWasm } from '../pack.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const guard = join(here, '../../extension/guard');

/**
 * @param {'wasm' | 'js'} carrier
 * @param {string} scanner folder that scripts/build-scanner has filled
 * @returns {Promise<string>} a script that defines `keyward`, an object with `count` and `pages`
 */
export async function carrierScript(carrier, scanner) {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'carrier.mjs')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'keyward',
    target: ['chrome125', 'firefox140'],
    charset: 'utf8',
    legalComments: 'none',
    plugins: [packWasm],
    alias: {
      'scanner-carrier': join(here, 'carrier.mjs'),
      'bench-carrier': join(guard, `carrier-${carrier}.js`),
      'scanner.wasm': resolve(scanner, 'scanner.wasm'),
      'scanner-translated': resolve(scanner, 'scanner.js'),
    },
  });
  return outputFiles[0].text;
}
