// Turns what wasm2js writes into a factory: node scripts/factory.mjs TRANSLATED OUT
//
// wasm2js writes a module that makes its instance, decodes the data and fills the memory while it is imported. A frame
// that nobody types into must not pay for that, so all of it goes into `instantiate()`, and the exports are returned.
// Its many base64 pieces become one packed string (pack.mjs).

import { readFileSync, writeFileSync } from 'node:fs';
import { unpacked } from './pack.mjs';

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error('usage: node scripts/factory.mjs TRANSLATED OUT');
  process.exit(2);
}
const text = readFileSync(from, 'utf8');

/** Fails where the pinned binaryen does not write what this script was made for. @param {unknown} holds */
function expected(holds) {
  if (!holds) throw new Error(`${from} is not what wasm2js of the pinned binaryen writes; look at it and adapt this script`);
}

// 1. What runs at import.
const made = text.indexOf('var retasmFunc = asmFunc({');
const rest = text.slice(made).replace(/^var retasmFunc = asmFunc\(\{\s*\}\);\s*/, '').split('\n');
expected(made >= 0 && !/^\s*import\b/m.test(text) && rest.every((line) => !line || line.startsWith('export var ')));

// 2. The data.
const call = /^ *base64DecodeToExistingUint8Array\(bufferView, (\d+), "([A-Za-z0-9+/=]*)"\);\n/gm;
const pieces = [...text.matchAll(call)].map(([, at, base64]) => ({ at: Number(at), bytes: Buffer.from(base64, 'base64') }));
expected(pieces.length > 0);
const start = Math.min(...pieces.map(({ at }) => at));
const end = Math.max(...pieces.map(({ at, bytes }) => at + bytes.length));
const data = new Uint8Array(end - start);
for (const { at, bytes } of pieces) data.set(bytes, at - start);

const decoder = text.indexOf('  var base64ReverseLookup');
const firstPiece = text.search(call);
const lastPiece = text.lastIndexOf('  base64DecodeToExistingUint8Array(bufferView,');
expected(decoder >= 0 && decoder < firstPiece && lastPiece >= firstPiece);
const body = text.slice(0, decoder) + text.slice(decoder, made).replace(call, '\0').replace(/\0+/, '@DATA@\n');
const initializer = body.indexOf('function initActiveSegments');
expected(initializer >= 0 && body.includes('@DATA@') && !body.includes('\0'));
const filled = `${body.slice(0, decoder)}${body.slice(initializer)}`.replace(
  '@DATA@',
  () => `  bufferView.set(${unpacked(data)}, ${start});`,
);
writeFileSync(to, `export function instantiate() {\n${filled}return asmFunc({});\n}\n`);
