/**
 * What a person writes in: which element it is, what stands in it, where the caret is.
 *
 * A *field* is a text control (input, textarea) or an editing host (contenteditable, and what editors build on it).
 */
import * as dom from "./dom.js";
import { readRich } from "./rich.js";

/** Types of `<input>` that hold text. Hidden ones too: pages copy editors into them. */
const TEXT_TYPES = new Set(["text", "search", "password", "url", "email", "tel", "hidden", "number", ""]);

/** @param {Element} element @returns {element is HTMLInputElement | HTMLTextAreaElement} */
export function isTextControl(element) {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && TEXT_TYPES.has(element.type);
}

/** @param {Element | null} element @returns {element is HTMLElement} */
function isEditable(element) {
  return element instanceof HTMLElement && element.isContentEditable;
}

/**
 * The field that an element is, or is part of.
 *
 * @param {Element | null} element
 * @returns {Element | null}
 */
export function fieldOf(element) {
  if (!element) return null;
  if (isTextControl(element)) return element;
  if (hasEditContext(element)) return element;
  /** @type {Element | null} */
  let host = null;
  for (let current = /** @type {Element | null} */ (element); isEditable(current); current = dom.parentOf(current)) host = current;
  return host;
}

/** Chromium's way for an editor to take text without being editable (Monaco). @param {Element} element */
export function hasEditContext(element) {
  return "editContext" in element && element.editContext != null;
}

/**
 * The text of a field.
 *
 * An editor that keeps a tiny control for the keyboard and draws the text elsewhere (Monaco, Ace) is read where it
 * draws; it draws what is in view, so keys that were typed are also followed key by key (typing.js).
 *
 * @param {Element} field
 * @returns {string}
 */
export function textOf(field) {
  if (isTextControl(field)) {
    const drawn = drawnEditorOf(field);
    return drawn ? `${field.value}\n${readRich(drawn).text}` : field.value;
  }
  return readRich(drawnEditorOf(field) ?? field).text;
}

/** How far up the drawn text of an editor is looked for. */
const LEVELS_UP = 6;

/**
 * Where an editor draws the text that is typed into a control which nobody sees.
 *
 * @param {Element} field
 * @returns {Element | null}
 */
export function drawnEditorOf(field) {
  if (!(field instanceof HTMLTextAreaElement) && !hasEditContext(field)) return null;
  if (field instanceof HTMLTextAreaElement) {
    const { width, height } = dom.box(field);
    // Ordinary text areas are seen; those of editors are a few pixels, transparent or as small as the caret.
    if (width > 24 && height > 24 && getComputedStyle(field).opacity !== "0") return null;
  }
  let editor = null;
  let parent = dom.parentOf(field);
  for (let level = 0; parent && level < LEVELS_UP && !dom.matches(parent, "body, html, form"); level++) {
    if (dom.attribute(parent, "role") === "code" || /editor/i.test(dom.attribute(parent, "class") ?? "")) editor = parent;
    parent = dom.parentOf(parent);
  }
  return editor;
}

/** How much of a long text is looked at on each side of the caret while somebody types. */
const NEAR_UNITS = 4096;

/** What is no longer than this is looked at whole. */
const SHORT_UNITS = 16 * NEAR_UNITS;

/**
 * The text around the caret of a long field, all of a short one.
 *
 * @param {Element} field
 * @returns {string}
 */
export function textNearCaret(field) {
  if (isEditable(field) && !hasEditContext(field)) return readRich(elementNearCaret(field)).text;
  const text = textOf(field);
  if (text.length <= SHORT_UNITS || !isTextControl(field)) return text;
  const caret = field.selectionEnd ?? text.length;
  return text.slice(Math.max(0, caret - NEAR_UNITS), caret + NEAR_UNITS);
}

/** The largest part of an editing host around the caret that is short. @param {Element} host */
function elementNearCaret(host) {
  const caret = selectionOf(host)?.focusNode;
  let near = caret && !dom.isElement(caret) ? dom.parentOf(caret) : caret;
  if (!near || !dom.contains(host, near)) return host;
  for (let outer = /** @type {Element | null} */ (near); outer && dom.textContent(outer).length <= SHORT_UNITS; outer = dom.parentOf(outer)) {
    near = outer;
    if (near === host) break;
  }
  return near;
}

/**
 * Remembers focus and selection.
 *
 * @param {Element | null} field
 * @returns {() => void} puts them back
 */
export function saveSelection(field) {
  const active = dom.activeElement() ?? field;
  if (active && isTextControl(active)) {
    const { selectionStart, selectionEnd, selectionDirection } = active;
    return () => {
      dom.focus(active);
      // Types without a selection (email, number) keep their caret by themselves.
      if (selectionStart !== null) active.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? "none");
    };
  }
  const range = selectedRange(field ?? active);
  return () => {
    if (active) dom.focus(active);
    if (range) select(range, field ?? active);
  };
}

/** @typedef {Pick<Range, "startContainer" | "startOffset" | "endContainer" | "endOffset">} Span a range that stays */

/** @param {Element | null} within @returns {Selection | null} */
function selectionOf(within) {
  const root = within && dom.rootOf(within);
  // Chromium keeps a selection per shadow root; elsewhere the window's reaches inside.
  if (root instanceof ShadowRoot && "getSelection" in root) return /** @type {any} */ (root).getSelection();
  return window.getSelection();
}

/** @param {Element | null} within @returns {Span | null} */
function selectedRange(within) {
  const selection = selectionOf(within);
  if (!selection) return null;
  const root = within && dom.rootOf(within);
  if (root instanceof ShadowRoot && !("getSelection" in root) && "getComposedRanges" in selection) {
    const [composed] = selection.getComposedRanges({ shadowRoots: [root] });
    if (composed) return composed;
  }
  if (selection.rangeCount === 0) return null;
  return selection.getRangeAt(0).cloneRange();
}

/** @param {Span} span @param {Element | null} within */
export function select({ startContainer, startOffset, endContainer, endOffset }, within) {
  if (!dom.isConnected(startContainer) || !dom.isConnected(endContainer)) return;
  selectionOf(within)?.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
}

/** Editors take over a selection some time after it was made; Slate looks at it every 100 ms. */
const SELECTION_MS = 160;

export async function untilSelectionIsSeen() {
  await new Promise((resolve) => setTimeout(resolve, SELECTION_MS));
}
