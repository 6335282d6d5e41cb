/**
 * The only caller of the scanner (docs/architecture.md, "The scanner's C ABI").
 *
 * The carrier is chosen when a package is built: Wasm in Firefox, the same file as JavaScript in Chromium, whose
 * frames must never touch `WebAssembly`. Both are made at the first use, since most frames are never typed into.
 */
import { instantiate } from "scanner-carrier";

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
 * @property {number} detector number within this build; its lasting name is `describe(detector).id`
 * @property {number} action `NONE`, `MARK` or `HOLD`
 * @property {Replacement} redacted
 * @property {Replacement} variable
 */

/**
 * @typedef {object} Detector
 * @property {string} id
 * @property {string} provider
 * @property {string} kind
 * @property {string[]} mayBe other providers that a key of this shape may be of
 */

export const MARK = 1;
export const HOLD = 2;

/** Bytes of one finding in the scanner's table. */
const FINDING_BYTES = 16;
/** Flag of `scan`: the buffer goes on from where the last scan said. */
const CONTINUED = 2;
const REDACTED = 0;
const VARIABLE = 1;

/** A text took longer than the caller was ready to wait. */
export class TooLong extends Error {}

/** @type {import("scanner-carrier").Scanner | undefined} */
let scanner;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function ready() {
  if (!scanner) {
    const made = instantiate();
    // `self.origin` is what the browser says of this frame: "null" where it is sandboxed, the creator's in about:blank.
    made.set_page(write(made, self.origin).written);
    scanner = made;
  }
  return scanner;
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
  const scanner = ready();
  const { read, written } = write(scanner, text.slice(position, position + scanner.input_bytes()));
  const more = position + read < text.length ? 1 : 0;
  const count = scanner.scan(written, more | (position > 0 ? CONTINUED : 0));
  for (let index = 0; index < count; index++) {
    const at = scanner.findings() + index * FINDING_BYTES;
    const view = new DataView(scanner.memory.buffer, at, FINDING_BYTES);
    const action = view.getUint8(10);
    if (action < MARK) continue;
    found.push({
      start: position + view.getUint32(0, true),
      end: position + view.getUint32(4, true),
      detector: view.getUint16(8, true),
      action,
      redacted: replacement(scanner, index, REDACTED, position),
      variable: replacement(scanner, index, VARIABLE, position),
    });
  }
  if (!more && !scanner.more_findings()) return 0;
  const settled = scanner.settled();
  // An endless loop would let nothing through, but would freeze the page.
  if (settled <= 0) throw new Error("the scanner does not get on");
  return settled;
}

/**
 * @param {import("scanner-carrier").Scanner} scanner
 * @param {number} index
 * @param {number} mode
 * @param {number} position
 * @returns {Replacement}
 */
function replacement(scanner, index, mode, position) {
  const text = output(scanner, scanner.replace(index, mode));
  return { start: position + scanner.replaced_start(), end: position + scanner.replaced_end(), text };
}

/** @type {Map<number, Detector>} */
const detectors = new Map();

/** @param {number} detector @returns {Detector} */
export function describe(detector) {
  let described = detectors.get(detector);
  if (!described) {
    const scanner = ready();
    const [id, provider, kind] = [0, 1, 2].map((field) => output(scanner, scanner.describe(detector, field)));
    const mayBe = output(scanner, scanner.describe(detector, 6)).split("\n").filter(Boolean);
    described = { id: id ?? "", provider: provider ?? "", kind: kind ?? "", mayBe };
    detectors.set(detector, described);
  }
  return described;
}
