/**
 * The text of an editor as a person reads it: one line a block, so that a key at the end of a line does not run into
 * the next line, and a key in several spans is in one piece.
 */
import * as dom from "./dom.js";

/** Elements that stand in a line. Everything else begins a new one. */
const INLINE = new Set(
  "a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var wbr img".split(" "),
);

/** Beyond this an editor is read from its start only: it draws no such text at once. */
const MAX_UNITS = 4 << 20;

/** @typedef {{node: Text, start: number}} Piece where a text node's data stand in the text */

/**
 * @param {Element} host
 * @returns {{text: string, pieces: Piece[]}}
 */
export function readRich(host) {
  /** @type {Piece[]} */
  const pieces = [];
  let text = "";
  const newLine = () => {
    if (text !== "" && !text.endsWith("\n")) text += "\n";
  };
  const walker = dom.createTreeWalker(host);
  let node = /** @type {Node | null} */ (walker.currentNode);
  while (node && text.length < MAX_UNITS) {
    if (node instanceof Text) {
      pieces.push({ node, start: text.length });
      text += node.data;
    } else if (dom.isElement(node)) {
      const name = dom.localName(node);
      if (name === "br") text += "\n";
      else if (!INLINE.has(name)) newLine();
    }
    node = next(walker, host, newLine);
  }
  return { text, pieces };
}

/**
 * The next node, with a new line for each block that ends on the way.
 *
 * @param {TreeWalker} walker
 * @param {Element} host
 * @param {() => void} newLine
 * @returns {Node | null}
 */
function next(walker, host, newLine) {
  const child = walker.firstChild();
  if (child) return child;
  while (walker.currentNode !== host) {
    const left = walker.currentNode;
    if (dom.isElement(left) && !INLINE.has(dom.localName(left)) && dom.localName(left) !== "br") newLine();
    const sibling = walker.nextSibling();
    if (sibling) return sibling;
    if (!walker.parentNode()) return null;
  }
  return null;
}

/**
 * The range of a span of the text, or null where it is not in text nodes.
 *
 * @param {Piece[]} pieces
 * @param {number} start
 * @param {number} end
 * @returns {Range | null}
 */
export function rangeOf(pieces, start, end) {
  const first = pieces.findLast((piece) => piece.start <= start);
  const last = pieces.findLast((piece) => piece.start < end);
  if (!first || !last) return null;
  const range = dom.createRange();
  range.setStart(first.node, Math.min(start - first.start, first.node.length));
  range.setEnd(last.node, Math.min(end - last.start, last.node.length));
  return range;
}
