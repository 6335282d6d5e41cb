/**
 * How all that the guard shows in a page is drawn. No frame carries the style sheet: it comes with the names of what was found.
 */
import * as dom from "./dom.js";

let text = "";

/** Whether it is there already. */
export function isStyled() {
  return text !== "";
}

/** @param {string} sheet */
export function setStyle(sheet) {
  text = sheet;
}

/**
 * Styles a root, where the style sheet is known, without asking the page's Content-Security-Policy.
 *
 * @param {ShadowRoot} root
 */
export function applyStyle(root) {
  if (!text || root.querySelector("style") || root.adoptedStyleSheets.length > 0) return;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = dom.createElement("style");
    style.textContent = text;
    root.prepend(style);
  }
}
