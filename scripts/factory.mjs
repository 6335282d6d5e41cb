// Turns what wasm2js writes into a factory: node scripts/factory.mjs TRANSLATED OUT
//
// wasm2js writes a module that makes its instance, decodes the data and fills the memory while it is imported. A frame
// that nobody types into must not pay for that, so all of it goes into `instantiate()`, and the exports are returned.

import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error('usage: node scripts/factory.mjs TRANSLATED OUT');
  process.exit(2);
}
const text = readFileSync(from, 'utf8');
const made = text.indexOf('var retasmFunc = asmFunc({');
const rest = text.slice(made).replace(/^var retasmFunc = asmFunc\(\{\s*\}\);\s*/, '').split('\n');
if (made < 0 || /^\s*import\b/m.test(text) || rest.some((line) => line && !line.startsWith('export var '))) {
  throw new Error(`${from} is not what wasm2js of the pinned binaryen writes; look at it and adapt this script`);
}
writeFileSync(to, `export function instantiate() {\n${text.slice(0, made)}return asmFunc({});\n}\n`);
