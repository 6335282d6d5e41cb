/**
 * The roads by which text leaves a page: Enter in a composer, a click on what sends, `submit`.
 *
 * All text that would go along is read at that moment, so keys that a page put into its fields by script are seen too.
 */
import { attribute, contains, controlsOf, formOf, isForm, matches, parentOf, queryAll, targetOf, stop } from "./dom.js";
import * as dom from "./dom.js";
import { fieldOf, isTextControl, saveSelection, textOf } from "./field.js";
import { findIn, isRemembered, stopping } from "./findings.js";
import { ask } from "./hold.js";
import * as mark from "./mark.js";
import { redo } from "./redo.js";
import { rewrite, withReplacements } from "./rewrite.js";
import { followKey, forgetTyped, knownFields, typedInto } from "./typing.js";

/** @typedef {import("./hold.js").Stopped} Stopped */
/** @typedef {import("./findings.js").Part & {field: Element, readable: boolean}} FieldPart */

/** @param {Event} event */
export function onKeyDown(event) {
  // A page can give any event this type.
  if (!(event instanceof KeyboardEvent)) return;
  // What a key presses is a press of its own.
  if (event.isTrusted) pressed = undefined;
  if (sendsByKey(event)) leave("enter", event, fieldsByKey(event), () => redo.enter(event));
  followKey(event);
}

/**
 * Enter sends, alone or with Control or Command; with Shift it is a new line everywhere, and while a word is being
 * composed it ends the word (229 is what old input methods report).
 *
 * @param {KeyboardEvent} event
 */
function sendsByKey(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** @param {KeyboardEvent} event */
function fieldsByKey(event) {
  const target = targetOf(event);
  const field = fieldOf(target);
  if (field) return [field];
  // Enter on a button presses it.
  return target ? fieldsByButton(target) : [];
}

/** @param {Event} event */
export function onPress(event) {
  if (swallows(event)) {
    stop(event);
    return;
  }
  const target = targetOf(event);
  const button = target && buttonOf(target);
  if (!button) return;
  const held = leave("click", event, fieldsByButton(button), () => redo.click(button));
  if (held && event.type !== "click") swallowRest(event);
}

/** Of a press that was stopped at its beginning, the rest must not arrive either. @type {{until: number} | undefined} */
let pressed;

/** A press that lasts longer than this is a new one. */
const PRESS_MS = 3000;

/** @param {Event} event */
function swallowRest(event) {
  pressed = { until: event.timeStamp + PRESS_MS };
}

/** @param {Event} event */
function swallows(event) {
  if (!pressed || !event.isTrusted) return false;
  if (event.type === "pointerdown" || event.timeStamp > pressed.until) {
    pressed = undefined;
    return false;
  }
  if (event.type === "click") pressed = undefined;
  return true;
}

/** @param {Event} event */
export function onSubmit(event) {
  const [form] = event.composedPath();
  if (!(form instanceof HTMLFormElement)) return;
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  leave("submit", event, fieldsOfForm(form), () => redo.submit(form, submitter));
}

/**
 * @param {Stopped["road"]} road
 * @param {Event} event
 * @param {Element[]} fields
 * @param {() => void} release
 * @returns {boolean} whether it was stopped
 */
function leave(road, event, fields, release) {
  /** @type {FieldPart[]} */
  const parts = [];
  for (const field of fields) {
    const text = textOf(field);
    if (isRemembered(text)) continue;
    const findings = stopping(findIn(text));
    if (findings.length > 0) parts.push({ text, findings, field, readable: true });
    // What was typed counts where the editor does not show it any more.
    const keys = typedInto(field);
    const unseen = text.includes(keys) ? [] : stopping(findIn(keys)).filter(({ start, end }) => !text.includes(keys.slice(start, end)));
    if (unseen.length > 0) parts.push({ text: keys, findings: unseen, field, readable: false });
  }
  if (parts.length === 0) return false;
  const restore = saveSelection(fieldOf(targetOf(event)));
  stop(event);
  const again = () => {
    if (!leave(road, event, fields, release)) release();
  };
  ask({ road, parts, unchecked: [], restore, release, replace, again });
  return true;
}

/** @type {Stopped["replace"]} */
async function replace(anyPart, picks) {
  const part = /** @type {FieldPart} */ (anyPart);
  const missing = part.readable ? await rewrite(part.field, part.findings, picks, part.text) : withReplacements(part, picks);
  forgetTyped(part.field);
  if (missing === null) mark.remove(part.field);
  return missing;
}

/** The fields whose text a form sends. @param {HTMLFormElement} form @returns {Element[]} */
function fieldsOfForm(form) {
  const controls = controlsOf(form).filter(isTextControl);
  const hosts = queryAll(form, "[contenteditable]").map(fieldOf).filter((host) => host !== null);
  // An editor inside a shadow root of the form sends by the form's own script.
  const inside = knownFields().filter((field) => contains(form, field));
  return [...new Set([...controls, ...hosts, ...inside])];
}

/** What looks as if it could send something. */
const BUTTON = "button, input[type=submit], input[type=image], input[type=button], [role=button], summary, a";

/** Buttons that open, switch or choose: they send nothing. */
const NO_SENDER = "[aria-haspopup]:not([aria-haspopup=false]), [aria-pressed], [aria-expanded], [role=tab], [role=menuitem], [role=switch], summary";

/** How far above the place that was pressed a button is looked for. */
const LEVELS_UP = 8;

/**
 * The button that a press is on: one by name or role, or what the page shows a hand over.
 *
 * @param {Element} element
 * @returns {Element | null}
 */
function buttonOf(element) {
  if (knownFields().length === 0 && !formOf(element)) return null;
  if (fieldOf(element)) return null;
  let current = /** @type {Element | null} */ (element);
  for (let level = 0; current && level < LEVELS_UP; level++) {
    if (matches(current, BUTTON)) return leadsAway(current) || matches(current, NO_SENDER) ? null : current;
    current = parentOf(current);
  }
  return getComputedStyle(element).cursor === "pointer" ? element : null;
}

/** A link to another page takes no text along. @param {Element} element */
function leadsAway(element) {
  if (dom.localName(element) !== "a") return false;
  const address = attribute(element, "href");
  return address !== null && address !== "" && !/^(#|javascript:)/i.test(address);
}

/**
 * The fields that a button may send: those of its form, and those that a person has been in and that stand in the
 * same composer, which is the nearest surrounding that has such a field at all.
 *
 * @param {Element} button
 * @returns {Element[]}
 */
function fieldsByButton(button) {
  const form = formOf(button);
  const submits = form && matches(button, "button:not([type]), [type=submit], [type=image], button:not([type=button], [type=reset])");
  const fields = submits ? fieldsOfForm(form) : [];
  const candidates = knownFields().filter((field) => !fields.includes(field));
  for (let around = parentOf(button); around && candidates.length > 0; around = parentOf(around)) {
    const near = candidates.filter((field) => contains(/** @type {Element} */ (around), field));
    if (near.length > 0) return [...fields, ...near];
    if (isForm(around) && fields.length > 0) break;
  }
  return fields;
}

/** @type {import("./guarded.js").Recovery["recover"]} */
export function recoverKey(event) {
  return recoverSending(event, fieldsByKey(event), () => redo.enter(event));
}

/** @type {import("./guarded.js").Recovery["recover"]} */
export function recoverPress(event) {
  const target = targetOf(event);
  if (event.type !== "click") swallowRest(event);
  return recoverSending(event, target ? fieldsByButton(target) : [], () => target && redo.click(target));
}

/** @type {import("./guarded.js").Recovery["recover"]} */
export function recoverSubmit(event) {
  const [form] = event.composedPath();
  return recoverSending(event, fieldsOfForm(form), () => redo.submit(form, event.submitter));
}

/** @param {Event} event @param {Element[]} fields @param {() => void} release */
function recoverSending(event, fields, release) {
  const texts = fields.map(textOf);
  return {
    texts,
    restore: saveSelection(fieldOf(targetOf(event))),
    release,
    replace,
    /** @param {import("./findings.js").Part[]} parts */
    narrow: (parts) => parts.map((part) => ({ ...part, field: fields[texts.indexOf(part.text)], readable: true })),
  };
}
