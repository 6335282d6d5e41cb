// Turns what wasm2js writes into a factory: node scripts/factory.mjs TRANSLATED OUT
//
// wasm2js writes a module that makes its instance, decodes the data and fills the memory while it is imported. A frame
// that nobody types into must not pay for that, so all of it goes into `instantiate()`, and the exports are returned.
// The data is base64 there; here it is strings of a character a byte, which are shorter and compress better: texts as they
// are, numbers shifted behind the characters that need an escape.

import { readFileSync, writeFileSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error('usage: node scripts/factory.mjs TRANSLATED OUT');
  process.exit(2);
}
/** Shorter stretches of text are not worth a call. */
const TEXT_BYTES = 200;
/** Behind control characters, space and quotation mark; small numbers stay ASCII. */
const SHIFT = 35;

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
    return parts(Buffer.from(base64, 'base64')).map(({ at, bytes, isText }) => {
      const place = Number(offset) + at;
      const shift = isText ? 0 : SHIFT;
      const characters = [...bytes].map((byte) => String.fromCharCode(byte + shift)).join('');
      return `copyText(bufferView, ${place}, ${shift}, ${JSON.stringify(characters)});`;
    }).join('\n');
  },
);
if (segments === 0) throw new Error(`no data in ${from}: wasm2js of the pinned binaryen writes it in another way now`);
const copyText = `function copyText(memory, offset, shift, text) {
  for (var i = 0; i < text.length; i++) memory[offset + i] = text.charCodeAt(i) - shift;
}
`;
writeFileSync(to, `export function instantiate() {\n${copyText}${body}return asmFunc({});\n}\n`);

/** Cuts data into texts (printable ASCII, NUL and newline between) and the rest, without the zeros around it. */
function parts(data) {
  const isZeros = (data, at) => data[at] === 0 && data[at + 1] === 0;
  const isText = (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a;
  const found = [];
  let start = 0;
  const rest = (end) => {
    let from = start;
    while (from < end && data[from] === 0) from++;
    while (end > from && data[end - 1] === 0) end--;
    if (end > from) found.push({ at: from, bytes: data.subarray(from, end), isText: false });
  };
  for (let at = 0; at < data.length; ) {
    let end = at;
    // Fields end with NUL, and some are empty; three in a row are something else.
    let zeros = 0;
    for (; end < data.length && (isText(data[end]) || (data[end] === 0 && end > at && !isZeros(data, end - 2))); end++) {
      zeros += data[end] === 0;
    }
    if (end - at >= TEXT_BYTES && zeros * 8 < end - at) {
      rest(at);
      found.push({ at, bytes: data.subarray(at, end), isText: true });
      start = end;
    }
    at = Math.max(end, at + 1);
  }
  rest(data.length);
  return found;
}
