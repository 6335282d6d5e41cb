/**
 * The DOM, called in ways that the names in a page cannot shadow.
 *
 * The guard runs in its own world, so a page that redefines prototypes touches only its own copies. One door stays
 * open: named elements. `<input name="submit">` replaces `form.submit`, `<img name="activeElement">` replaces
 * `document.activeElement`, for every world. So forms and documents are only read and called through prototypes,
 * and everything that may meet a form (a parent, a name, a root) goes through here.
 */

/** @type {Map<object, Map<string, (this: unknown) => unknown>>} */
const getters = new Map();

/**
 * Reads an attribute of a platform object through the getter of its interface.
 *
 * @param {object} prototype
 * @param {string} name
 * @param {unknown} object
 * @returns {any}
 */
function read(prototype, name, object) {
  let ofPrototype = getters.get(prototype);
  if (!ofPrototype) getters.set(prototype, (ofPrototype = new Map()));
  let getter = ofPrototype.get(name);
  if (!getter) {
    const found = Object.getOwnPropertyDescriptor(prototype, name)?.get;
    if (!found) return undefined;
    ofPrototype.set(name, (getter = found));
  }
  return Reflect.apply(getter, object, []);
}

const XHTML = "http://www.w3.org/1999/xhtml";

/** An HTML element, also in a document that is not HTML. @param {string} name @returns {HTMLElement} */
export function createElement(name) {
  return /** @type {HTMLElement} */ (Document.prototype.createElementNS.call(document, XHTML, name));
}

/** @param {string} name @returns {SVGElement} */
export function createSvg(name) {
  return /** @type {SVGElement} */ (Document.prototype.createElementNS.call(document, "http://www.w3.org/2000/svg", name));
}

/** @returns {Range} */
export function createRange() {
  return Document.prototype.createRange.call(document);
}

/** The element that everything of ours hangs on; null while the document is being replaced. @returns {Element | null} */
export function documentElement() {
  return read(Document.prototype, "documentElement", document);
}

/** @param {Node} node @returns {Node | null} */
function parentNode(node) {
  return read(Node.prototype, "parentNode", node);
}

/**
 * The parent, going from a shadow root to its host.
 *
 * @param {Node} node
 * @returns {Element | null}
 */
export function parentOf(node) {
  const parent = parentNode(node);
  if (isElement(parent)) return parent;
  return parent instanceof ShadowRoot ? parent.host : null;
}

/** @param {unknown} value @returns {value is Element} */
export function isElement(value) {
  return value instanceof Element;
}

/** @param {Node} node @returns {boolean} */
export function isConnected(node) {
  return read(Node.prototype, "isConnected", node);
}

/** @param {Element} element @returns {string} */
export function localName(element) {
  return read(Element.prototype, "localName", element);
}

/** @param {Element} element @param {string} name @returns {string | null} */
export function attribute(element, name) {
  return Element.prototype.getAttribute.call(element, name);
}

/** @param {Element} element @param {string} selector @returns {boolean} */
export function matches(element, selector) {
  return Element.prototype.matches.call(element, selector);
}

/** @param {Element | Document | ShadowRoot} root @param {string} selector @returns {Element[]} */
export function queryAll(root, selector) {
  const prototype = root instanceof Document ? Document.prototype : root instanceof ShadowRoot ? DocumentFragment.prototype : Element.prototype;
  return [...prototype.querySelectorAll.call(root, selector)];
}

/** Whether `inner` is `outer` or inside it, also through shadow roots. @param {Element} outer @param {Element} inner */
export function contains(outer, inner) {
  for (let element = /** @type {Element | null} */ (inner); element; element = parentOf(element)) {
    if (element === outer) return true;
  }
  return false;
}

/** @param {Node} node @returns {Document | ShadowRoot | Node} */
export function rootOf(node) {
  return Node.prototype.getRootNode.call(node);
}

/** @param {Element} element @returns {DOMRect} */
export function box(element) {
  return Element.prototype.getBoundingClientRect.call(element);
}

/** @param {Element} element @returns {string} */
export function textContent(element) {
  return read(Node.prototype, "textContent", element) ?? "";
}

/**
 * The shadow root of an element, closed ones too: both browsers give it to extensions.
 *
 * @param {Element} element
 * @returns {ShadowRoot | null}
 */
export function shadowRootOf(element) {
  if (!(element instanceof HTMLElement)) return null;
  const open = read(Element.prototype, "shadowRoot", element);
  if (open) return open;
  const firefox = read(Element.prototype, "openOrClosedShadowRoot", element);
  if (firefox) return firefox;
  try {
    return chrome.dom?.openOrClosedShadowRoot(element) ?? null;
  } catch {
    // The extension was updated under the page. What is in a closed root is then seen as its host.
    return null;
  }
}

/** The element that has the focus, inside shadow roots too. @returns {Element | null} */
export function activeElement() {
  return innermost(read(Document.prototype, "activeElement", document));
}

/**
 * @param {Element | null} element
 * @returns {Element | null}
 */
function innermost(element) {
  while (element) {
    const inner = shadowRootOf(element)?.activeElement;
    if (!inner) break;
    element = inner;
  }
  return element;
}

/**
 * The element that an event is about: the innermost one, where the browser shows only the host of a closed root.
 *
 * @param {Event} event
 * @returns {Element | null}
 */
export function targetOf(event) {
  const [first] = Event.prototype.composedPath.call(event);
  const element = isElement(first) ? first : first instanceof Node ? parentOf(first) : null;
  return element && innermost(element);
}

/** Keeps an event from everybody else and from its default action. @param {Event} event */
export function stop(event) {
  Event.prototype.preventDefault.call(event);
  Event.prototype.stopImmediatePropagation.call(event);
}

/** @param {string} command @param {string} [value] @returns {boolean} */
export function execCommand(command, value) {
  return Document.prototype.execCommand.call(document, command, false, value);
}

/** @param {Element} element */
export function focus(element) {
  if (element instanceof HTMLElement || element instanceof SVGElement) {
    (element instanceof SVGElement ? SVGElement : HTMLElement).prototype.focus.call(element, { preventScroll: true });
  }
}

/** @param {Element} element @returns {element is HTMLFormElement} */
export function isForm(element) {
  return element instanceof HTMLFormElement;
}

/** The controls of a form, those outside of its tree too. @param {HTMLFormElement} form @returns {Element[]} */
export function controlsOf(form) {
  return Array.from(read(HTMLFormElement.prototype, "elements", form));
}

/** The form that a button or a field belongs to. @param {Element} element @returns {HTMLFormElement | null} */
export function formOf(element) {
  const form = /** @type {{form?: unknown}} */ (/** @type {unknown} */ (element)).form;
  if (!isForm(element) && form instanceof HTMLFormElement) return form;
  for (let parent = parentOf(element); parent; parent = parentOf(parent)) if (isForm(parent)) return parent;
  return null;
}

/**
 * The place in the text under a point.
 *
 * @param {number} x
 * @param {number} y
 * @returns {[Node, number] | null}
 */
export function caretAt(x, y) {
  if ("caretPositionFromPoint" in Document.prototype) {
    const position = Document.prototype.caretPositionFromPoint.call(document, x, y);
    return position && [position.offsetNode, position.offset];
  }
  const range = /** @type {any} */ (Document.prototype).caretRangeFromPoint?.call(document, x, y);
  return range && [range.startContainer, range.startOffset];
}

/** Walks the elements and texts inside an element. @param {Element} root @returns {TreeWalker} */
export function createTreeWalker(root) {
  return /** @type {any} */ (Document.prototype).createTreeWalker.call(document, root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
}

/** What addresses in the document of a node are resolved against. @param {Node} node @returns {string} */
export function baseOf(node) {
  return read(Node.prototype, "baseURI", node);
}
