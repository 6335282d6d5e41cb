/**
 * What the scanner found, less what the person lets through here.
 *
 * A key that was let through once is not asked about again in this document. It is remembered by a fingerprint under
 * a number drawn for this document, never by itself.
 */
import { isAllowed } from "./background.js";
import { describe, OWN_KEY } from "./kinds.js";
import { HOLD, NOWHERE, scan } from "./scanner.js";
import { nameOfKey } from "./strings.js";

/** @typedef {import("./scanner.js").Finding} Finding */

/**
 * A text in which something was found.
 *
 * @typedef {object} Part
 * @property {string} text
 * @property {Finding[]} findings
 * @property {string} [where] the file that it is in
 */

/**
 * One key, which may stand in the text several times.
 *
 * @typedef {object} Key
 * @property {string} name
 * @property {string[]} mayBe
 * @property {number[]} findings their numbers, counted over all parts
 * @property {boolean} [own] whether it is in the person's vault, where its name does not say so
 * @property {string} [where] the file that it is in
 */

/** @type {Set<string>} */
const letThrough = new Set();
/** @type {[number, number] | undefined} */
let seeds;

/**
 * The findings in a text that the person has not let through.
 *
 * @param {string} text
 * @param {number} [until] the time after which the scanner gives up
 * @returns {Finding[]}
 */
export function findIn(text, until) {
  return text === "" ? [] : stillAsked(text, scan(text, until));
}

/**
 * @param {string} text
 * @param {Finding[]} findings
 * @returns {Finding[]}
 */
export function stillAsked(text, findings) {
  return findings.filter(
    (finding) =>
      !isAllowed(finding.detector) &&
      !letThrough.has(nameOf(text, finding)) &&
      !isRemembered(text.slice(finding.start, finding.end)),
  );
}

/** The findings that a text is stopped for. @param {Finding[]} findings */
export function stopping(findings) {
  return findings.filter((finding) => finding.action === HOLD);
}

/** The numbers of the detectors that found something. @param {Part[]} parts */
export function detectorsOf(parts) {
  return [...new Set(parts.flatMap(({ findings }) => findings.map(({ detector }) => detector)))];
}

/** What the person is told of. @param {Part[]} parts @returns {Key[]} */
export function keysOf(parts) {
  /** @type {Map<string, Key>} */
  const keys = new Map();
  let number = 0;
  for (const { text, findings, where } of parts) {
    for (const { start, end, detector, own } of findings) {
      const same = `${detector} ${text.slice(start, end)}`;
      const described = describe(detector);
      const key = keys.get(same);
      if (key) key.findings.push(number);
      else {
        const { mayBe } = described;
        keys.set(same, { name: nameOfKey(described), mayBe, findings: [number], where, own: own && detector !== OWN_KEY });
      }
      number += 1;
    }
  }
  return [...keys.values()];
}

const encoder = new TextEncoder();

/**
 * Each key once, as bytes. What is only in the markup of a text is not among them, nor what the vault alone knows.
 *
 * @param {Part[]} parts
 * @returns {{detector: number, key: number[]}[]}
 */
export function keysToStore(parts) {
  return eachOnce(parts).map(({ detector, text }) => ({ detector, key: [...encoder.encode(text)] }));
}

/**
 * What takes the place of keys that were stored.
 *
 * @param {Part[]} parts
 * @param {"redact" | "variable"} instead
 * @param {(import("./hold.js").Named | null)[]} names of `keysToStore`, in its order
 * @returns {import("./hold.js").Pick[]}
 */
export function picksOfStored(parts, instead, names) {
  const keys = eachOnce(parts);
  return parts.flatMap(({ text, findings }) =>
    findings.map(({ start, end }) => {
      const name = names[keys.findIndex((key) => key.text === text.slice(start, end))];
      return (instead === "variable" && name) || instead;
    }),
  );
}

/** @param {Part[]} parts */
function eachOnce(parts) {
  const keys = parts.flatMap(({ text, findings }) =>
    findings.filter(({ buffer, detector }) => buffer !== NOWHERE && detector !== OWN_KEY).map(({ start, end, detector }) => ({ detector, text: text.slice(start, end) })),
  );
  return keys.filter(({ text }, index) => keys.findIndex((other) => other.text === text) === index);
}

/** The person's own keys in what is let through, as bytes. @param {Part[]} parts */
export function ownKeysIn(parts) {
  return parts.flatMap(({ text, findings }) =>
    findings.filter(({ own, buffer }) => own && buffer !== NOWHERE).map(({ start, end }) => [...encoder.encode(text.slice(start, end))]),
  );
}

/** Lets the keys of a text through, in this document, from now on. @param {Part} part */
export function remember({ text, findings }) {
  for (const finding of findings) letThrough.add(nameOf(text, finding));
}

/** Lets a text through that could not be checked. @param {string} text */
export function rememberUnchecked(text) {
  letThrough.add(fingerprint(text));
}

/** Lets a key through that the extension fills into a field of this document. @param {string} key */
export function rememberFilled(key) {
  letThrough.add(fingerprint(key));
}

/** Whether a text was let through as a whole: it could not be checked, or is a key that was filled. @param {string} text */
export function isRemembered(text) {
  return letThrough.size > 0 && letThrough.has(fingerprint(text));
}

/** @param {string} text @param {Finding} finding */
function nameOf(text, { start, end, detector }) {
  return `${detector}:${fingerprint(text.slice(start, end))}`;
}

/**
 * Two 32-bit sums with random seeds and the length: enough to tell a person's own keys apart. Nobody gains by a
 * collision that cannot be computed outside of this document.
 *
 * @param {string} text
 */
function fingerprint(text) {
  if (!seeds) {
    const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
    seeds = [first, second];
  }
  let [a, b] = seeds;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, 0x85ebca77);
    b ^= b >>> 13;
  }
  return `${text.length}:${a >>> 0}:${b >>> 0}`;
}
