/**
 * Putting text into a field as a person's paste would, so that the editor that owns the field keeps its model, its
 * formatting and its undo.
 *
 * The order was found by trying ten editors in two browsers: a `paste` event first, which every editor takes that has
 * its own model; where nobody took it, the browser's own insertion, which plain fields take with undo. That one alone
 * garbles Lexical and Draft.js.
 */
import * as dom from "./dom.js";
import { fieldOf, textOf } from "./field.js";

/** Our own `paste` events, and whether a command of ours is under way: neither is scanned again. */
const ownEvents = new WeakSet();
let inserting = false;

/** Whether an event is the guard's own doing. @param {Event} event */
export function isOwn(event) {
  return ownEvents.has(event) || (inserting && (event.type === "beforeinput" || event.type === "input"));
}

/**
 * What is to be inserted: the plain text, and, for what is put back as it was, all that came with it.
 *
 * @typedef {object} Content
 * @property {string} text
 * @property {Map<string, string>} [types] by media type
 * @property {File[]} [files]
 */

/**
 * Inserts at the caret. Focus and selection have been put back before.
 *
 * @param {Element | null} target
 * @param {Content} content
 */
export function insert(target, { text, types, files }) {
  const element = target && dom.isConnected(target) ? target : dom.activeElement();
  if (!element) return;
  const data = new DataTransfer();
  for (const [type, value] of types ?? []) data.setData(type, value);
  data.setData("text/plain", text);
  for (const file of files ?? []) data.items.add(file);
  // The last two members are older than `clipboardData`, which Firefox ignores here; Chromium does not know them.
  const init = { clipboardData: data, dataType: "text/plain", data: text, bubbles: true, cancelable: true, composed: true };
  const event = new ClipboardEvent("paste", /** @type {ClipboardEventInit} */ (init));
  ownEvents.add(event);
  if (!EventTarget.prototype.dispatchEvent.call(element, event)) return;
  insertNatively(element, text);
}

/** @param {Element} element @param {string} text */
function insertNatively(element, text) {
  const field = fieldOf(element);
  if (!field) return;
  inserting = true;
  try {
    // An input of one line takes a line break for a space when a person pastes; the command would drop what follows.
    dom.execCommand("insertText", field instanceof HTMLInputElement ? text.replace(/[\r\n]+/g, " ") : text);
  } finally {
    inserting = false;
  }
}

/** What a native insertion or a change by script would look like to the frameworks that listen. @param {Element} field */
function announceInput(field) {
  const event = new InputEvent("input", { bubbles: true, composed: true });
  ownEvents.add(event);
  EventTarget.prototype.dispatchEvent.call(field, event);
}

/**
 * Replaces spans of a text control, the last one first, so that undo takes back one replacement at a time.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 * @param {import("./scanner.js").Replacement[]} replacements
 */
export function replaceInControl(control, replacements) {
  dom.focus(control);
  for (const { start, end, text } of replacements.toReversed()) {
    const before = control.value;
    const wanted = before.slice(0, start) + text + before.slice(end);
    inserting = true;
    try {
      if (dom.activeElement() === control && control.selectionStart !== null) {
        control.setSelectionRange(start, end);
        dom.execCommand("insertText", text);
      }
    } finally {
      inserting = false;
    }
    // Hidden and read-only controls, and types without a selection.
    if (control.value === before) {
      control.value = wanted;
      announceInput(control);
    }
  }
}

/** How long an editor may take to show what it was given, and how often that is looked at. */
const ARRIVAL_MS = 1000;
const LOOK_MS = 40;

/**
 * Whether a text has come to stand in a field, given the time that editors take. White space does not count: editors
 * make paragraphs, list items and non-breaking spaces of it.
 *
 * @param {Element | null} field
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function arrived(field, text) {
  const wanted = bare(text);
  for (let waited = 0; waited <= ARRIVAL_MS; waited += LOOK_MS) {
    const current = field && dom.isConnected(field) ? field : fieldOf(dom.activeElement());
    if (current && bare(textOf(current)).includes(wanted)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/** @param {string} text */
function bare(text) {
  return text.replace(/[\s\u200b\u2060\ufeff]+/g, "");
}

