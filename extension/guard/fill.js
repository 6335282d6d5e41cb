/**
 * Filling, as far as it happens in the frame: which field has the focus, what it is, and the writing.
 *
 * The frame decides nothing. It answers with what it measures, holds the field that was asked for, and writes what the
 * background sends into that field and no other, if its facts are still those that the background has judged. The key
 * is in no variable here once the message is done with.
 */
import * as dom from "./dom.js";
import { rememberFilled } from "./findings.js";
import { insert, replaceInControl } from "./insert.js";
import { focused, measure } from "./measure.js";

/** The field that was asked for. @type {{ask: string, element: Element} | undefined} */
let asked;

/** When a person last put the focus somewhere in this frame, in milliseconds since 1970. */
let touchedMs = 0;

let listening = false;

/**
 * Listens to the background: in the page itself from the start, so that a person who asks without a field in focus gets
 * an answer; in its frames from the first touch on.
 */
export function arm() {
  if (window === window.top) requestIdleCallback(listen, { timeout: 1000 });
  for (const type of ["focusin", "pointerdown"]) window.addEventListener(type, onTouch, true);
}

/** @param {Event} event */
function onTouch(event) {
  if (event.isTrusted) touchedMs = Math.round(performance.timeOrigin + event.timeStamp);
  listen();
}

function listen() {
  if (listening) return;
  listening = true;
  try {
    chrome.runtime.onMessage.addListener(onMessage);
  } catch {
    // The extension was updated under this page: nobody will ask.
  }
}

/**
 * @param {any} message
 * @param {chrome.runtime.MessageSender} sender
 * @param {(answer: unknown) => void} answer
 */
function onMessage(message, sender, answer) {
  // Only the background sends to frames, and it is in no tab.
  if (sender.id !== chrome.runtime.id || sender.tab) return;
  if (message?.type === "fillLook") tell(message.ask);
  if (message?.type === "fillAgain") answer(asked && asked.ask === message.ask ? measure(asked.element) : null);
  if (message?.type === "fillWrite") answer(write(message));
}

/** @param {string} ask */
function tell(ask) {
  const element = focused();
  const isFrame = element !== null && dom.matches(element, "iframe, frame, object, embed");
  // The body has the focus where nothing has.
  const isNothing = element === null || dom.matches(element, "html, body:not([contenteditable])");
  const field = isFrame || isNothing ? null : measure(element);
  asked = element && field ? { ask, element } : undefined;
  const inFront = !isFrame && Document.prototype.hasFocus.call(document);
  const message = { type: "fillHere", ask, field, inFront, touchedMs, ancestors: ancestors() };
  // Nobody listens any more after an update.
  chrome.runtime.sendMessage(message).catch(() => {});
}

/** The origins around this frame, from its parent to the page; `null` for those that it may not see. */
function ancestors() {
  const origins = [];
  for (let view = /** @type {Window} */ (window); view !== view.parent; ) {
    view = view.parent;
    try {
      origins.push(view.location.origin);
    } catch {
      origins.push("null");
    }
  }
  return origins;
}

/**
 * @param {{ask: string, field: import("./measure.js").Facts, key: string, untilMs: number}} message
 * @returns {"filled" | "changed" | "notTaken"}
 */
function write({ ask, field, key, untilMs }) {
  // Later, the person has been told that the page did not answer.
  if (!asked || asked.ask !== ask || Date.now() > untilMs) return "changed";
  const { element } = asked;
  asked = undefined;
  if (!isSame(measure(element), field)) return "changed";
  rememberFilled(key);
  if (element instanceof HTMLInputElement) return fillControl(element, 0, element.value.length, key);
  if (element instanceof HTMLTextAreaElement) return fillControl(element, element.selectionStart, element.selectionEnd, key);
  dom.focus(element);
  insert(element, { text: key });
  return "filled";
}

/** @param {any} now @param {any} judged */
function isSame(now, judged) {
  return Object.keys(now).every((name) => JSON.stringify(now[name] ?? null) === JSON.stringify(judged[name] ?? null));
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 * @param {number} start
 * @param {number} end
 * @param {string} text
 */
function fillControl(control, start, end, text) {
  replaceInControl(control, [{ start, end, text }]);
  if (!control.value.includes(text)) return "notTaken";
  commit(control);
  return "filled";
}

/**
 * What a page sees when somebody who typed goes on: `change`, and the focus leaves, on which some settings are stored. The
 * focus comes back, since the person has not gone on. A browser whose window is behind ours fires none of these itself.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} control
 */
function commit(control) {
  /** @type {Set<string>} */
  const seen = new Set();
  for (const type of ["change", "blur"]) control.addEventListener(type, (event) => void seen.add(event.type), { once: true });
  HTMLElement.prototype.blur.call(control);
  if (!seen.has("change")) dispatch(control, new Event("change", { bubbles: true }));
  if (!seen.has("blur")) {
    dispatch(control, new FocusEvent("blur", { composed: true }));
    dispatch(control, new FocusEvent("focusout", { bubbles: true, composed: true }));
  }
  const active = dom.activeElement();
  if (dom.isConnected(control) && (active === null || dom.matches(active, "body, dialog"))) dom.focus(control);
}

/** @param {Element} element @param {Event} event */
function dispatch(element, event) {
  EventTarget.prototype.dispatchEvent.call(element, event);
}
