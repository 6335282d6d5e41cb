// Bytes as a JavaScript string literal that costs a frame's script less than base64 does.
//
// Each byte is one character, so that gzip sees bytes where it would see base64's six-bit pieces. Which character
// stands for which byte is chosen by frequency: the most frequent ones get those that UTF-8 stores in one byte.

/** Characters in the order of their cost in a literal: one byte, two, and four as an escape. */
const characters = [...Array(256).keys()]
  .map((code) => ({ character: escaped(code), bytes: Buffer.byteLength(escaped(code)) }))
  .sort((a, b) => a.bytes - b.bytes)
  .map(({ character }) => character);

/**
 * @param {Uint8Array} bytes
 * @returns {string} an expression of a `Uint8Array` that is made anew each time it is evaluated
 */
export function unpacked(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byRank = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const characterOf = byRank.reduce((all, byte, rank) => ((all[byte] = characters[rank]), all), new Array(256));
  const alphabet = characterOf.join('');
  const text = Array.from(bytes, (byte) => characterOf[byte]).join('');
  return `(() => {
    const alphabet = "${alphabet}", text = "${text}", byteOf = [], bytes = new Uint8Array(text.length);
    for (let byte = 0; byte < 256; byte++) byteOf[alphabet.charCodeAt(byte)] = byte;
    for (let at = 0; at < bytes.length; at++) bytes[at] = byteOf[text.charCodeAt(at)];
    return bytes;
  })()`;
}

/** @param {number} code */
function escaped(code) {
  if (code === 0x22 || code === 0x5c) return `\\${String.fromCharCode(code)}`;
  if (code === 0x0a) return '\\n';
  if (code === 0x0d) return '\\r';
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return String.fromCharCode(code);
}
