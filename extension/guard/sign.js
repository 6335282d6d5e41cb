/**
 * The small sign at a field that a key can be filled into, where the person has switched it on. It decides nothing: the background
 * says whether it is to be seen, and a press has the extension's window opened, which asks.
 */
import { isSignShown, pressSign } from "./background.js";
import * as dom from "./dom.js";
import { fieldOf } from "./field.js";
import { learn } from "./kinds.js";
import { element, icon } from "./notice-view.js";
import { say } from "./strings.js";
import { applyStyle } from "./style.js";

/** @type {{host: HTMLElement, box: HTMLElement, field: Element} | undefined} */
let shown;

const MOVES = ["scroll", "resize"];

/** Pixels by which it reaches into its field: a field that is covered gets no key. */
const OVERLAP = 4;

/** A person has gone to a field. @param {Element} field */
export async function offer(field) {
  if (shown?.field === field) return;
  remove();
  if (!(await isSignShown())) return;
  await learn([]);
  if (fieldOf(dom.activeElement()) !== field) return;
  remove();
  const parent = dom.documentElement();
  if (!parent) return;
  const host = dom.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const button = element("button", { type: "button", tabindex: "-1", title: say("guardSign"), "aria-label": say("guardSign") }, [icon()]);
  const box = element("div", { popover: "manual", class: "sign" }, [button]);
  // The focus stays in the field, which is what is filled.
  for (const type of ["pointerdown", "mousedown"]) button.addEventListener(type, (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    remove();
    void pressSign();
  });
  root.append(box);
  applyStyle(root);
  Element.prototype.append.call(parent, host);
  box.showPopover();
  shown = { host, box, field };
  place();
  for (const type of MOVES) window.addEventListener(type, place, { capture: true, passive: true });
  window.addEventListener("focusout", remove, true);
}

function remove() {
  if (!shown) return;
  shown.host.remove();
  shown = undefined;
  for (const type of MOVES) window.removeEventListener(type, place, { capture: true });
  window.removeEventListener("focusout", remove, true);
}

/** Below the field, at its end. */
function place() {
  if (!shown) return;
  const { box, field } = shown;
  if (!dom.isConnected(field)) return remove();
  const { right, bottom } = dom.box(field);
  const { width, height } = dom.box(box);
  box.style.left = `${Math.max(4, Math.min(right - width, innerWidth - width - 4))}px`;
  box.style.top = `${Math.max(4, Math.min(bottom - OVERLAP, innerHeight - height - 4))}px`;
}
