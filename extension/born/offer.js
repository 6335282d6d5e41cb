/**
 * The offer to store a key: quiet, in a corner, above what the page shows.
 *
 * What happens in it is nobody else's: a page that closes its dialog at a click elsewhere must not lose the key to a click here.
 * A press of a person opens the extension's window, which asks, and does nothing else; so a page gains nothing by covering
 * it. No character of a key is in it.
 */
import * as dom from "../guard/dom.js";
import { element, icon } from "../guard/notice-view.js";
import STYLE from "./offer.css";

/**
 * @typedef {object} Offer
 * @property {string} title says what is new
 * @property {() => void} over is called when it is not to be asked again
 * @property {() => Promise<boolean>} store opens the window; gives whether it did
 */

/** @type {{host: HTMLElement, root: ShadowRoot, box: HTMLElement, offer: Offer, end: ReturnType<typeof setTimeout>} | undefined} */
let shown;

/** An offer that nobody takes goes by itself: the key is in the page's memory for as long. */
const STAYS_MS = 5 * 60 * 1000;
/** How long it is said that something was stored. */
const STORED_MS = 6000;

const EVENTS = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "touchstart", "touchend", "focusin", "focusout", "keydown", "keyup"];

/** To be called before the page runs, so that its own listeners come later. */
export function listen() {
  for (const type of EVENTS) window.addEventListener(type, onEvent, true);
}

/** @param {Event} event */
function onEvent(event) {
  if (!shown || event.target !== shown.host) return;
  Event.prototype.stopImmediatePropagation.call(event);
  if (!event.isTrusted) return;
  if (event instanceof KeyboardEvent && event.type === "keydown" && event.key === "Escape") close();
  if (event.type === "click") {
    const { clientX, clientY, detail } = /** @type {MouseEvent} */ (event);
    press(detail > 0 ? shown.root.elementFromPoint(clientX, clientY) : shown.root.activeElement);
  }
}

/** @param {Element | null} target */
function press(target) {
  const choice = target?.closest("button")?.dataset["choice"];
  if (!shown || !choice) return;
  if (choice === "later") return close();
  const { offer } = shown;
  draw(say("bornWaiting"), []);
  void offer.store().then((opened) => {
    if (!opened && shown?.offer === offer) draw(say("noticeUnopened"), buttons());
  });
}

/** Shows it, in the place of an earlier one. @param {Offer} offer */
export function show(offer) {
  if (shown) remove();
  const parent = dom.queryAll(document, "dialog:modal").pop() ?? dom.documentElement();
  if (!parent) return;
  const host = dom.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const box = element("div", { popover: "manual", class: "offer", role: "region", "aria-label": "Keyward", lang: say("noticeLanguage") }, []);
  root.append(box);
  addStyle(root);
  Element.prototype.append.call(parent, host);
  box.showPopover();
  shown = { host, root, box, offer, end: setTimeout(close, STAYS_MS) };
  draw(say("bornAbout"), buttons());
}

/** The person has decided in the window. @param {boolean} stored */
export function end(stored) {
  if (!shown) return;
  if (!stored) return close();
  draw(say("guardStored"), []);
  clearTimeout(shown.end);
  shown.end = setTimeout(close, STORED_MS);
}

function close() {
  shown?.offer.over();
  remove();
}

function remove() {
  if (!shown) return;
  clearTimeout(shown.end);
  shown.host.remove();
  shown = undefined;
}

function buttons() {
  return [
    element("button", { type: "button", class: "primary", "data-choice": "store" }, [say("bornStore")]),
    element("button", { type: "button", class: "quiet", "data-choice": "later" }, [say("bornLater")]),
  ];
}

/** @param {string} about @param {HTMLElement[]} buttons */
function draw(about, buttons) {
  if (!shown) return;
  const { box, offer } = shown;
  if (box.childElementCount === 0) {
    box.append(element("header", {}, [icon(), element("span", {}, ["Keyward"])]), element("div", { role: "status" }, []), element("div", { class: "row" }, []));
  }
  const [, status, row] = box.children;
  status?.replaceChildren(element("strong", {}, [offer.title]), element("p", {}, [about]));
  row?.replaceChildren(...buttons);
}

/** @param {string} name */
function say(name) {
  try {
    return chrome.i18n.getMessage(name);
  } catch {
    // The extension was updated under the page: nobody is there to store anything.
    return "";
  }
}

/** Without asking the page's Content-Security-Policy. @param {ShadowRoot} root */
function addStyle(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = dom.createElement("style");
    style.textContent = STYLE;
    root.append(style);
  }
}
