// Scripts that node and the browsers' pages evaluate: the guard's loop with each carrier, built as the packages are.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
    legalComments: 'none',
    loader: { '.wasm': 'base64' },
    alias: {
      'scanner-carrier': join(here, 'carrier.mjs'),
      'bench-carrier': join(guard, `carrier-${carrier}.js`),
      'scanner.wasm': join(scanner, 'scanner.wasm'),
      'scanner-translated': join(scanner, 'scanner.js'),
    },
  });
  return outputFiles[0].text;
}
