// Turns what wasm2js writes into a factory: node scripts/factory.mjs TRANSLATED OUT
//
// wasm2js writes a module that makes its instance, decodes the data and fills the memory while it is imported. A frame
// that nobody types into must not pay for that, so all of it goes into `instantiate()`, and the exports are returned.
// The data is base64 there; here it is packed.

import { readFileSync, writeFileSync } from 'node:fs';
import { packed, unpackSource } from './pack.mjs';

/**
 * Leaves out `| 0` where a number is a whole one of 32 bits before it, or is none that matters: wasm2js writes it for engines
 * that compile ahead of time. An index is the sum of an address and an offset; `==` takes a truth value for 0 or 1.
 *
 * @param {string} code
 */
function plainer(code) {
  return code
    .replace(/(HEAPU?8)\[([^[\]\n]*?) \| 0\]/g, '$1[$2]')
    .replace(/\((\$\w+) \| 0\) (==|!=|<|>|<=|>=) /g, '$1 $2 ')
    .replace(/ (==|!=|<|>|<=|>=) \((\$\w+) \| 0\)/g, ' $1 $2')
    .replace(/^ +(\$\w+) = \1 \| 0;\n/gm, '')
    .replace(/^( +return .*) \| 0;$/gm, '$1;')
    .replace(/^ var ([\w$]+) = (?:new \w+\(buffer\)|Math\.\w+);\n/gm, (line, name) => (code.split(name).length > 2 ? line : ''));
}

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
let segments = 0;
const body = text.slice(0, made).replace(/^ *var base64ReverseLookup[\s\S]*?(?=^function initActiveSegments)/m, '').replace(
  /^ *base64DecodeToExistingUint8Array\(bufferView, (\d+), "([A-Za-z0-9+/=]*)"\);$/gm,
  (_, offset, base64) => {
    segments++;
    return `bufferView.set(${packed(Buffer.from(base64, 'base64'))}, ${offset});`;
  },
);
if (segments === 0) throw new Error(`no data in ${from}: wasm2js of the pinned binaryen writes it in another way now`);
writeFileSync(to, `${unpackSource()}\nexport function instantiate() {\n${plainer(body)}return asmFunc({});\n}\n`);
