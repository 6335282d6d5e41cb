/**
 * The only caller of the scanner (docs/architecture.md, "The scanner's C ABI").
 *
 * The carrier is chosen when a package is built: Wasm in Firefox, the same file as JavaScript in Chromium, whose
 * frames must never touch `WebAssembly`. Both are made at the first use, since most frames are never typed into.
 */
import { instantiate } from "scanner-carrier";
import { describe } from "./kinds.js";

/**
 * @typedef {object} Replacement
 * @property {number} start of the span to replace, in UTF-16 units; may reach beyond the key (quotes around it)
 * @property {number} end
 * @property {string} text
 */

/**
 * @typedef {object} Finding
 * @property {number} start in UTF-16 units of the whole text
 * @property {number} end
 * @property {number} detector number within this build; the background knows its lasting name
 * @property {number} action `MARK` or `HOLD`
 * @property {number} buffer where the buffer began in which it was found, `NOWHERE` for a key that is not in the text itself
 * @property {number} index its number in that buffer
 * @property {boolean} [own] whether it is in the person's vault
 */

export const MARK = 1;
export const HOLD = 2;

/** Bytes of one finding in the scanner's table. */
const FINDING_BYTES = 16;
/** Reason of findings that are in the person's vault. */
const OWN = 4;
/** Flag of `scan`: the buffer goes on from where the last scan said. */
const CONTINUED = 2;

/** What `replace` puts in the place of a key. */
export const REDACTED = 0;
export const VARIABLE = 1;

export const NOWHERE = -1;

/** A text took longer than the caller was ready to wait. */
export class TooLong extends Error {}

/** @type {import("scanner-carrier").Scanner | undefined} */
let scanner;
/** The table by which the person's own keys are recognised. */
let ownKeys = new Uint8Array();
/** That by which values are that the person said are no keys. */
let harmless = new Uint8Array();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function ready() {
  if (!scanner) {
    const made = instantiate();
    // `self.origin` is what the browser says of this frame: "null" where it is sandboxed, the creator's in about:blank.
    made.set_page(write(made, self.origin).written);
    scanner = made;
    takeTables();
  }
  return scanner;
}

/**
 * The tables that hold from now on.
 *
 * @param {Uint8Array<ArrayBuffer>} [own] of the person's own keys; undefined leaves the one that is there
 * @param {Uint8Array<ArrayBuffer>} [known] of values that are no keys
 */
export function setTables(own = ownKeys, known = harmless) {
  ownKeys = own;
  harmless = known;
  takeTables();
}

function takeTables() {
  if (!scanner) return;
  scanner.set_own_keys(writeTable(scanner, ownKeys));
  scanner.set_harmless(writeTable(scanner, harmless));
}

/** @param {import("scanner-carrier").Scanner} scanner @param {Uint8Array<ArrayBuffer>} table */
function writeTable(scanner, table) {
  // What is longer than the buffer knows too many for a frame.
  const taken = table.length <= scanner.input_bytes() ? table : table.subarray(0, 0);
  new Uint8Array(scanner.memory.buffer, scanner.input()).set(taken);
  return taken.length;
}

/**
 * Whether there is anything in a text, at home or not.
 *
 * @param {string} text
 */
export function hasKeys(text) {
  for (let position = 0, step = 1; step > 0; position += step) {
    const filled = fill(text, position);
    if (filled.count > 0) return true;
    ({ step } = filled);
  }
  return false;
}

/**
 * What is not at home where a text goes.
 *
 * @param {string} text
 * @param {string} origin of the place that it goes to
 */
export function scanTo(text, origin) {
  const scanner = ready();
  scanner.set_page(write(scanner, origin).written);
  try {
    return scan(text);
  } finally {
    scanner.set_page(write(scanner, self.origin).written);
  }
}

/** Makes the scanner, so that the first scan does not pay for it. */
export function warmUp() {
  ready();
}

/**
 * Copies as much of a text as fits. Lone surrogates become U+FFFD, which is as many UTF-16 units.
 *
 * @param {import("scanner-carrier").Scanner} scanner
 * @param {string} text
 */
function write(scanner, text) {
  return encoder.encodeInto(text, new Uint8Array(scanner.memory.buffer, scanner.input(), scanner.input_bytes()));
}

/** @param {import("scanner-carrier").Scanner} scanner @param {number} length */
function output(scanner, length) {
  return decoder.decode(new Uint8Array(scanner.memory.buffer, scanner.output(), length));
}

/**
 * The keys in a text, in order, never overlapping; those that are at home are left out.
 *
 * @param {string} text
 * @param {number} [until] the time (`performance.now()`) after which `TooLong` is thrown
 * @returns {Finding[]}
 */
export function scan(text, until = Infinity) {
  /** @type {Finding[]} */
  const found = [];
  for (let position = 0; position < text.length; ) {
    if (performance.now() > until) throw new TooLong();
    const step = scanFrom(text, position, found);
    if (step === 0) break;
    position += step;
  }
  return found;
}

/**
 * Like `scan`, but lets the page breathe in between: for texts that take seconds.
 *
 * @param {string} text
 * @returns {Promise<Finding[]>}
 */
export async function scanInSlices(text) {
  /** @type {Finding[]} */
  const found = [];
  let breath = performance.now();
  for (let position = 0; position < text.length; ) {
    const step = scanFrom(text, position, found);
    if (step === 0) break;
    position += step;
    if (performance.now() - breath > 30) {
      await new Promise((resolve) => setTimeout(resolve));
      breath = performance.now();
    }
  }
  return found;
}

/**
 * Scans one buffer full, from `position`.
 *
 * @param {string} text
 * @param {number} position
 * @param {Finding[]} found
 * @returns {number} how far the next buffer is, 0 at the end
 */
function scanFrom(text, position, found) {
  const { scanner, count, step } = fill(text, position);
  for (let index = 0; index < count; index++) {
    const at = scanner.findings() + index * FINDING_BYTES;
    const view = new DataView(scanner.memory.buffer, at, FINDING_BYTES);
    const action = view.getUint8(10);
    if (action < MARK) continue;
    const start = position + view.getUint32(0, true);
    const end = position + view.getUint32(4, true);
    found.push({ start, end, detector: view.getUint16(8, true), action, buffer: position, index, own: view.getUint8(12) === OWN });
  }
  return step;
}

/**
 * Has the scanner look at one buffer full; those before it must have been looked at just before.
 *
 * @param {string} text
 * @param {number} position
 */
function fill(text, position) {
  const scanner = ready();
  const { read, written } = write(scanner, text.slice(position, position + scanner.input_bytes()));
  const more = position + read < text.length ? 1 : 0;
  const count = scanner.scan(written, more | (position > 0 ? CONTINUED : 0));
  const goesOn = more || scanner.more_findings();
  const step = goesOn ? scanner.settled() : 0;
  // An endless loop would let nothing through, but would freeze the page.
  if (goesOn && step <= 0) throw new Error("the scanner does not get on");
  return { scanner, count, step };
}

/**
 * What takes the place of keys. The text is scanned again for it, since most findings are never replaced. The names in it are
 * those that `learn` has learned.
 *
 * @param {string} text in which they were found
 * @param {Finding[]} findings
 * @param {(finding: number) => number} modeOf `REDACTED` or `VARIABLE`
 * @returns {Replacement[]}
 */
export function replacements(text, findings, modeOf) {
  /** @type {Replacement[]} */
  const spans = findings.map(() => ({ start: 0, end: 0, text: "" }));
  const numbers = findings.flatMap(({ buffer }, number) => (buffer === NOWHERE ? [] : [number]));
  for (let position = 0; numbers.length > 0; ) {
    const { scanner, step } = fill(text, position);
    while (numbers[0] !== undefined) {
      const [number] = numbers;
      const finding = findings[number];
      if (finding?.buffer !== position) break;
      const { redacted, variable } = describe(finding.detector);
      const { start, end } = finding;
      spans[number] = { start, end, text: redacted };
      if (modeOf(number) === VARIABLE) {
        const instead = output(scanner, scanner.replace(finding.index)).replace("\0", () => variable);
        spans[number] = { start: position + scanner.replaced_start(), end: position + scanner.replaced_end(), text: instead };
      }
      numbers.shift();
    }
    if (step === 0) break;
    position += step;
  }
  return spans;
}
