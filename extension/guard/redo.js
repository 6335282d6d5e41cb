/**
 * Doing again what was stopped, after the person let it through.
 *
 * A page sees an event that the browser does not vouch for. Where it takes no notice, the person is told to do it
 * again; it passes then.
 */
import * as dom from "./dom.js";
import { fieldOf, textOf } from "./field.js";
import * as mark from "./mark.js";

let redoing = false;

/** Whether what happens now is the sending that was let through. */
export function isRedoing() {
  return redoing;
}

/** @param {() => void} action */
function again(action) {
  redoing = true;
  try {
    action();
  } finally {
    redoing = false;
  }
}

/** How long a page may take to send and to empty its field. */
const SENT_MS = 600;

/** @param {Element | null} field @param {() => void} action */
function againFrom(field, action) {
  const before = field && textOf(field);
  again(action);
  if (!field) return;
  mark.remove(field);
  setTimeout(() => {
    if (dom.isConnected(field) && before !== "" && textOf(field) === before) mark.sayAgain(field);
  }, SENT_MS);
}

export const redo = {
  /** @param {KeyboardEvent} event */
  enter(event) {
    const target = dom.targetOf(event) ?? dom.activeElement();
    const field = fieldOf(target) ?? fieldOf(dom.activeElement());
    const receiver = field ?? target;
    if (!receiver) return;
    const { key, code, keyCode, which, ctrlKey, metaKey, altKey } = event;
    const init = { key, code, keyCode, which, ctrlKey, metaKey, altKey, bubbles: true, cancelable: true, composed: true };
    againFrom(field, () => {
      const taken = !EventTarget.prototype.dispatchEvent.call(receiver, new KeyboardEvent("keydown", init));
      EventTarget.prototype.dispatchEvent.call(receiver, new KeyboardEvent("keyup", init));
      // In an input the browser submits the form, by its first submit button.
      const form = receiver instanceof HTMLInputElement ? receiver.form : null;
      if (!taken && form) submitByEnter(form);
    });
  },

  /** @param {Element} button */
  click(button) {
    const field = fieldOf(dom.activeElement());
    againFrom(field, () => {
      const init = { bubbles: true, cancelable: true, composed: true, view: window, button: 0 };
      const dispatch = EventTarget.prototype.dispatchEvent;
      const pointer = { ...init, pointerId: 1, isPrimary: true, pointerType: "mouse" };
      dispatch.call(button, new PointerEvent("pointerdown", { ...pointer, buttons: 1 }));
      dispatch.call(button, new MouseEvent("mousedown", { ...init, buttons: 1 }));
      dispatch.call(button, new PointerEvent("pointerup", pointer));
      dispatch.call(button, new MouseEvent("mouseup", init));
      if (button instanceof HTMLElement) HTMLElement.prototype.click.call(button);
      else dispatch.call(button, new MouseEvent("click", init));
    });
  },

  /** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
  submit(form, submitter) {
    again(() => HTMLFormElement.prototype.requestSubmit.call(form, submitter));
  },
};

/** @param {HTMLFormElement} form */
function submitByEnter(form) {
  const button = dom.controlsOf(form).find((control) => dom.matches(control, "button:not([type]), [type=submit], [type=image]"));
  if (button instanceof HTMLElement) HTMLElement.prototype.click.call(button);
  else HTMLFormElement.prototype.requestSubmit.call(form);
}
