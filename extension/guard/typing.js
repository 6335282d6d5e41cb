/**
 * Keys that a person types, or has typed: a quiet mark at the field at once. Nothing is stopped here; what is about
 * to be sent is (leave.js).
 */
import { askOnce } from "./background.js";
import * as dom from "./dom.js";
import { drawnEditorOf, fieldOf, isTextControl, textNearCaret, textOf } from "./field.js";
import { findIn } from "./findings.js";
import * as mark from "./mark.js";
import { warmUp } from "./scanner.js";
import * as sign from "./sign.js";

/** Fields that a person has been in, the last one last. What a page fills by itself is looked at in its form. */
/** @type {Element[]} */
let known = [];

/** More than that many fields are not kept in mind. */
const MAX_FIELDS = 32;

/** The last characters typed into fields that do not show all of their text (Monaco, CodeMirror). @type {WeakMap<Element, string>} */
const typed = new WeakMap();

/** As long as the longest key that somebody types by hand. */
const TYPED_UNITS = 512;

/** No key is shorter. */
const TYPED_KEY_UNITS = 8;

/** The fields that a person has been in, and that are still there. @returns {Element[]} */
export function knownFields() {
  return (known = known.filter(dom.isConnected));
}

/** @param {Element} field */
function keepInMind(field) {
  if (known.at(-1) === field) return;
  known = [...known.filter((other) => other !== field), field].slice(-MAX_FIELDS);
}

/** What was typed last into a field, followed key by key. @param {Element} field */
export function typedInto(field) {
  return typed.get(field) ?? "";
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
  void sign.offer(field);
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

/**
 * Follows the characters typed, whatever the editor makes of them. A caret that moves, or a new line, begins anew: so a
 * key that is typed in two goes into an editor that shows only a part of its text is missed there.
 *
 * @param {KeyboardEvent} event
 */
export function followKey(event) {
  if (!event.isTrusted || event.isComposing) return;
  const field = fieldOf(dom.targetOf(event));
  if (!field) return;
  const before = typedInto(field);
  const { key } = event;
  const isCommand = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (key.length === 1 && !isCommand) typed.set(field, (before + key).slice(-TYPED_UNITS));
  else if (key === "Backspace" && !isCommand) typed.set(field, before.slice(0, -1));
  else if ((isCommand && key.length === 1) || /^(Arrow|Home|End|Page|Delete|Tab|Backspace|Enter)/.test(key)) typed.delete(field);
  // Editors with a model of their own take some keys, and those on an `EditContext` all, without an `input`.
  if (!isTextControl(field) || drawnEditorOf(field)) lookAfter(field, TURN_MS);
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

/** How long an editor takes for a key. */
const TURN_MS = 30;

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
  lookAfter(field, PAUSE_MS);
}

/** @param {Element} field @param {number} delayMs */
function lookAfter(field, delayMs) {
  clearTimeout(pause);
  pause = setTimeout(() => lookQuietly(field), slow.has(field) ? PAUSE_MS : delayMs);
}

/** @param {Element} field */
function lookQuietly(field) {
  try {
    look(field);
  } catch {
    // Only the mark is missing; what is sent is looked at again, and is held then.
  }
}

/** Shows the mark or takes it away. @param {Element} field */
function look(field) {
  const start = performance.now();
  let text = textNearCaret(field);
  let findings = findIn(text);
  // What was typed and is not shown; a mark that is there stays while the key is anywhere in a long text.
  for (const other of [typedInto(field), mark.isAt(field) ? textOf(field) : ""]) {
    if (findings.length === 0 && other.length >= TYPED_KEY_UNITS) findings = findIn((text = other));
  }
  if (findings.length > 0) void mark.show(field, { text, findings });
  else mark.remove(field);
  if (performance.now() - start > QUICK_MS) slow.add(field);
}
