/**
 * The notice: asks the person about what has been stopped.
 *
 * It stands in the page, so it is drawn for the worst page. A modal `<dialog>` is above everything and keeps the focus
 * from hostile traps; a closed shadow root keeps the page's style and script out. What happens in it is handled by the
 * guard's own listeners on the window, before any of the page's. A page can still cover it, dim it or steal a click:
 * so nothing here lets a key through, and no character of a key is in it (`window.find()` reads closed roots).
 */
import * as dom from "./dom.js";
import { learn } from "./kinds.js";
import * as mark from "./mark.js";
import { buildNotice } from "./notice-view.js";
import { REDACTED, replacements, VARIABLE } from "./scanner.js";

/** @typedef {import("./hold.js").Pick} Pick */

/** @typedef {import("./findings.js").Key} Key */

/** @typedef {{type: "keepOut" | "letThrough" | "store" | "tryAgain"} | {type: "replace", picks: Pick[]}} Choice */

/** @typedef {"ask" | "checking" | "waiting" | "unopened" | "unreachable" | "orphaned" | "copy"} Phase */

/**
 * @typedef {object} Model
 * @property {Phase} phase
 * @property {boolean} leaving whether the text is in the page already and about to be sent
 * @property {boolean} unchecked whether it is not known that there is a key
 * @property {Key[]} keys
 * @property {boolean} [storable] whether any of the keys can be stored
 * @property {{redacted: string, variable: string}} [preview] what takes the place of the only key
 * @property {string} [text] what is offered to be copied
 * @property {Words} [words]
 * @property {(choice: Choice) => void} choose
 */

/**
 * What the notice says instead of the usual.
 *
 * @typedef {object} Words
 * @property {string} [title]
 * @property {string} about
 * @property {string} keepOut
 * @property {string} [redact] empty where there is nothing to put in the place of a key
 * @property {string} [state]
 */

/** @typedef {{host: HTMLElement, root: ShadowRoot, dialog: HTMLDialogElement, model: Model, oneByOne: boolean}} Open */

/** @type {Open | undefined} */
let shown;
/** How often a page may take the notice away before the text is simply kept out. */
const MAX_RETURNS = 20;
const LOOK_MS = 250;
let returns = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let watch;
/** Whether the last thing that happened in the notice was a key that presses buttons. */
let keyed = false;

/** Kinds of events that are nobody's business but the notice's while it has the focus. */
const PRIVATE = ["keyup", "keypress", "touchstart", "touchend", "focusout", "change", "contextmenu", "copy", "dblclick"];

/** @param {import("./findings.js").Part[]} parts */
export function previewOf([part]) {
  const findings = part?.findings.slice(0, 1);
  if (!part || !findings) return undefined;
  const [redacted, variable] = [REDACTED, VARIABLE].map((mode) => replacements(part.text, findings, () => mode)[0]?.text ?? "");
  return { redacted: redacted ?? "", variable: variable ?? "" };
}

export function isOpen() {
  return shown !== undefined;
}

/** @param {Model} model */
export function open(model) {
  close();
  // Where it is not known how it looks, it is drawn once more.
  void learn([])?.then(() => renew({}));
  // One that is shown later than the notice would lie above it.
  mark.hide(true);
  returns = 0;
  keyed = false;
  const host = dom.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const dialog = /** @type {HTMLDialogElement} */ (dom.createElement("dialog"));
  root.append(dialog);
  shown = { host, root, dialog, model, oneByOne: false };
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    choose({ type: "keepOut" });
  });
  // Clicks that come without a pointer and without a key: screen readers.
  root.addEventListener("click", (event) => event.isTrusted && press(event.target));
  draw();
  putOnTop();
  for (const type of PRIVATE) window.addEventListener(type, keepPrivate, true);
  watch = setInterval(look, LOOK_MS);
}

/** Draws it with what is known by now. @param {Partial<Model>} news */
export function renew(news) {
  if (!shown) return;
  shown.model = { ...shown.model, ...news };
  draw();
  focusDefault();
}

/** @param {Phase} phase */
export function setPhase(phase) {
  renew({ phase });
}

export function close() {
  if (!shown) return;
  const { host, dialog } = shown;
  shown = undefined;
  clearInterval(watch);
  for (const type of PRIVATE) window.removeEventListener(type, keepPrivate, true);
  dialog.close();
  host.remove();
  mark.hide(false);
}

function draw() {
  if (shown) buildNotice(shown);
}

/** Shows the notice above all that the page has put on top. */
function putOnTop() {
  if (!shown) return;
  const { host, dialog } = shown;
  const parent = dom.documentElement();
  if (!parent) return;
  if (!host.isConnected) Element.prototype.append.call(parent, host);
  if (dialog.open) dialog.close();
  dialog.showModal();
  focusDefault();
}

function focusDefault() {
  const button = shown?.root.querySelector("[data-default]");
  if (button) dom.focus(button);
}

/** Pages can take the notice away, or put their own dialog on top. */
function look() {
  if (!shown) return;
  const { host, dialog } = shown;
  const covered = document.hasFocus() && dom.activeElement() !== host && !dom.contains(host, dom.activeElement() ?? host);
  if (host.isConnected && dialog.open && !covered) return;
  returns += 1;
  if (returns > MAX_RETURNS) choose({ type: "keepOut" });
  else putOnTop();
}

/** @param {Event} event */
function keepPrivate(event) {
  if (shown && event.target === shown.host) Event.prototype.stopImmediatePropagation.call(event);
}

/**
 * Whether an event happened in the notice. It is then dealt with, and nobody else hears of it.
 *
 * @param {Event} event
 * @returns {boolean}
 */
export function takes(event) {
  if (!shown || event.target !== shown.host) return false;
  if (!event.isTrusted) {
    dom.stop(event);
    return true;
  }
  if (event instanceof KeyboardEvent) onKey(event);
  else if (event.type === "click") return onClick(/** @type {MouseEvent} */ (event));
  else if (event.type === "pointerdown") keyed = false;
  Event.prototype.stopImmediatePropagation.call(event);
  return true;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  keyed = event.key === "Enter" || event.key === " ";
  if (event.key === "Escape") {
    event.preventDefault();
    choose({ type: "keepOut" });
  } else if (keyed && event.repeat) {
    // The Enter that was held down when the notice came is no answer to it.
    event.preventDefault();
  }
}

/** @param {MouseEvent} event */
function onClick(event) {
  const { root } = /** @type {Open} */ (shown);
  const byPointer = event.detail > 0;
  if (!byPointer && !keyed) return true;
  Event.prototype.stopImmediatePropagation.call(event);
  press(byPointer ? root.elementFromPoint(event.clientX, event.clientY) : root.activeElement);
  return true;
}

/** @param {EventTarget | null} target */
function press(target) {
  if (!shown || !(target instanceof Element)) return;
  const button = target.closest("button");
  const name = button?.dataset["choice"];
  const { keys } = shown.model;
  switch (name) {
    case "keepOut":
    case "letThrough":
    case "store":
    case "tryAgain":
      return choose({ type: name });
    case "redact":
    case "variable":
      return choose({ type: "replace", picks: picksOf(keys, () => name) });
    case "chosen": {
      const selects = [...shown.root.querySelectorAll("select")];
      return choose({ type: "replace", picks: picksOf(keys, (index) => (selects[index]?.value === "variable" ? "variable" : "redact")) });
    }
    case "oneByOne":
      shown.oneByOne = !shown.oneByOne;
      draw();
      dom.focus(shown.root.querySelector("select") ?? shown.dialog);
      return;
    case "copy":
      copy(shown.model.text ?? "");
      return choose({ type: "keepOut" });
  }
}

/**
 * @param {Key[]} keys
 * @param {(key: number) => Pick} pick
 */
function picksOf(keys, pick) {
  /** @type {Pick[]} */
  const picks = [];
  keys.forEach(({ findings }, index) => findings.forEach((finding) => (picks[finding] = pick(index))));
  return picks;
}

/** @param {Choice} choice */
function choose(choice) {
  shown?.model.choose(choice);
}

/** Copies without the page seeing it; `navigator.clipboard` is missing on pages without TLS. @param {string} text */
function copy(text) {
  /** @param {ClipboardEvent} event */
  const onCopy = (event) => {
    dom.stop(event);
    event.clipboardData?.setData("text/plain", text);
  };
  window.removeEventListener("copy", keepPrivate, true);
  window.addEventListener("copy", onCopy, true);
  dom.execCommand("copy");
  window.removeEventListener("copy", onCopy, true);
}
