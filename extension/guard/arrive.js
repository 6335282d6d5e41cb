/**
 * The roads by which text comes into a page: paste, drop, and input in one piece (dictation, an input method's
 * clipboard, "paste" of a menu that fires no paste event).
 *
 * Text without a finding is not touched: the handlers return and the browser does what it always does.
 */
import * as dom from "./dom.js";
import { fieldOf, saveSelection } from "./field.js";
import { findIn, stopping } from "./findings.js";
import { ask } from "./hold.js";
import { arrived, insert } from "./insert.js";
import { withReplacements } from "./rewrite.js";

/** @typedef {import("./hold.js").Stopped} Stopped */
/** @typedef {import("./findings.js").Part} Part */

/**
 * How long a paste may be looked at while the page waits. A text that takes longer (about 100 MB) is held, and
 * checked in slices when the person says so.
 */
const PATIENCE_MS = 2000;

/** Input of fewer units than this is typing. */
const PIECE_UNITS = 8;

/** The last text that was found clean, for the `beforeinput` that follows a `paste`. It is kept for one task. */
let lastClean = "";

/** @param {ClipboardEvent} event */
export function onPaste(event) {
  if (event.clipboardData) arrive("paste", event, event.clipboardData);
}

/** @param {DragEvent} event */
export function onDrop(event) {
  if (event.dataTransfer) arrive("drop", event, event.dataTransfer);
}

/** @param {InputEvent} event */
export function onBeforeInput(event) {
  if (event.dataTransfer) arrive(event.inputType === "insertFromDrop" ? "drop" : "paste", event, event.dataTransfer);
  else if (event.data && event.data.length >= PIECE_UNITS) {
    arriveAs("paste", event, new Map([["text/plain", event.data]]), []);
  }
}

/**
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @param {DataTransfer} data
 */
function arrive(road, event, data) {
  arriveAs(road, event, textsOf(data), data);
}

/** Every text that comes along, by media type. @param {DataTransfer} data */
function textsOf(data) {
  /** @type {Map<string, string>} */
  const types = new Map();
  for (const type of data.types) {
    if (type === "Files") continue;
    const text = data.getData(type);
    if (text !== "") types.set(type, text);
  }
  return types;
}

/**
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @param {Map<string, string>} types
 * @param {DataTransfer | []} data
 */
function arriveAs(road, event, types, data) {
  const until = performance.now() + PATIENCE_MS;
  /** @type {Map<string, Part>} */
  const parts = new Map();
  for (const [type, text] of types) {
    if (text === lastClean) continue;
    const findings = stopping(findIn(text, until));
    if (findings.length > 0) parts.set(type, { text, findings });
  }
  if (parts.size === 0) {
    keepClean(types.get("text/plain") ?? "");
    return;
  }
  const content = { text: plainOf(types), types, files: "files" in data ? [...data.files] : [] };
  const caret = caretOf(road, event);
  dom.stop(event);
  ask({
    road,
    parts: [partToAsk(parts, content.text)],
    unchecked: [],
    restore: caret.restore,
    replace: (part, picks) => replace(caret.target, part, picks),
    release: () => insert(caret.target, content),
  });
}

/** @param {string} text */
function keepClean(text) {
  lastClean = text;
  setTimeout(() => (lastClean = ""));
}

/**
 * What is asked about: the plain text, which is what is put in. A key that is only in the markup (in the address of a
 * link) is asked about too; the plain text goes in without it.
 *
 * @param {Map<string, Part>} parts
 * @param {string} plain
 * @returns {Part}
 */
function partToAsk(parts, plain) {
  const first = parts.get("text/plain") ?? [...parts.values()][0];
  if (first && first.text === plain) return first;
  return { text: plain, findings: first?.findings.map((finding) => ({ ...finding, ...NOWHERE })) ?? [] };
}

/** Where a finding stands that is not in the text which goes in. */
const NOWHERE = { redacted: { start: 0, end: 0, text: "" }, variable: { start: 0, end: 0, text: "" } };

/** @param {Map<string, string>} types */
function plainOf(types) {
  return types.get("text/plain") ?? types.get("text/uri-list") ?? "";
}

/**
 * @param {Element | null} target
 * @param {Part} part
 * @param {import("./hold.js").Pick[]} picks
 * @returns {Promise<string | null>} the text where it did not arrive
 */
async function replace(target, part, picks) {
  const text = withReplacements(part, picks);
  if (text === "") return null;
  insert(target, { text });
  return (await arrived(fieldOf(target), text)) ? null : text;
}

/**
 * Where the text was to go.
 *
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @returns {{target: Element | null, restore: () => void}}
 */
function caretOf(road, event) {
  const target = dom.targetOf(event);
  if (road !== "drop" || !(event instanceof DragEvent)) return { target, restore: saveSelection(fieldOf(target) ?? target) };
  return { target, restore: () => dropCaret(target, event.clientX, event.clientY) };
}

/**
 * Puts the caret where something was dropped.
 *
 * @param {Element | null} target
 * @param {number} x
 * @param {number} y
 */
function dropCaret(target, x, y) {
  const field = fieldOf(target);
  if (!field) return;
  dom.focus(field);
  const caret = dom.caretAt(x, y);
  if (!caret) return;
  const [node, offset] = caret;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
    if (field.selectionStart !== null && node === field) field.setSelectionRange(offset, offset);
  } else if (dom.isElement(node) ? dom.contains(field, node) : node.parentNode && dom.contains(field, dom.parentOf(node) ?? field)) {
    window.getSelection()?.setBaseAndExtent(node, offset, node, offset);
  }
}

/** How a paste, a drop or a piece of input goes on that could not be checked. @type {import("./guarded.js").Recovery["recover"]} */
export function recoverArrival(event) {
  const data = /** @type {DataTransfer | null} */ (event.clipboardData ?? event.dataTransfer);
  const types = data ? textsOf(data) : new Map([["text/plain", event.data ?? ""]]);
  const content = { text: plainOf(types), types, files: data ? [...data.files] : [] };
  const target = dom.targetOf(event);
  return {
    texts: [...types.values()],
    release: () => insert(target, content),
    replace: (part, picks) => replace(target, part, picks),
  };
}
