/**
 * The quiet mark at a field that holds a key. It takes no place in the page, no click and no focus.
 */
import * as dom from "./dom.js";
import { drawnEditorOf, fieldOf } from "./field.js";
import { detectorsOf, keysOf } from "./findings.js";
import { learn } from "./kinds.js";
import { element, icon } from "./notice-view.js";
import { say } from "./strings.js";
import { applyStyle } from "./style.js";

/** @type {{host: HTMLElement, box: HTMLElement, field: Element, text: string} | undefined} */
let shown;

/** Pixels by which the mark reaches into its field. */
const OVERLAP = 6;

/** Whether a notice is asking: it says all that there is to say. */
let hidden = false;

/** @param {boolean} hide */
export function hide(hide) {
  hidden = hide;
  place();
}

/** What is to be shown when it is known what to call it. @type {{field: Element} | undefined} */
let wanted;

/** @param {Element} field */
export function isAt(field) {
  return (wanted ?? shown)?.field === field;
}

/** @param {Element} field @param {import("./findings.js").Part} part */
export async function show(field, part) {
  const mine = (wanted = { field });
  await learn(detectorsOf([part]));
  if (wanted !== mine) return;
  wanted = undefined;
  const [key, ...others] = keysOf([part]);
  if (key) put(field, others.length > 0 ? say("guardMarkMany", String(others.length + 1)) : say("guardMark", key.name));
}

/** Tells that what was let through has to be sent once more by hand. @param {Element} field */
export function sayAgain(field) {
  put(field, say("guardAgain"));
}

/** How long it is said that something was stored. */
const STORED_MS = 6000;

/** Tells at the field with the focus that what was held is stored. */
export function sayStored() {
  const field = fieldOf(dom.activeElement());
  if (!field) return;
  put(field, say("guardStored"));
  const host = shown?.host;
  setTimeout(() => host && shown?.host === host && remove(field), STORED_MS);
}

/** @param {Element} field */
export function remove(field) {
  if (wanted?.field === field) wanted = undefined;
  if (shown?.field !== field) return;
  shown.host.remove();
  shown = undefined;
  for (const type of MOVES) window.removeEventListener(type, place, { capture: true });
}

const MOVES = ["scroll", "resize", "input"];

/** @param {Element} field @param {string} text */
function put(field, text) {
  if (shown?.field === field && shown.text === text && shown.host.isConnected) return place();
  if (shown) remove(shown.field);
  const parent = dom.documentElement();
  if (!parent) return;
  const host = dom.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const box = element("div", { popover: "manual" }, []);
  root.append(box);
  applyStyle(root);
  Element.prototype.append.call(parent, host);
  box.showPopover();
  shown = { host, box, field, text };
  // The text comes into a region that is there already: only then is it read out.
  box.append(element("p", { role: "status" }, [icon(), element("span", {}, [text])]));
  place();
  for (const type of MOVES) window.addEventListener(type, place, { capture: true, passive: true });
}

function place() {
  if (!shown) return;
  const { box, field } = shown;
  if (!dom.isConnected(field)) return remove(field);
  const { top, right, width, height } = dom.box(drawnEditorOf(field) ?? field);
  const seen = !hidden && width > 0 && height > 0 && top < innerHeight && right > 0;
  box.style.display = seen ? "" : "none";
  const { width: own, height: ownHeight } = dom.box(box);
  box.style.left = `${Math.max(8, Math.min(right - own - 8, innerWidth - own - 8))}px`;
  box.style.top = `${Math.max(4, Math.min(top - ownHeight + OVERLAP, innerHeight - ownHeight - 4))}px`;
}
