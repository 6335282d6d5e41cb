/**
 * The facts about the field that a key is to be filled into.
 *
 * This only measures; what the facts mean is decided in the background (`src/fill/field.rs`). Nothing of what stands in
 * the field is among them.
 */
import * as dom from "./dom.js";
import { fieldOf, isTextControl } from "./field.js";

/**
 * As `Field` in `src/fill/field.rs`.
 *
 * @typedef {object} Facts
 * @property {"input" | "textarea" | "editable" | "other"} element
 * @property {string} kind
 * @property {string} name
 * @property {string} id
 * @property {string} label
 * @property {boolean} connected
 * @property {boolean} readOnly
 * @property {boolean} hasText
 * @property {boolean} rendered
 * @property {number} opacity
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} widthInView
 * @property {number} heightInView
 * @property {number} points
 * @property {string | null} action
 * @property {string[]} buttonActions
 * @property {boolean} inAddress
 * @property {string} base
 */

/** The element that is written to: the field with the focus, or whatever else has it. @returns {Element | null} */
export function focused() {
  const active = dom.activeElement();
  return fieldOf(active) ?? active;
}

/** @param {Element} element @returns {Facts} */
export function measure(element) {
  return { ...describe(element), ...sight(element), ...roads(element) };
}

/** Longer names are not compared to their end. */
const NAME_UNITS = 200;

/** @param {Element} element */
function describe(element) {
  const control = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  const editable = !control && fieldOf(element) === element;
  const value = control ? element.value : dom.textContent(element).trim();
  return {
    element: /** @type {Facts["element"]} */ (control ? dom.localName(element) : editable ? "editable" : "other"),
    kind: element instanceof HTMLInputElement ? element.type : "",
    name: (dom.attribute(element, "name") ?? "").slice(0, NAME_UNITS),
    id: (dom.attribute(element, "id") ?? "").slice(0, NAME_UNITS),
    label: labelOf(element),
    connected: dom.isConnected(element),
    readOnly: control && (element.readOnly || dom.matches(element, ":disabled")),
    hasText: (!control || isTextControl(element)) && value !== "",
  };
}

/** Longer labels are sentences. */
const LABEL_UNITS = 80;

/** What a person reads beside the field. @param {Element} element */
function labelOf(element) {
  const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : [];
  const root = dom.rootOf(element);
  const ids = (dom.attribute(element, "aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  const named =
    root instanceof Document || root instanceof ShadowRoot ? ids.flatMap((id) => dom.queryAll(root, `#${CSS.escape(id)}`).slice(0, 1)) : [];
  const texts = [
    ...named.map(dom.textContent),
    dom.attribute(element, "aria-label"),
    ...labels.map(dom.textContent),
    dom.attribute(element, "placeholder"),
    dom.attribute(element, "title"),
  ];
  const text = texts.map((text) => (text ?? "").replace(/\s+/g, " ").trim()).find((text) => text !== "") ?? "";
  return [...text].slice(0, LABEL_UNITS).join("");
}

/** Three rows of three. */
const POINTS = [1 / 6, 3 / 6, 5 / 6];

/**
 * How the field is seen, through the frames around it too: those are of this origin, or nothing is filled.
 *
 * @param {Element} element
 */
function sight(element) {
  const { left, top, width, height } = dom.box(element);
  let rendered = true;
  let opacity = 1;
  // In the coordinates of this frame.
  let [west, north, east, south] = [left, top, left + width, top + height];
  for (const { view, shown, x, y } of levels(element)) {
    rendered &&= Element.prototype.checkVisibility.call(shown, { visibilityProperty: true, contentVisibilityAuto: true });
    opacity *= opacityOf(shown, view);
    [west, north] = [Math.max(west, -x), Math.max(north, -y)];
    [east, south] = [Math.min(east, view.innerWidth - x), Math.min(south, view.innerHeight - y)];
  }
  const widthInView = Math.max(0, east - west);
  const heightInView = Math.max(0, south - north);
  let points = 0;
  if (widthInView > 0 && heightInView > 0) {
    for (const row of POINTS) {
      for (const column of POINTS) if (meets(element, west + column * widthInView, north + row * heightInView)) points++;
    }
  }
  return {
    rendered,
    opacity: Math.round(opacity * 100),
    x: Math.round(left + width / 2 + window.scrollX),
    y: Math.round(top + height / 2 + window.scrollY),
    width: Math.round(width),
    height: Math.round(height),
    widthInView: Math.round(widthInView),
    heightInView: Math.round(heightInView),
    points,
  };
}

/**
 * The element in this frame, then the frame's element in the page around it, and so on, with where this frame's corner is.
 *
 * @param {Element} element
 * @returns {{view: Window, shown: Element, x: number, y: number}[]}
 */
function levels(element) {
  /** @type {{view: Window, shown: Element, x: number, y: number}[]} */
  const levels = [{ view: window, shown: element, x: 0, y: 0 }];
  let x = 0;
  let y = 0;
  for (let view = /** @type {Window} */ (window); ; view = view.parent) {
    const frame = frameOf(view);
    if (!frame) return levels;
    const { left, top } = dom.box(frame);
    x += left + frame.clientLeft;
    y += top + frame.clientTop;
    levels.push({ view: view.parent, shown: frame, x, y });
  }
}

/** The element that shows a window in the one around it, where that is of this origin. @param {Window} view */
function frameOf(view) {
  try {
    return view.frameElement;
  } catch {
    return null;
  }
}

/** Of an element and everything around it. @param {Element} element @param {Window} view */
function opacityOf(element, view) {
  let opacity = 1;
  for (let current = /** @type {Element | null} */ (element); current; current = current.assignedSlot ?? dom.parentOf(current)) {
    const style = view.getComputedStyle(current);
    opacity *= Number(style.opacity);
    const filter = /opacity\(([\d.]+)\)/.exec(style.filter);
    if (filter) opacity *= Number(filter[1]);
  }
  return opacity;
}

/**
 * Whether a click at a point of this frame would meet the element, in the pages around the frame too.
 *
 * @param {Element} element
 * @param {number} atX
 * @param {number} atY
 */
function meets(element, atX, atY) {
  return levels(element).every(({ view, shown, x, y }) => {
    const met = elementAt(view.document, atX + x, atY + y);
    return met !== null && dom.contains(shown, met);
  });
}

/** The innermost element at a point. @param {Document} inside @param {number} x @param {number} y @returns {Element | null} */
function elementAt(inside, x, y) {
  let met = Document.prototype.elementFromPoint.call(inside, x, y);
  while (met) {
    const inner = dom.shadowRootOf(met)?.elementFromPoint(x, y);
    if (!inner || inner === met) break;
    met = inner;
  }
  return met;
}

/** A form that sends to more origins than this sends to another one among the first. */
const MOST_BUTTONS = 32;

/** Where the form of the field, its buttons and the page's own addresses lead. @param {Element} element */
function roads(element) {
  const form = dom.formOf(element);
  const base = dom.baseOf(element);
  const action = form && dom.attribute(form, "action");
  const method = form && dom.attribute(form, "method");
  const buttons = form ? [...dom.controlsOf(form), ...dom.queryAll(form, "input[type=image]")] : [];
  const buttonActions = buttons.map((button) => dom.attribute(button, "formaction")).filter((action) => action !== null);
  return {
    action: form ? target(action ?? "", base) : null,
    buttonActions: [...new Set(buttonActions.map((action) => target(action, base)))].slice(0, MOST_BUTTONS),
    // A form with neither is one that a script sends.
    inAddress: (method !== null || action !== null) && (method ?? "get").toLowerCase() === "get" && dom.attribute(element, "name") !== null,
    base: new URL(base).origin,
  };
}

/** @param {string} address @param {string} base */
function target(address, base) {
  try {
    // An empty one is the page itself, whatever the base.
    const url = address.trim() === "" ? new URL(location.href) : new URL(address, base);
    return url.protocol === "javascript:" ? url.protocol : url.origin;
  } catch {
    return "null";
  }
}
