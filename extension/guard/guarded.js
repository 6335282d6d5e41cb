/**
 * The one wrapper around every listener. A listener that throws would let its event through: so an exception stops
 * the event, and the person is told that it could not be checked.
 */
import { isOn } from "./background.js";
import * as dom from "./dom.js";
import { ask } from "./hold.js";
import { isOwn } from "./insert.js";
import * as notice from "./notice.js";
import { isRedoing } from "./redo.js";

/** @typedef {import("./hold.js").Stopped} Stopped */

/**
 * How an event goes on that could not be checked.
 *
 * @typedef {object} Recovery
 * @property {Stopped["road"]} road
 * @property {(event: any) => {texts: string[]} & Pick<Stopped, "restore" | "narrow" | "replace" | "release">} recover what to check
 *   again, and how to go on; read while the event is still being dispatched
 */

/**
 * @template {Event} E
 * @param {(event: E) => void} handler
 * @param {Recovery} [recovery] absent for listeners that only watch: nothing is held there, and what they missed is
 *   looked at again when it is about to be sent
 * @returns {(event: Event) => void}
 */
export function guarded(handler, recovery) {
  return (event) => {
    try {
      if (notice.takes(event) || isOwn(event) || isRedoing() || !isOn()) return;
      handler(/** @type {E} */ (event));
    } catch (error) {
      if (!recovery) return;
      dom.stop(event);
      couldNotCheck(event, recovery);
    }
  };
}

/**
 * @param {Event} event
 * @param {Recovery} recovery
 */
function couldNotCheck(event, { road, recover }) {
  try {
    const { texts, ...goOn } = recover(event);
    ask({ road, parts: [], unchecked: texts, ...goOn });
  } catch {
    // What the event was about cannot even be read. It stays out.
    ask({ road, parts: [], unchecked: [""], restore: () => {}, replace: async () => null, release: () => {} });
  }
}
