/**
 * What has changed in a page since the last look, as one text, as far as a key could be in it.
 */
import * as dom from "../guard/dom.js";

/** Changes that are looked at one by one; after more than that the whole page is. */
const MOST_CHANGES = 300;
/** Of one look, in text nodes and UTF-16 units. */
const MOST_NODES = 4000;
const MOST_UNITS = 1 << 17;
/** Fields of one look. */
const MOST_FIELDS = 60;
/** Of a text that a page copies. */
const MOST_COPIED = 1 << 14;
/** What the scanner recognises a key by can stand so far in front of it or behind it. */
const AROUND = 120;

/** What every key has: a run of its letters, with a digit in it. */
const PERHAPS = /(?=[\w+/=.-]{0,60}\d)[\w+/=.-]{16}/;

/** @type {Set<Node>} */
const changed = new Set();
let whole = false;
let fields = false;
let copied = "";

/** What a person wrote into is theirs. @type {WeakSet<EventTarget>} */
const written = new WeakSet();
window.addEventListener("input", (event) => event.isTrusted && event.target && written.add(event.target), { capture: true, passive: true });

/**
 * Notes what there is to look at: a change, a text that the page copied, or `"fields"`.
 *
 * @param {MutationRecord | string} what
 */
export function note(what) {
  if (what === "fields") fields = true;
  else if (typeof what === "string") copied = `${copied}\n${what.slice(0, MOST_COPIED)}`.slice(-MOST_COPIED);
  else if (!whole) {
    for (const node of what.type === "childList" ? what.addedNodes : [what.target]) changed.add(node);
    if (changed.size > MOST_CHANGES) {
      whole = true;
      changed.clear();
    }
  }
}

/** The text of all that was noted, which is forgotten with it. Empty where no key can be in it. */
export function take() {
  /** @type {Budget} */
  const budget = { nodes: MOST_NODES, units: MOST_UNITS, texts: [] };
  const root = dom.documentElement();
  const roots = whole && root ? [root] : [...changed];
  for (const node of roots) {
    if (dom.isConnected(node)) gather(node, budget);
  }
  if (fields && root && !whole) gatherFields(root, budget);
  const text = `${copied}\n${likely(budget.texts)}`;
  changed.clear();
  whole = fields = false;
  copied = "";
  return PERHAPS.test(text) ? text : "";
}

/** @typedef {{nodes: number, units: number, texts: string[]}} Budget */

/** @param {Node} node @param {Budget} budget */
function gather(node, budget) {
  if (node instanceof Text) return gatherText(node, budget);
  if (!(node instanceof Element)) return;
  for (const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT); budget.nodes > 0 && budget.units > 0; ) {
    const text = walker.nextNode();
    if (!text) break;
    gatherText(/** @type {Text} */ (text), budget);
  }
  gatherFields(node, budget);
}

/** @param {Text} node @param {Budget} budget */
function gatherText(node, budget) {
  budget.nodes -= 1;
  const parent = node.parentElement;
  if (!parent || /^(script|style|noscript|template|textarea|title)$/.test(parent.localName) || parent.isContentEditable) return;
  const text = node.data.slice(0, budget.units);
  if (PERHAPS.test(text) && !parent.checkVisibility()) return;
  budget.units -= text.length;
  budget.texts.push(text);
}

/** @param {Element} root @param {Budget} budget */
function gatherFields(root, budget) {
  const inside = [root, ...dom.queryAll(root, "input, textarea")].slice(0, MOST_FIELDS + 1);
  for (const field of inside) {
    const isField = field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && /^(text|password|url)$/.test(field.type));
    if (isField && (field.readOnly || (!written.has(field) && field !== document.activeElement))) budget.texts.push(field.value.slice(0, MOST_COPIED));
  }
}

/** The texts in which a key can be, each with what is around it. @param {string[]} texts */
function likely(texts) {
  /** @type {string[]} */
  const lines = [];
  texts.forEach((text, index) => {
    if (!PERHAPS.test(text)) return;
    const before = texts.slice(Math.max(0, index - 3), index).join("\n");
    const after = texts.slice(index + 1, index + 3).join("\n");
    lines.push(`${before.slice(-AROUND)}\n${text}\n${after.slice(0, AROUND)}`);
  });
  return lines.join("\n\n");
}

/** The one address of e-mail that the page shows: as a rule that of the account. Empty where there are several, or none. */
export function accountIn() {
  /** @type {Budget} */
  const budget = { nodes: MOST_NODES, units: MOST_UNITS, texts: [] };
  if (document.body) gather(document.body, budget);
  const found = new Set(budget.texts.join("\n").match(/[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/g));
  const [only] = found;
  return found.size === 1 && only ? only : "";
}
