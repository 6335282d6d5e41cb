/**
 * Unpacks what scripts/pack.mjs has packed: LZMA, which is a fifth shorter than what gzip makes of the same bytes, and
 * written in letters of 6 bits, which gzip can neither shorten nor lengthen. It runs once in a frame that is typed into.
 */

/** States of LZMA: what the last four steps were. */
const STATES = 12;
/** Where the models of each decision begin; `REP_LEN` and what follows are the two sets of lengths. */
const IS_REP = STATES;
const IS_REP0_LONG = 5 * STATES;
const SLOTS = 6 * STATES;
const SPECIAL = SLOTS + 4 * 64;
const ALIGN = SPECIAL + 128;
const LENGTHS = ALIGN + 16;
const LENGTH_MODELS = 2 + 16 + 256;
const LITERALS = LENGTHS + 2 * LENGTH_MODELS;
/** Of the range coder: how wide its range is, and where in it what was packed is. */
const RANGE = 0;
const CODE = 1;

/**
 * @param {string} text the packed bytes in base64
 * @param {number} length how many bytes it gives
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function unpack(text, length) {
  const packed = atob(text);
  const bytes = new Uint8Array(length);
  const contextBits = packed.charCodeAt(0);
  const models = new Uint16Array(LITERALS + (0x300 << contextBits)).fill(1024);
  // Numbers of 32 bits: in variables that functions share, each would be an object of its own.
  const coder = new Uint32Array([2 ** 32 - 1, 0]);
  let at = 2;
  const next = () => {
    coder[CODE] = ((coder[CODE] ?? 0) << 8) | packed.charCodeAt(at++);
  };
  for (let count = 0; count < 4; count++) next();

  /** @param {number} bit 0 or 1, whose model is not asked */
  const shift = (bit) => {
    const range = coder[RANGE] ?? 0;
    if (range < 2 ** 24) {
      coder[RANGE] = range << 8;
      next();
    }
    return bit;
  };
  /** @param {number} model */
  const decide = (model) => {
    const chance = models[model] ?? 0;
    const range = coder[RANGE] ?? 0;
    const code = coder[CODE] ?? 0;
    const bound = (range >>> 11) * chance;
    if (code < bound) {
      coder[RANGE] = bound;
      models[model] = chance + ((2048 - chance) >> 5);
      return shift(0);
    }
    coder[RANGE] = range - bound;
    coder[CODE] = code - bound;
    models[model] = chance - (chance >> 5);
    return shift(1);
  };
  /** A number, its highest bit first. @param {number} models @param {number} bits */
  const tree = (models, bits) => {
    let node = 1;
    for (let bit = 0; bit < bits; bit++) node = node * 2 + decide(models + node);
    return node - (1 << bits);
  };
  /** A number, its lowest bit first. @param {number} models @param {number} bits */
  const reverse = (models, bits) => {
    let [node, number] = [1, 0];
    for (let bit = 0; bit < bits; bit++) {
      const value = decide(models + node);
      node = node * 2 + value;
      number += value << bit;
    }
    return number;
  };
  /** @param {number} models */
  const count = (models) =>
    decide(models) === 0 ? tree(models + 2, 3) : decide(models + 1) === 0 ? 8 + tree(models + 10, 3) : 16 + tree(models + 18, 8);

  let state = 0;
  let distances = [1, 1, 1, 1];
  for (let place = 0; place < length; ) {
    if (decide(state) === 0) {
      const literal = LITERALS + 0x300 * ((place && (bytes[place - 1] ?? 0)) >> (8 - contextBits));
      let node = 1;
      if (state > 6) {
        let other = bytes[place - (distances[0] ?? 0)] ?? 0;
        while (node < 256) {
          const expected = (other >> 7) & 1;
          other <<= 1;
          const bit = decide(literal + ((1 + expected) << 8) + node);
          node = node * 2 + bit;
          if (bit !== expected) break;
        }
      }
      while (node < 256) node = node * 2 + decide(literal + node);
      bytes[place++] = node;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let size;
    if (decide(IS_REP + state)) {
      let which = 0;
      if (decide(IS_REP + STATES + state)) {
        which = decide(IS_REP + 2 * STATES + state) === 0 ? 1 : 2 + decide(IS_REP + 3 * STATES + state);
      } else if (decide(IS_REP0_LONG + state) === 0) {
        size = 1;
      }
      distances.unshift(...distances.splice(which, 1));
      if (size) {
        state = state < 7 ? 9 : 11;
      } else {
        size = 2 + count(LENGTHS + LENGTH_MODELS);
        state = state < 7 ? 8 : 11;
      }
    } else {
      size = 2 + count(LENGTHS);
      state = state < 7 ? 7 : 10;
      let distance = tree(SLOTS + 64 * Math.min(size - 2, 3), 6);
      if (distance > 3) {
        const bits = (distance >> 1) - 1;
        const slot = distance;
        distance = (2 + (slot & 1)) * 2 ** bits;
        if (slot < 14) {
          distance += reverse(SPECIAL + distance - slot, bits);
        } else {
          for (let bit = bits - 1; bit > 3; bit--) {
            const half = (coder[RANGE] ?? 0) >>> 1;
            const code = coder[CODE] ?? 0;
            const value = code < half ? 0 : 1;
            coder[RANGE] = half;
            coder[CODE] = code - value * half;
            distance += value * 2 ** bit;
            shift(0);
          }
          distance += reverse(ALIGN, 4);
        }
      }
      distances = [distance + 1, ...distances.slice(0, 3)];
    }
    const from = place - (distances[0] ?? 0);
    for (let index = 0; index < size; index++) bytes[place++] = bytes[from + index] ?? 0;
  }
  return bytes;
}
