/**
 * Keys that a person types, or has typed: a quiet mark at the field at once. Nothing is stopped here; what is about
 * to be sent is (leave.js).
 */
import { askOnce } from "./background.js";
import * as dom from "./dom.js";
import { fieldOf, textNearCaret, textOf } from "./field.js";
import { findIn } from "./findings.js";
import * as mark from "./mark.js";
import { warmUp } from "./scanner.js";

/** Fields that a person has been in, the last one last. What a page fills by itself is looked at in its form. */
/** @type {Element[]} */
let known = [];

/** More than that many fields are not kept in mind. */
const MAX_FIELDS = 32;

/** The last characters typed into fields that do not show all of their text (Monaco, CodeMirror). @type {WeakMap<Element, string>} */
const typed = new WeakMap();

/** As long as the longest key that somebody types by hand. */
const TYPED_UNITS = 512;

/** The fields that a person has been in, and that are still there. @returns {Element[]} */
export function knownFields() {
  return (known = known.filter(dom.isConnected));
}

/** @param {Element} field */
function keepInMind(field) {
  if (known.at(-1) === field) return;
  known = [...known.filter((other) => other !== field), field].slice(-MAX_FIELDS);
}

/** All that may be sent from a field: what stands in it and what was typed last. @param {Element} field @returns {string[]} */
export function textsToSend(field) {
  const text = textOf(field);
  const keys = typed.get(field) ?? "";
  return keys.length < 8 || text.includes(keys) ? [text] : [text, keys];
}

/** Forgets what was typed, after it has been replaced or let through. @param {Element} field */
export function forgetTyped(field) {
  typed.delete(field);
}

/** The first sign of a person in this frame. @param {Event} event */
export function onFocusIn(event) {
  if (!event.isTrusted) return;
  void askOnce();
  const field = fieldOf(dom.targetOf(event));
  if (!field) return;
  keepInMind(field);
  // Setting up the scanner takes some milliseconds, which are not to be paid by the first paste.
  const later = globalThis.requestIdleCallback ?? setTimeout;
  later(() => {
    try {
      warmUp();
    } catch {
      // Said when something is stopped because of it.
    }
  });
}

/** Follows the characters typed, whatever the editor makes of them. @param {KeyboardEvent} event */
export function followKey(event) {
  if (!event.isTrusted || event.isComposing) return;
  const field = fieldOf(dom.targetOf(event));
  if (!field) return;
  const before = typed.get(field) ?? "";
  const { key } = event;
  const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (key.length === 1 && !isCommand) typed.set(field, (before + key).slice(-TYPED_UNITS));
  else if (key === "Backspace" && !isCommand) typed.set(field, before.slice(0, -1));
  else if (key === "Enter") typed.set(field, `${before}\n`);
  else if (/^(Arrow|Home|End|Page|Delete|Tab|Backspace)/.test(key)) typed.delete(field);
}

/** The caret goes elsewhere: what is typed next does not follow what was typed last. @param {Event} event */
export function onPointerDown(event) {
  if (!event.isTrusted) return;
  void askOnce();
  const field = fieldOf(dom.targetOf(event));
  if (field) typed.delete(field);
}

/** How long looking at a field may take while somebody types in it; slower ones are looked at in pauses. */
const QUICK_MS = 3;
const PAUSE_MS = 150;

/** @type {WeakSet<Element>} */
const slow = new WeakSet();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;

/** @param {Event} event */
export function onInput(event) {
  const field = fieldOf(dom.targetOf(event));
  if (!field) return;
  keepInMind(field);
  if (!slow.has(field)) {
    look(field);
    return;
  }
  clearTimeout(pause);
  pause = setTimeout(() => {
    try {
      look(field);
    } catch {
      // Only the mark is missing.
    }
  }, PAUSE_MS);
}

/** Shows the mark or takes it away. @param {Element} field */
function look(field) {
  const start = performance.now();
  const keys = typed.get(field) ?? "";
  let findings = findIn(textNearCaret(field));
  if (findings.length === 0 && keys.length >= 8) findings = findIn(keys);
  // A mark stays while the key is anywhere in a long text.
  if (findings.length === 0 && mark.isAt(field)) findings = findIn(textOf(field));
  if (findings.length > 0) mark.show(field, findings);
  else mark.remove(field);
  if (performance.now() - start > QUICK_MS) slow.add(field);
}
