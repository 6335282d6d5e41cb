/**
 * What the background says of kinds of keys and of how the guard's own things look: asked for when something was found, so that
 * no frame carries it. Where no answer comes, a key is a secret of nobody's, and what is shown is as the browser draws it.
 */
import { send } from "./background.js";
import { isStyled, setStyle } from "./style.js";

/**
 * @typedef {object} Kind
 * @property {string} provider
 * @property {string} kind
 * @property {string} variable the usual name of its environment variable
 * @property {string} redacted what takes its place
 * @property {string[]} mayBe other providers that a key of this shape may be of
 */

/** The number of what no detector found but the table of the person's own keys. */
export const OWN_KEY = 0xffff;

/** @type {Map<number, Kind>} */
const kinds = new Map();

/** @param {number} detector @returns {Kind} */
export function describe(detector) {
  // What only the person's vault knows is of no kind.
  const kind = detector === OWN_KEY ? "" : "secret";
  return kinds.get(detector) ?? { provider: "", kind, variable: "SECRET", redacted: "[redacted: secret]", mayBe: [] };
}

/**
 * Asks for what is not known yet.
 *
 * @param {Iterable<number>} detectors
 * @returns {Promise<void> | undefined} settled when the answer is there or will not come; undefined where all is known
 */
export function learn(detectors) {
  const unknown = [...new Set(detectors)].filter((detector) => detector !== OWN_KEY && !kinds.has(detector));
  if (isStyled() && unknown.length === 0) return undefined;
  return send({ type: "kindsOf", detectors: unknown }).then((answer) => {
    if (typeof answer?.style !== "string") return;
    setStyle(answer.style);
    unknown.forEach((detector, index) => answer.kinds[index] && kinds.set(detector, answer.kinds[index]));
  });
}
